"""Values for people: what changes must be seen, also in a long list."""

import pytest

from reconciler.model.path import parse_path
from reconciler.model.plan import AttributeChange
from reconciler.model.values import Kind, Ref
from reconciler.render.values import show_difference, show_value
from reconciler.values import Complex


def role(value, *, primary=False, **more):
    parts = {"primary": primary, "type": "Role", **more, "value": value}
    return Complex(tuple(parts.items()))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "(none)"),
        (True, "true"),
        (7, "7"),
        ("a\u202eb", '"a\\u202eb"'),
        (Ref(Kind.USER, "ada"), "user ada"),
        (("a", "b"), '["a", "b"]'),
        (role("Admin"), '"Admin" (type "Role")'),
        ((role("Admin"),), '["Admin"]'),
        (
            (role("Admin", primary=True), role("User", display="User")),
            '["Admin" (primary), "User"]',
        ),
        ((role("25", display="Reader"),), '["25" (display "Reader")]'),
        (Complex((("formatted", "Main St"),)), '{formatted "Main St"}'),
        (Complex((("value", "a\x1b[31m"),)), '"a\\x1b[31m"'),
    ],
)
def test_a_value_reads_like_this(value, text):
    assert show_value(value) == text


def difference(before, after):
    change = AttributeChange(parse_path("roles"), before, after)
    return show_difference(change, is_new=False, room=90)


def test_of_a_list_only_what_changes_is_shown():
    many = tuple(f"role-{number}" for number in range(20))
    assert difference((*many, "z"), (*many, "y")) == '+ "y", − "z" (20 stay)'
    assert difference(("a",), ("a", "b")) == '+ "b" (1 stays)'


def test_two_values_never_look_the_same():
    one = Complex((("type", "work"), ("value", "x")))
    other = Complex((("type", "home"), ("value", "x")))
    assert difference((one,), (other,)) == '+ "x" (type "home"), − "x" (type "work")'
