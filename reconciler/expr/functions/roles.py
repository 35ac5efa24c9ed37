"""Functions on app roles (reference §1.10). A role's value and display name are its name here."""

from collections.abc import Mapping

from reconciler.expr.signature import Arguments, Function
from reconciler.expr.values import as_texts
from reconciler.values import Complex, Result

_TYPE = "WindowsAzureActiveDirectoryRole"


def single_app_role_assignment(arguments: Arguments) -> Result:
    """Return one role; where there are many, Entra does not say which, we take the first."""
    roles = as_texts(arguments.value(0))
    return roles[0] if roles else None


def app_role_assignments(arguments: Arguments) -> Result:
    return as_texts(arguments.value(0)) or None


def app_role_assignments_complex(arguments: Arguments) -> Result:
    return _complex(arguments, "displayName")


def assertive_app_role_assignments_complex(arguments: Arguments) -> Result:
    return _complex(arguments, "display")


def _complex(arguments: Arguments, display: str) -> Result:
    roles = dict.fromkeys(as_texts(arguments.value(0)))
    return (
        tuple(
            Complex((("primary", False), ("type", _TYPE), (display, role), ("value", role)))
            for role in roles
        )
        or None
    )


FUNCTIONS: Mapping[str, Function] = {
    "AppRoleAssignments": Function(
        app_role_assignments,
        "AppRoleAssignments([appRoleAssignments])",
        "The names of all app roles.",
        1,
        1,
        gives="list",
        examples=(('Join(", ", AppRoleAssignments([appRoleAssignments]))', "Admin, Auditor"),),
    ),
    "AppRoleAssignmentsComplex": Function(
        app_role_assignments_complex,
        "AppRoleAssignmentsComplex([appRoleAssignments])",
        "All app roles, for `roles`; as in Entra, roles are added there and never taken away.",
        1,
        1,
        gives="list",
        only_adds=True,
        examples=(("Count(AppRoleAssignmentsComplex([appRoleAssignments]))", "2"),),
    ),
    "AssertiveAppRoleAssignmentsComplex": Function(
        assertive_app_role_assignments_complex,
        "AssertiveAppRoleAssignmentsComplex([appRoleAssignments])",
        "All app roles, for `roles`; roles that are not assigned are taken away.",
        1,
        1,
        gives="list",
        examples=(("Count(AssertiveAppRoleAssignmentsComplex([appRoleAssignments]))", "2"),),
    ),
    "SingleAppRoleAssignment": Function(
        single_app_role_assignment,
        "SingleAppRoleAssignment([appRoleAssignments])",
        "One app role: the first of the assignments; null where there is none.",
        1,
        1,
        gives="text",
        examples=(("SingleAppRoleAssignment([appRoleAssignments])", "Admin"),),
    ),
}
