"""The table of all functions: adding one is a small function and a line in its theme's file."""

from collections.abc import Mapping
from itertools import chain

from reconciler.expr.functions import (
    casing,
    chance,
    dates,
    diacritics,
    encoding,
    flow,
    logic,
    multivalue,
    numbers,
    replace,
    roles,
    search,
    text,
)
from reconciler.expr.signature import Function
from reconciler.values import Value

_THEMES = (
    casing,
    chance,
    dates,
    diacritics,
    encoding,
    flow,
    logic,
    multivalue,
    numbers,
    replace,
    roles,
    search,
    text,
)

FUNCTIONS: Mapping[str, Function] = dict(
    sorted(chain.from_iterable(theme.FUNCTIONS.items() for theme in _THEMES))
)

UNSUPPORTED: Mapping[str, str] = {
    "CRef": "it makes references of Active Directory, and SCIM has none",
    "DNComponent": "it takes distinguished names apart, and SCIM has none",
    "DefaultDomain": "it asks Entra for the tenant's domain; write the domain as text",
    "StringFromSid": "it reads identifiers of Active Directory, and SCIM has none",
}
"""Functions that Entra has, and why there are none here."""

EXAMPLE: Mapping[str, Value] = {
    "userPrincipalName": "Ada.King@contoso.example",
    "givenName": "Ada",
    "surname": "King",
    "mail": "ada@contoso.example",
    "mailNickname": "ada",
    "proxyAddresses": ("SMTP:ada@contoso.example", "smtp:a.king@contoso.example"),
    "country": "US",
    "department": "Engineering",
    "employeeId": "1815",
    "accountEnabled": True,
    "IsSoftDeleted": False,
    "appRoleAssignments": ("Admin", "Auditor"),
}
"""The person whose values the examples give."""
