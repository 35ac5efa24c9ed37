"""A file of the desired state as a whole; JSON Schema and the forms of entries come from here."""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import Field

from reconciler.desired.documents.fields import Section
from reconciler.desired.documents.ignores import IgnoreDocument
from reconciler.desired.documents.mappings import FilterDocument, MappingDocument
from reconciler.desired.documents.people import (
    GroupDocument,
    SourceAttributeDocument,
    UserDocument,
)
from reconciler.desired.documents.policies import PolicyDocument
from reconciler.desired.documents.targets import TargetDocument


class DesiredDocument(Section):
    """Any file may hold any of these sections; the files of a tree are merged."""

    users: dict[str, UserDocument] | None = Field(
        None,
        description="Users by key: stable, never reused; the default externalId.",
        examples=[{"ada": {"userPrincipalName": "ada@contoso.example", "givenName": "Ada"}}],
    )
    groups: dict[str, GroupDocument] | None = Field(
        None,
        description="Groups by key.",
        examples=[{"platform": {"displayName": "Platform", "members": ["ada"]}}],
    )
    scopes: dict[str, list[FilterDocument]] | None = Field(
        None,
        description="Scope rules by key: OR between filters, AND between the clauses of one.",
        examples=[
            {
                "us": [
                    {
                        "name": "US staff",
                        "all": [{"attribute": "country", "operator": "equals", "value": "US"}],
                    }
                ]
            }
        ],
    )
    mappings: dict[str, MappingDocument] | None = Field(
        None,
        description="Mappings by key: target attribute path ← expression, constant or nothing.",
        examples=[{"app-users": {"for": "user", "attributes": {"title": "[jobTitle]"}}}],
    )
    targets: dict[str, TargetDocument] | None = Field(
        None,
        description="Targets by key: SCIM service providers.",
        examples=[{"app": {"profile": "acme-app", "auth": {"bearer": {"env": "TOKEN"}}}}],
    )
    attributes: dict[str, SourceAttributeDocument] | None = Field(
        None,
        description="Source attributes of your own, by name.",
        examples=[{"badgeNumber": {"type": "string", "sensitive": True}}],
    )
    ignores: dict[str, IgnoreDocument] | None = Field(
        None,
        description="Differences that are known, by a key of your own: for a reason, until a day.",
        examples=[
            {
                "scanner": {
                    "target": "app",
                    "user": "svc-scanner*",
                    "class": "unmanaged",
                    "reason": "The landlord's badge scanner.",
                    "until": "2027-01-31",
                }
            }
        ],
    )
    policies: dict[str, PolicyDocument] | None = Field(
        None,
        description="Policies by id: what is demanded of people, groups and access.",
        examples=[
            {
                "pay-or-approve": {
                    "kind": "separation",
                    "of": [{"group": "payments"}, {"group": "approvers"}],
                }
            }
        ],
    )


def _entry_form(annotation: Any) -> Any:
    """Return X of `dict[str, X] | None`."""
    return get_args(get_args(annotation)[0])[1]


SECTIONS: Mapping[str, Any] = {
    name: _entry_form(field.annotation) for name, field in DesiredDocument.model_fields.items()
}
"""What an entry of each section must be."""
