"""Functions that choose (reference §2.2)."""

from collections.abc import Mapping

from reconciler.expr.functions.arguments import is_given, text, value
from reconciler.expr.signature import Arguments, Function
from reconciler.expr.tree import Call
from reconciler.expr.values import Value, as_texts, is_empty


def coalesce(arguments: Arguments) -> Value:
    """Return the first that is not null; an empty string is a value."""
    found = (value(arguments, index) for index in range(len(arguments)))
    return next((item for item in found if item is not None), None)


def iif(arguments: Arguments) -> Value:
    holds = text(arguments, 0) == "True"
    return value(arguments, 1 if holds else 2)


def is_null(arguments: Arguments) -> Value:
    return value(arguments, 0) is None


def is_null_or_empty(arguments: Arguments) -> Value:
    return is_empty(value(arguments, 0))


def is_present(arguments: Arguments) -> Value:
    return not is_empty(value(arguments, 0))


def negate(arguments: Arguments) -> Value:
    """Return "True" for anything but "True"."""
    return text(arguments, 0) != "True"


def switch(arguments: Arguments) -> Value:
    """Return the value of the first key that equals source; null matches the key ""."""
    source = text(arguments, 0) or ""
    for index in range(2, len(arguments) - 1, 2):
        if is_given(arguments, index) and (text(arguments, index) or "") == source:
            return value(arguments, index + 1)
    return value(arguments, 1)


def single_app_role_assignment(arguments: Arguments) -> Value:
    """Return one role; where there are many, Entra does not say which, we take the first."""
    roles = as_texts(value(arguments, 0))
    return roles[0] if roles else None


def _even(call: Call) -> str | None:
    if len(call.arguments) % 2 == 0:
        return None
    return "Switch takes a source, a default, and then keys and values in pairs"


FUNCTIONS: Mapping[str, Function] = {
    "Coalesce": Function(
        coalesce, "Coalesce(source1, …)", "The first value that is not null.", 1, None
    ),
    "IIF": Function(
        iif, "IIF(condition, then, else)", "Chooses by a comparison; null fails it.", 3, 3
    ),
    "IsNull": Function(is_null, "IsNull(source)", "True where it is absent.", 1, 1),
    "IsNullOrEmpty": Function(
        is_null_or_empty, "IsNullOrEmpty(source)", "True where it is absent or empty.", 1, 1
    ),
    "IsPresent": Function(
        is_present, "IsPresent(source)", "True where it is neither absent nor empty.", 1, 1
    ),
    "Not": Function(negate, "Not(source)", "False for True, else True.", 1, 1),
    "SingleAppRoleAssignment": Function(
        single_app_role_assignment,
        "SingleAppRoleAssignment([appRoleAssignments])",
        "One app role of the assignment.",
        1,
        1,
    ),
    "Switch": Function(
        switch,
        "Switch(source, default, key1, value1, …)",
        "The value of the first key that equals source.",
        4,
        None,
        check=_even,
    ),
}
