import pytest

from reconciler.errors import ExpressionError
from reconciler.expr import compile_operator

TRUTHS = [
    ("equals", "sales", "sales", True),
    ("equals", "sales", "Sales", False),
    ("equals", "sales", None, False),
    ("equals", 7, "7", True),
    ("not_equals", "sales", "Sales", True),
    ("not_equals", "sales", None, False),
    ("not_equals", "sales", "", False),
    ("is_true", None, True, True),
    ("is_true", None, "True", True),
    ("is_true", None, None, False),
    ("is_false", None, False, True),
    ("is_null", None, None, True),
    ("is_null", None, "", True),
    ("is_null", None, "x", False),
    ("is_not_null", None, "x", True),
    ("is_not_null", None, "", False),
    ("regex_match", r".*\@domain.com", "ada@domain.com", True),
    ("regex_match", "([1-9][0-9])", "123", False),
    ("regex_match", "a|b", "ab", False),
    ("not_regex_match", r".*\@domain.com", "ada@other.com", True),
    ("not_regex_match", r".*\@domain.com", None, False),
    ("greater_than", 1000000, "1000001", True),
    ("greater_than", 5, 5, False),
    ("greater_than", 5, "five", False),
    ("greater_than", 5, -9, False),
    ("greater_than_or_equals", 5, 5, True),
    ("includes", "ale", "Sales", True),
    ("includes", "ALE", "Sales", False),
    ("ends_with", "es", "Sales", True),
    ("contained_in", "US,CA", "CA", True),
    ("contained_in", "US,CA", None, False),
    ("not_contained_in", "US,CA", "NL", True),
    ("equals", "a", ("a", "a"), True),
    ("equals", "a", ("a", "b"), False),
    ("not_equals", "a", ("b", ""), False),
    ("is_null", None, (), True),
]


@pytest.mark.parametrize(
    ("name", "operand", "value", "expected"), TRUTHS, ids=[repr(row) for row in TRUTHS]
)
def test_an_operator_holds_as_entra_says(name, operand, value, expected):
    assert compile_operator(name, operand)(value) is expected


@pytest.mark.parametrize(
    ("name", "operand", "message"),
    [
        ("equal", "x", "there is no operator equal"),
        ("is_true", "x", "is_true takes no value"),
        ("is_null", "x", "is_null takes no value"),
        ("equals", None, "equals needs one value"),
        ("equals", "", "equals needs one value"),
        ("greater_than", "many", "a whole number is needed"),
        ("regex_match", "(", "the pattern cannot be used"),
        ("regex_match", "(?=x)", "the pattern has a look-ahead, which is not supported"),
    ],
)
def test_a_mistake_is_refused(name, operand, message):
    with pytest.raises(ExpressionError) as caught:
        compile_operator(name, operand)
    assert caught.value.message.startswith(message)


def test_a_pattern_that_explodes_elsewhere_ends_at_once():
    assert compile_operator("regex_match", "(a+)+")("a" * 50_000 + "!") is False
