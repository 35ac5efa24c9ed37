import pytest

from reconciler.model.canonical import (
    as_it_stands,
    as_text,
    canonical_value,
    comparable,
    is_equal,
    is_spelt_alike,
)
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import parse_path
from reconciler.model.values import Kind, Ref
from reconciler.values import Complex

TEXT = AttributeDefinition(parse_path("title"))
EXACT = AttributeDefinition(parse_path("externalId"), case_exact=True)
SWITCH = AttributeDefinition(parse_path("active"), type="boolean")
NUMBER = AttributeDefinition(parse_path("x"), type="integer")
MOMENT = AttributeDefinition(parse_path("x"), type="dateTime")
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
        ("-12", NUMBER, -12),
        ("twelve", NUMBER, "twelve"),
        ("--5", NUMBER, "--5"),
        ("9" * 5000, NUMBER, "9" * 5000),
        ({"value": "id-1", "displayName": "Ada"}, TEXT, "id-1"),
        ([{"value": "b"}, {"value": "a"}, {"value": "b"}], MANY, ("a", "b")),
        ({"value": "a"}, MANY, ("a",)),
        ([{"display": "no value"}], MANY, None),
    ],
)
def test_a_json_value_becomes_what_the_plan_shows(found, definition, expected):
    assert canonical_value(found, definition) == expected


ROLE = Complex((("primary", False), ("type", "Role"), ("value", "Admin")))
PRIMARY = Complex((("primary", True), ("value", "Admin")))


@pytest.mark.parametrize(
    ("found", "like", "expected"),
    [
        # What nobody maps is not looked at, and what is left out is not there.
        (
            [{"value": "Admin", "type": "Role", "$ref": "../1", "display": "A"}],
            (ROLE,),
            (Complex((("type", "Role"), ("value", "Admin"))),),
        ),
        ([{"VALUE": "Admin", "primary": "True"}], (PRIMARY,), (PRIMARY,)),
        (["Admin"], (PRIMARY,), (Complex((("value", "Admin"),)),)),
        (
            [{"value": "User", "type": "Role", "primary": False, "display": "U"}],
            (ROLE, PRIMARY),
            (Complex((("primary", False), ("type", "Role"), ("value", "User"))),),
        ),
        ([{"display": "nothing that is mapped"}], (ROLE,), None),
        ([{"value": 25}], (Complex((("value", "25"),)),), (Complex((("value", "25"),)),)),
        ([{"value": {"deep": 1}, "type": ["x"]}], (ROLE,), None),
    ],
)
def test_a_complex_value_is_read_by_the_sub_attributes_that_are_wanted(found, like, expected):
    assert canonical_value(found, MANY, like) == expected


def test_of_two_elements_with_one_value_each_is_its_own():
    work = Complex((("type", "work"), ("value", "x")))
    home = Complex((("type", "home"), ("value", "x")))
    found = [{"type": "home", "value": "x"}, {"type": "work", "value": "x"}]
    assert canonical_value(found, MANY, (work, home)) == (home, work)


def test_false_counts_as_absent_in_a_complex_value_and_names_ignore_case():
    assert is_equal(Complex((("Type", "role"), ("value", "ADMIN"))), ROLE, MANY)
    assert not is_equal(PRIMARY, ROLE, MANY)


@pytest.mark.parametrize(
    "other",
    [
        "2026-01-01T00:00:00.000Z",
        "2026-01-01T00:00:00.0000000Z",
        "2026-01-01T00:00:00+00:00",
        "2026-01-01T01:00:00+01:00",
        "2026-01-01T00:00:00",
        "2026-01-01",
    ],
)
def test_one_moment_has_many_spellings(other):
    assert is_equal("2026-01-01T00:00:00Z", other, MOMENT)
    assert not is_equal("2026-01-01T00:00:00Z", other, TEXT)


@pytest.mark.parametrize("other", ["2026-01-01T00:00:01Z", "soon", "0001-01-01T00:00:00+23:00"])
def test_another_moment_is_another(other):
    assert not is_equal("2026-01-01T00:00:00Z", other, MOMENT)


def test_what_stays_keeps_its_form_and_with_only_adds_everything_stays():
    assert as_it_stands(("A", "b"), ("a", "c"), MANY, only_adds=False) == ("A", "c")
    assert as_it_stands(("A", "b"), ("a", "c"), MANY, only_adds=True) == ("A", "b", "c")
    assert as_it_stands(("A",), None, MANY, only_adds=False) is None
    assert as_it_stands(("A",), None, MANY, only_adds=True) == ("A",)


def test_case_order_and_unicode_form_do_not_count():
    assert is_equal("Zoe\u0308", "ZO\u00cb", TEXT)
    assert is_equal(("b", "A"), ("a", "B"), MANY)
    assert not is_equal("Ada", "ada", EXACT)
    assert comparable(("a", "b"), MANY) == {"a": True, "b": True}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Sarah@contoso.example", "sarah@contoso.example", True),
        ("\u017farah", "sarah", False),
        ("\u212aate", "kate", False),
        ("stra\u00dfe", "strasse", False),
        ("o\ufb00ice", "office", False),
        ("\u017farah-\u00e9", "sarah-\u00e9", False),
        ("Zo\u00cb", "zoe\u0308", True),
        ("\u03a3\u0391\u03a3", "\u03c3\u03b1\u03c2", True),
    ],
)
def test_who_is_spelt_in_other_letters_is_somebody_else(one, other, alike):
    assert is_spelt_alike(one, other) is alike
    assert is_spelt_alike(other, one) is alike


def test_a_reference_is_kept_by_its_id():
    ada = Ref(Kind.USER, "ada")
    assert as_text(ada, {ada: "id-1"}) == '"id-1"'
    assert as_text(ada, {}) == '"user/ada"'
    assert as_text((ada,), {ada: "id-1"}) == '["id-1"]'
    assert as_text(True, {}) == "true"
    assert as_text((ROLE,), {}) == '[{"primary": false, "type": "Role", "value": "Admin"}]'
