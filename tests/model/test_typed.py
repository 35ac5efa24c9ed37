"""What an expression made becomes what the attribute holds, or an error that says why not."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from reconciler.errors import EvaluationError
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import parse_path
from reconciler.model.typed import typed_value
from reconciler.model.values import Kind, Ref
from reconciler.values import Complex

EXTENSION = "urn:example:params:scim:schemas:extension:hr:2.0:User"
ADMIN = Complex((("value", "Admin"),))


def definition(path, **more):
    return AttributeDefinition(parse_path(path), **more)


TEXT = definition("title")
SWITCH = definition("active", type="boolean")
NUMBER = definition(f"{EXTENSION}:floor", type="integer")
MOMENT = definition(f"{EXTENSION}:hired", type="dateTime")
ROLES = definition("roles", multi_valued=True)
TAGS = definition(f"{EXTENSION}:tags", multi_valued=True)
OBJECTS = definition(f"{EXTENSION}:badges", type="complex", multi_valued=True)
WORK = definition('emails[type eq "work"]')
MANAGER = definition(f"{EXTENSION}:mentor", type="reference")
MANAGERS = definition(f"{EXTENSION}:mentors", type="reference", multi_valued=True)
NAME = definition("name", type="complex")


@pytest.mark.parametrize(
    ("value", "target", "expected"),
    [
        ("", TEXT, None),
        ((), TEXT, None),
        (7, TEXT, "7"),
        (True, TEXT, "True"),
        ("True", SWITCH, True),
        ("FALSE", SWITCH, False),
        (False, SWITCH, False),
        (" 12 ", NUMBER, 12),
        ("-3", NUMBER, -3),
        (datetime(2026, 1, 31, 8, tzinfo=UTC), MOMENT, "2026-01-31T08:00:00Z"),
        (
            datetime(2026, 1, 31, 8, tzinfo=timezone(timedelta(hours=2))),
            MOMENT,
            "2026-01-31T06:00:00Z",
        ),
        ("2026-01-31", MOMENT, "2026-01-31T00:00:00Z"),
        ("2026-01-31T08:00:00.5+01:00", MOMENT, "2026-01-31T07:00:00.500000Z"),
        (("b", "a", "b", ""), ROLES, ("a", "b")),
        ("a", ROLES, ("a",)),
        ((), ROLES, None),
        ((ADMIN, ADMIN), ROLES, (ADMIN,)),
        (ADMIN, ROLES, (ADMIN,)),
        (("b", "a"), TAGS, ("a", "b")),
        ("Admin", OBJECTS, (ADMIN,)),
        ("a@x.example", WORK, "a@x.example"),
        (Complex((("value", "a@x.example"),)), WORK, Complex((("value", "a@x.example"),))),
        ("grace", MANAGER, Ref(Kind.USER, "grace")),
        (("b", "a"), MANAGERS, (Ref(Kind.USER, "a"), Ref(Kind.USER, "b"))),
    ],
)
def test_a_value_takes_the_type_of_its_attribute(value, target, expected):
    found = typed_value(value, target)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("value", "target", "message"),
    [
        ("maybe", SWITCH, "active is true or false, and this is 'maybe'"),
        (1, SWITCH, "active is true or false, and this is '1'"),
        ("12.5", NUMBER, f"{EXTENSION}:floor is a whole number, and this is '12.5'"),
        ("1_000", NUMBER, f"{EXTENSION}:floor is a whole number, and this is '1_000'"),
        (True, NUMBER, f"{EXTENSION}:floor is a whole number, and this is 'True'"),
        ("soon", MOMENT, f"{EXTENSION}:hired is a date and time, and this is 'soon'"),
        (("a", "b"), TEXT, "title takes one value, and this is a list of 2"),
        (("a",), TEXT, "title takes one value, and this is a list of 1"),
        (
            ("a",),
            WORK,
            'emails[type eq "work"] takes one value, and this is a list of 1',
        ),
        (ADMIN, TEXT, "title takes a plain value, and this is a complex one"),
        (
            (ADMIN,),
            MANAGERS,
            f"{EXTENSION}:mentors takes a plain value, and this is a complex one",
        ),
        ("Ada", NAME, "name is complex, and this is a plain value"),
        ((("a",),), ROLES, "roles takes no list within a list"),
    ],
)
def test_what_does_not_fit_says_what_was_given(value, target, message):
    with pytest.raises(EvaluationError) as caught:
        typed_value(value, target)
    assert caught.value.message == message
