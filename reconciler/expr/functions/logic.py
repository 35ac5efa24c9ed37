"""Functions that choose (reference §2.2)."""

from collections.abc import Mapping

from reconciler.expr.signature import Arguments, Function
from reconciler.expr.tree import Call
from reconciler.expr.values import as_texts, is_empty
from reconciler.values import Result


def coalesce(arguments: Arguments) -> Result:
    """Return the first that is not null; an empty string is a value."""
    found = (arguments.value(index) for index in range(len(arguments)))
    return next((item for item in found if item is not None), None)


def iif(arguments: Arguments) -> Result:
    holds = arguments.text(0) == "True"
    return arguments.value(1 if holds else 2)


def is_null(arguments: Arguments) -> Result:
    return arguments.value(0) is None


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


def single_app_role_assignment(arguments: Arguments) -> Result:
    """Return one role; where there are many, Entra does not say which, we take the first."""
    roles = as_texts(arguments.value(0))
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
