from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import EvaluationError, ExpressionError
from reconciler.expr import compile_expression, constant
from reconciler.expr.functions.table import FUNCTIONS
from reconciler.expr.parse import parse_expression
from reconciler.expr.tree import (
    Attribute,
    Call,
    Comparison,
    Concatenation,
    Number,
    Text,
    Word,
    print_expression,
)
from reconciler.values import Context

NOON = Context(datetime(2026, 7, 1, 12, tzinfo=UTC))
NAMES = st.text(st.characters(codec="ascii", categories=["L"]), min_size=1, max_size=8)
LEAVES = (
    st.builds(Attribute, NAMES | st.just('addresses[type eq "work"].locality'))
    | st.builds(Text, st.text(max_size=12))
    | st.builds(Number, st.integers(-(2**63), 2**63))
    | st.builds(Word, NAMES)
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(
            Call,
            st.sampled_from(sorted(FUNCTIONS)) | NAMES,
            st.lists(inner | st.none(), max_size=6)
            .filter(lambda items: items != [None])
            .map(tuple),
        )
        | st.builds(Concatenation, st.lists(inner, min_size=2, max_size=4).map(tuple))
        | st.builds(Comparison, st.sampled_from(["=", "<>", ">", ">=", "<", "<="]), inner, inner)
    ),
    max_leaves=12,
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=4,
)


@given(TREES)
def test_a_printed_tree_is_read_back(tree):
    assert parse_expression(print_expression(tree)) == tree


@given(TREES, st.dictionaries(NAMES, VALUES, max_size=4))
def test_evaluation_raises_nothing_but_a_located_error(tree, attributes):
    try:
        compiled = compile_expression(print_expression(tree))
    except ExpressionError:
        return
    try:
        compiled.evaluate(attributes, NOON)
    except EvaluationError:
        return


@given(st.text(max_size=60))
def test_any_text_compiles_or_is_a_located_error(text):
    column = 0
    try:
        compile_expression(text)
    except ExpressionError as error:
        column = error.column
    assert 0 <= column <= len(text)


MISTAKES = [
    ('Join(" ", [givenName]', 4, "this bracket is not closed"),
    ('Joni(" ", [a])', 0, "there is no function Joni"),
    ("toLower([a])", 0, "there is no function toLower"),
    ('Append([mail], "x', 15, "this string is not closed"),
    ("Append([mail)", 7, "this bracket is not closed"),
    ("Append([mail])", 0, "Append takes 2 arguments, and there are 1"),
    ('Switch([a], "d", "k")', 0, "Switch takes at least 4 arguments, and there are 3"),
    ('Switch([a], "d", "k", "v", "w")', 0, "Switch takes a source, a default, and then keys"),
    ("[a] [b]", 4, "the expression ends before 'b'"),
    ("Mid([a], , 2)", 0, "an argument of Mid is missing that it needs"),
    ("Mid([a], 1, ?)", 12, "'?' means nothing here"),
    ("", 0, "the expression ends too early"),
    ("[]", 0, "an attribute needs a name"),
    (r'Replace([a], , "(?=x)", , "")', 0, "the pattern has a look-ahead, which is not supported"),
    ("Coalesce([a], Employee)", 14, "Employee is a bare word"),
    ("[a] = [b] = [c]", 10, "the expression ends before '='"),
    ("(" * 80 + "[a]" + ")" * 80, 61, "this is nested too deeply"),
    ("[a]" * 4000, 10_000, "an expression of 12,000 characters is too long"),
]


@pytest.mark.parametrize(("text", "column", "message"), MISTAKES)
def test_a_mistake_is_named_at_its_column(text, column, message):
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text)
    assert caught.value.message.startswith(message)
    assert caught.value.column == column


def test_a_suggestion_says_that_case_counts():
    with pytest.raises(ExpressionError) as caught:
        compile_expression("toLower([a])")
    assert caught.value.hint == "Did you mean ToLower? Names are case-sensitive."


def test_what_it_reads_is_known_before_it_runs():
    compiled = compile_expression('Switch([a], [b], "k", ToLower([name.givenName]))')
    assert compiled.reads == {"a", "b", "name.givenName"}
    assert constant("Employee").reads == frozenset()
    assert constant("Employee").evaluate({}, NOON) == "Employee"


def test_nested_templates_cannot_explode():
    text = '"xxxxxxxxxx"'
    for _ in range(20):
        text = f'Replace({text}, "x", , , "xxxxxxxxxx", , )'
    with pytest.raises(EvaluationError, match="too long"):
        compile_expression(text).evaluate({}, NOON)


def test_a_pattern_that_explodes_elsewhere_ends_at_once():
    compiled = compile_expression('Replace([a], , "(a+)+$", , "", , )')
    assert compiled.evaluate({"a": "a" * 50_000 + "!"}, NOON) == "a" * 50_000 + "!"
