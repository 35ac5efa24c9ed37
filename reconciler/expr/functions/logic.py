"""Functions that choose (reference §2.2)."""

from collections.abc import Mapping

from reconciler.expr.signature import Arguments, Function
from reconciler.expr.tree import Call
from reconciler.expr.values import is_empty
from reconciler.values import Flow, Result


def coalesce(arguments: Arguments) -> Result:
    """Return the first that is not null; an empty string is a value."""
    found = (arguments.value(index) for index in range(len(arguments)))
    return next((item for item in found if item not in (None, Flow.IGNORE)), None)


def iif(arguments: Arguments) -> Result:
    holds = arguments.text(0) == "True"
    return arguments.value(1 if holds else 2)


def is_null(arguments: Arguments) -> Result:
    return arguments.value(0) in (None, Flow.IGNORE)


def is_null_or_empty(arguments: Arguments) -> Result:
    return is_empty(arguments.value(0))


def is_present(arguments: Arguments) -> Result:
    return not is_empty(arguments.value(0))


def negate(arguments: Arguments) -> Result:
    """Return "True" for anything but "True"."""
    return arguments.text(0) != "True"


def switch(arguments: Arguments) -> Result:
    """Return the value of the first key that equals source; null matches the key ""."""
    source = arguments.text(0) or ""
    for index in range(2, len(arguments) - 1, 2):
        if arguments.is_given(index) and (arguments.text(index) or "") == source:
            return arguments.value(index + 1)
    return arguments.value(1)


def is_string(arguments: Arguments) -> Result:
    """Tell whether CStr would give text: null and many values give none."""
    value = arguments.value(0)
    if isinstance(value, tuple):
        return len(value) == 1
    return not isinstance(value, Flow | None)


def _even(call: Call) -> str | None:
    if len(call.arguments) % 2 == 0:
        return None
    return "Switch takes a source, a default, and then keys and values in pairs"


FUNCTIONS: Mapping[str, Function] = {
    "Coalesce": Function(
        coalesce,
        "Coalesce(source1, …)",
        "The first value that is not null; the empty string is a value.",
        1,
        None,
        examples=(("Coalesce([otherMails], [userPrincipalName])", "Ada.King@contoso.example"),),
    ),
    "IIF": Function(
        iif,
        "IIF(condition, valueIfTrue, valueIfFalse)",
        "One of two values, by a comparison; a null or empty operand fails it.",
        3,
        3,
        examples=(('IIF([country]="US",[country],[department])', "US"),),
    ),
    "IsNothing": Function(
        is_null,
        "IsNothing(source)",
        "True where the attribute is absent: IsNull.",
        1,
        1,
        gives="boolean",
        examples=(("IsNothing([companyName])", "True"),),
    ),
    "IsNull": Function(
        is_null,
        "IsNull(expression)",
        "True where the value is null; the empty string is not.",
        1,
        1,
        gives="boolean",
        examples=(("IsNull([companyName])", "True"), ('IsNull("")', "False")),
    ),
    "IsNullOrEmpty": Function(
        is_null_or_empty,
        "IsNullOrEmpty(expression)",
        "True where the value is null or the empty string.",
        1,
        1,
        gives="boolean",
        examples=(('IsNullOrEmpty("")', "True"),),
    ),
    "IsPresent": Function(
        is_present,
        "IsPresent(expression)",
        "True where the value is neither null nor the empty string.",
        1,
        1,
        gives="boolean",
        examples=(("IsPresent([country])", "True"),),
    ),
    "IsString": Function(
        is_string,
        "IsString(expression)",
        "True where the value can be text: neither null nor many values.",
        1,
        1,
        gives="boolean",
        examples=(("IsString([country])", "True"),),
    ),
    "Not": Function(
        negate,
        "Not(source)",
        "False for True, and True for anything else.",
        1,
        1,
        gives="boolean",
        examples=(("Not([IsSoftDeleted])", "True"),),
    ),
    "Switch": Function(
        switch,
        "Switch(source, defaultValue, key1, value1, …)",
        'The value of the first key that equals source, by case; null and empty equal the key "".',
        4,
        None,
        check=_even,
        examples=(
            ('Switch([IsSoftDeleted], , "False", "True", "True", "False")', "True"),
            ('Switch([country],[country],"","Other")', "US"),
        ),
    ),
}
