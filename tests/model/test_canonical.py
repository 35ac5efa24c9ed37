import pytest

from reconciler.model.canonical import as_text, canonical_value, comparable, is_equal
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import parse_path
from reconciler.model.values import Kind, Ref

TEXT = AttributeDefinition(parse_path("title"))
EXACT = AttributeDefinition(parse_path("externalId"), case_exact=True)
SWITCH = AttributeDefinition(parse_path("active"), type="boolean")
NUMBER = AttributeDefinition(parse_path("x"), type="integer")
MANY = AttributeDefinition(parse_path("roles"), multi_valued=True)


@pytest.mark.parametrize(
    ("found", "definition", "expected"),
    [
        ("", TEXT, None),
        (None, TEXT, None),
        ([], TEXT, None),
        (["only"], TEXT, "only"),
        (7, TEXT, "7"),
        ("True", SWITCH, True),
        ("false", SWITCH, False),
        ("maybe", SWITCH, "maybe"),
        ("12", NUMBER, 12),
        ("twelve", NUMBER, "twelve"),
        ({"value": "id-1", "displayName": "Ada"}, TEXT, "id-1"),
        ([{"value": "b"}, {"value": "a"}, {"value": "b"}], MANY, ("a", "b")),
        ({"value": "a"}, MANY, ("a",)),
        ([{"display": "no value"}], MANY, None),
    ],
)
def test_a_json_value_becomes_what_the_plan_shows(found, definition, expected):
    assert canonical_value(found, definition) == expected


def test_case_order_and_unicode_form_do_not_count():
    assert is_equal("Zoe\u0308", "ZO\u00cb", TEXT)
    assert is_equal(("b", "A"), ("a", "B"), MANY)
    assert not is_equal("Ada", "ada", EXACT)
    assert comparable(("a", "b"), MANY) == {"a": True, "b": True}


def test_a_reference_is_kept_by_its_id():
    ada = Ref(Kind.USER, "ada")
    assert as_text(ada, {ada: "id-1"}) == '"id-1"'
    assert as_text(ada, {}) == '"user/ada"'
    assert as_text(True, {}) == "true"
