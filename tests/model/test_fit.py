import pytest

from reconciler.model.fit import misfit
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.meaning import demands
from reconciler.model.path import parse_path


def attribute(**words):
    return AttributeDefinition(parse_path("displayName"), **words)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("Ada", None),
        ("Adaé", None),
        ("Ada L", "displayName: it has 5 characters where 4 are allowed"),
        ("A@", "displayName: it holds '@'"),
        ("A\t", r"displayName: it holds '\t'"),
        (("Ada", "A@"), "displayName: it holds '@'"),
        (None, None),
        (True, None),
        (12345, None),
    ],
)
def test_a_value_fits_by_length_and_characters(value, reason):
    assert misfit(value, attribute(max_length=4, forbidden="@\t")) == reason


def test_an_attribute_without_demands_takes_anything():
    assert misfit("a" * 5000 + "\t", attribute()) is None
    assert demands(attribute()) == []


def test_demands_are_said_in_words():
    everything = attribute(required=True, immutable=True, max_length=20, forbidden="@\t")
    assert demands(everything) == [
        "required",
        "never changed",
        "at most 20 characters",
        r"without @ \t",
    ]
