"""What each server is sent, and what it does not store or do: every line with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.servers.variants import ACME

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

DEPARTMENT = f"{ENTERPRISE}:department"
MANAGER = f"{ENTERPRISE}:manager"
WORK_ADDRESS = 'emails[type eq "work"].value'
CORE: dict[str, Any] = {
    "userName": {"expression": "[userPrincipalName]", "match": 1},
    "active": 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
    "name.givenName": "[givenName]",
    "name.familyName": "[surname]",
    WORK_ADDRESS: "[mail]",
    "displayName": "[displayName]",
    "title": "[jobTitle]",
    "nickName": "[mailNickname]",
}
FULL: dict[str, Any] = CORE | {
    DEPARTMENT: "[department]",
    MANAGER: "[manager]",
}


@dataclass(frozen=True)
class Expected:
    """How one server is spoken to, and what must be named as different after every apply."""

    people: int = 200
    mapping: Mapping[str, Any] = field(default_factory=lambda: FULL)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    service: Mapping[str, Any] = field(default_factory=dict)
    rewritten: frozenset[str] = frozenset()
    """Attributes that the server drops or makes itself: the plan names each, and sends none."""
    keeps_the_deleted: bool = False
    """DELETE leaves an inactive account behind."""


EXPECTED: Mapping[str, Expected] = {
    "scim2-server": Expected(),
    "scim2-server-minimal": Expected(service={"quirks": ["no_patch"]}),
    "scim2-server-tiny-pages": Expected(service={"page_size": 7}),
    "scim2-server-cursor": Expected(service={"quirks": ["cursor_paging"], "page_size": 25}),
    "scim2-server-cursor-index": Expected(service={"page_size": 25}),
    "scim2-server-acme": Expected(
        mapping=FULL | {f"{ACME}:costCode": "[employeeId]"},
        attributes={f"{ACME}:costCode": {"required": True, "case_exact": True}},
    ),
    "scim2-server-precis": Expected(),
    "scim2-server-tenant": Expected(service={"bulk": {"operations": 50}}),
    "scimmy": Expected(),
    # Its schema has no nickName: dropped without a word.
    "better-auth": Expected(rewritten=frozenset({"nickName"})),
    # Its users are Django's, so there is no room for more than a name and one
    # address, of no type.
    "django-scim2": Expected(
        service={"quirks": ["members_ignored_on_create", "remove_members_by_value"]},
        # The display name it makes from the name.
        rewritten=frozenset(
            {"displayName", "title", "nickName", WORK_ADDRESS, DEPARTMENT, MANAGER}
        ),
    ),
    # It refuses the enterprise extension with 400, so nothing of that is mapped; one
    # address is kept, of no type.
    "django-scim2-server": Expected(
        mapping=CORE,
        service={"quirks": ["delete_deactivates"]},
        rewritten=frozenset({"displayName", "title", "nickName", WORK_ADDRESS}),
        keeps_the_deleted=True,
    ),
}
