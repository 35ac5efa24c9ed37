"""The sections `users`, `groups` and `attributes`, as they are written."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from reconciler.desired.catalogue import GROUP_ATTRIBUTES, USER_ATTRIBUTES, SourceType
from reconciler.desired.documents.fields import AttributeValue, Day, Key, Section, Text, short_form
from reconciler.desired.documents.limits import GroupLimitsDocument


def _with_attributes(known: dict[str, Any]) -> ConfigDict:
    """Let editors complete the attributes; declared ones may have any other name."""
    return ConfigDict(
        extra="allow",
        strict=True,
        frozen=True,
        json_schema_extra=lambda schema: schema["properties"].update(
            {name: found for name, found in known.items() if name not in schema["properties"]}
        ),
    )


def _schemas(known: Any) -> dict[str, Any]:
    """Say in JSON Schema what an attribute of the catalogue may hold."""
    boolean = {"type": "boolean"}
    text = {"type": ["string", "integer", "boolean", "array", "null"]}
    return {name: boolean if kind == "boolean" else text for name, kind in known.items()}


class UserDocument(Section):
    """A user: source attributes under Microsoft Graph's names, and when the account is due."""

    model_config = _with_attributes(_schemas(USER_ATTRIBUTES))
    __pydantic_extra__: dict[str, AttributeValue]

    from_: Day | None = Field(None, alias="from", description="First day (UTC) of the account.")
    until: Day | None = Field(None, description="Last day (UTC) of the account, included.")
    required: bool = Field(default=False, description="The user must not be removed.")
    owner: Text | None = Field(None, description="Who answers for the user.")
    sensitive: bool = Field(default=False, description="Changes of access need a closer look.")


class MemberDocument(Section):
    """A user or a nested group written into a group."""

    user: Key | None = Field(None, description="The key of a user.", examples=["ada"])
    group: Key | None = Field(None, description="The key of a nested group.")
    from_: Day | None = Field(None, alias="from", description="First day (UTC) of membership.")
    until: Day | None = Field(None, description="Last day (UTC) of membership, included.")
    reason: Text | None = Field(None, description="Why; shown beside the change.")


Member = Annotated[MemberDocument, short_form("user", MemberDocument)]


class GroupDocument(Section):
    """A group: its attributes and its members."""

    model_config = _with_attributes(_schemas(GROUP_ATTRIBUTES))
    __pydantic_extra__: dict[str, AttributeValue]

    display_name: Text | None = Field(
        None, alias="displayName", description="What people call it; the key where it is missing."
    )
    members: list[Member] | None = Field(
        None, description="Users and nested groups.", examples=[["ada", {"group": "platform"}]]
    )
    members_where: Key | None = Field(
        None, description="A scope: whoever it admits is a member as well."
    )
    previously: list[Key] | None = Field(
        None, description="Earlier keys; a rename keeps the live group."
    )
    owner: Text | None = Field(None, description="Who answers for the group.")
    sensitive: bool = Field(default=False, description="Membership needs a closer look.")
    limits: GroupLimitsDocument | None = Field(
        None,
        description="How many may leave it in one run, instead of what the targets say.",
        examples=[{"revocations": {"percent": 20, "floor": 1}}],
    )


class SourceAttributeDocument(Section):
    """A source attribute of your own, besides Microsoft Graph's."""

    type: SourceType = Field(
        "string", description="What it holds; user is the key of one, users is a list of keys."
    )
    sensitive: bool = Field(default=False, description="Its values are masked wherever shown.")
