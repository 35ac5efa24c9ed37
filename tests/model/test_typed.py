"""What an expression made of the source, as the target attribute holds it."""

from datetime import UTC, datetime

import pytest

from reconciler.errors import EvaluationError
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import parse_path
from reconciler.model.typed import typed
from reconciler.model.values import Kind, Ref
from reconciler.values import Complex

MOMENT = datetime(2026, 7, 1, 15, 33, 38, tzinfo=UTC)


def definition(path="title", **more):
    return AttributeDefinition(parse_path(path), **more)


ROLE = Complex((("primary", True), ("value", "Admin")))
ADMIN = Complex((("value", "Admin"),))
PAIRS = [
    (None, {}, None),
    ("", {}, None),
    ((), {"multi_valued": True}, None),
    (7, {}, "7"),
    (True, {}, "True"),
    ("true", {"type": "boolean"}, True),
    (False, {"type": "boolean"}, False),
    ("7", {"type": "integer"}, 7),
    (MOMENT, {}, "7/1/2026 3:33:38 PM"),
    (MOMENT, {"type": "dateTime"}, "2026-07-01T15:33:38Z"),
    ("2026-07-01", {"type": "dateTime"}, "2026-07-01T00:00:00Z"),
    ("2026-07-01T02:00:00+02:00", {"type": "dateTime"}, "2026-07-01T00:00:00Z"),
    ("grace", {"type": "reference"}, Ref(Kind.USER, "grace")),
    (("one",), {}, "one"),
    (("b", "a", "b", None, ""), {"multi_valued": True}, ("a", "b")),
    ("a", {"multi_valued": True}, ("a",)),
    ("Admin", {"multi_valued": True, "type": "complex"}, (ADMIN,)),
    ((ROLE,), {"multi_valued": True, "type": "complex"}, (ROLE,)),
]


@pytest.mark.parametrize(("value", "more", "expected"), PAIRS)
def test_a_value_gets_the_type_of_its_attribute(value, more, expected):
    assert typed(value, definition(**more)) == expected


FAULTS = [
    ("maybe", {"type": "boolean"}, "title is true or false, and the expression gave 'maybe'"),
    ("many", {"type": "integer"}, "title is a whole number, and the expression gave 'many'"),
    ("soon", {"type": "dateTime"}, "title is a date and time, and the expression gave 'soon'"),
    (("a", "b"), {}, "title takes one value, and the expression gave 2"),
    (ROLE, {}, "title takes one plain value, and the expression gave a complex one"),
    (("a", "maybe"), {"multi_valued": True, "type": "boolean"}, "gave 'a'"),
]


@pytest.mark.parametrize(("value", "more", "message"), FAULTS)
def test_a_value_of_another_type_is_named(value, more, message):
    with pytest.raises(EvaluationError) as caught:
        typed(value, definition(**more))
    assert message in caught.value.message
    assert caught.value.hint


def test_an_element_takes_one_value_though_its_attribute_holds_many():
    element = definition('roles[primary eq "True"].value', multi_valued=True)
    assert typed("Admin", element) == "Admin"
    with pytest.raises(EvaluationError, match="takes one value"):
        typed(("a", "b"), element)
