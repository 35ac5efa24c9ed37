"""What is remarked on, and what may flow only once."""

import pytest

from reconciler.errors import ExpressionError
from reconciler.expr import compile_expression

REMARKS = [
    ('IIF([country]="","Other",[country])', 13, "never holds: null and empty fail"),
    ('IIF(IsNullOrEmpty([country]),"Other",[country])', 0, "does not support this as the first"),
    ('IIF(IsPresent([country]),[country],"Other")', 0, "argument of IIF"),
    ('Switch(IsPresent([a]), "b", "True", [a])', 0, "argument of Switch"),
    (r'Join("\-", [a], "b\d")', 6, r"\- is no escape"),
]


@pytest.mark.parametrize(("text", "column", "message"), REMARKS)
def test_what_is_probably_not_meant_is_remarked_on(text, column, message):
    first = compile_expression(text).remarks[0]
    assert first.column == column
    assert message in first.message


@pytest.mark.parametrize(
    "text",
    [
        'Switch([country],[country],"","Other")',
        r'Replace([a], , "\\d\"", , "", , )',
        'IIF([a] = "b", "", "c")',
    ],
)
def test_what_is_usual_is_not_remarked_on(text):
    assert compile_expression(text).remarks == ()


VARIES = [
    ("[a]", ""),
    ("Now()", "time"),
    ('FormatDateTime(Now(), , "d", "d")', "time"),
    ('DateDiff("d", Now(), CDate([a]))', "time"),
    ('IIF(DateDiff("d", Now(), CDate([a])) > 5, "x", "y")', ""),
    ("IIF(CBool(Now() > [a]), Now(), [b])", "time"),
    ("IIF(CDate([a]) < Now(), 1, 2)", ""),
    ("Guid()", "chance"),
    ('IIF(Guid() > "5", 1, 2)', "chance"),
    ('Join("", Now(), RandomString(5,1,1,1,1))', "chance"),
]


@pytest.mark.parametrize(("text", "expected"), VARIES)
def test_only_a_comparison_settles_the_time_and_nothing_settles_chance(text, expected):
    assert compile_expression(text).varies == expected


def test_what_an_expression_does_is_known_before_it_runs():
    assert compile_expression("Redact([a])").redacts
    assert compile_expression('Join("", Redact([a]))').redacts
    assert compile_expression("AppRoleAssignmentsComplex([a])").only_adds
    assert not compile_expression("AssertiveAppRoleAssignmentsComplex([a])").only_adds
    assert compile_expression("SelectUniqueValue([a], [b])").selects
    assert compile_expression('Join("", [b], [a], [b])').columns == {"b": 9, "a": 14}


def test_the_caret_stands_below_the_argument_that_cannot_be():
    with pytest.raises(ExpressionError) as caught:
        compile_expression('Join("", Mid([a], "one", 1))')
    assert caught.value.column == 18
