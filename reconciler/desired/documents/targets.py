"""The section `targets`, as it is written. What is left out comes from the profile or the model."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from reconciler.desired.documents.auth import AuthDocument
from reconciler.desired.documents.fields import Day, Key, Section, Text, short_form
from reconciler.desired.documents.limits import LimitsDocument
from reconciler.desired.documents.notify import NotifyDocument
from reconciler.desired.documents.service import ServiceDocument
from reconciler.model.mapping import AttributeType
from reconciler.model.target import Departure, Verb


class AssignmentDocument(Section):
    """A user or group given access, with an app role and perhaps for a time."""

    user: Key | None = Field(None, description="The key of a user.")
    group: Key | None = Field(None, description="The key of a group.")
    role: Text | None = Field(None, description="The app role.", examples=["Employee"])
    from_: Day | None = Field(None, alias="from", description="First day (UTC) of access.")
    until: Day | None = Field(None, description="Last day (UTC) of access, included.")


class TargetAttributeDocument(Section):
    """A target attribute that the profile lacks, or a word that corrects it."""

    type: AttributeType | None = Field(None, description="RFC 7643 §2.3.")
    case_exact: bool | None = Field(None, description="Whether case counts.")
    multi_valued: bool | None = Field(None, description="Whether it holds a list.")
    required: bool | None = Field(None, description="Whether an object must have it.")
    read_only: bool | None = Field(None, description="Whether only the target sets it.")
    stored: bool | None = Field(None, description="false: the target is known to drop it.")
    immutable: bool | None = Field(None, description="true: it is set once, by the create.")
    never_null: bool | None = Field(None, description="true: a value cannot be taken away.")
    max_length: int | None = Field(None, ge=1, description="The most characters it may have.")
    forbidden: Text | None = Field(None, description="Characters that the target refuses.")


# Strict mode takes no text for an enumeration; it is written as text.
Away: TypeAlias = Annotated[Departure, Field(strict=False)]


class KindDocument(Section):
    """A target's rules for users."""

    mapping: Key | None = Field(None, description="A mapping; the profile's where missing.")
    filter: Key | None = Field(None, description="A scope: only whom it admits is in scope.")
    actions: list[Verb] | None = Field(None, description="What may be done; others are reported.")
    out_of_scope: Away | None = Field(None, description="Overrides the target's.")
    removed: Away | None = Field(None, description="Overrides the target's.")
    attributes: dict[str, TargetAttributeDocument] | None = Field(
        None, description="Target attributes that the profile lacks or has wrong."
    )
    untouchable: list[Text] | None = Field(
        None, description="Names that are never touched; `*` is any characters."
    )


class GroupKindDocument(KindDocument):
    """A target's rules for groups."""

    provision: Literal["assigned", "all", "none"] | None = Field(
        None, description="Which groups are provisioned."
    )


class QuarantineDocument(Section):
    """How much may fail in one run; more ends it for the target (docs/operations.md)."""

    minimum: int | None = Field(None, ge=1, description="Failures from which percent counts.")
    percent: int | None = Field(None, ge=0, le=100, description="Of the writes sent so far.")
    failures: int | None = Field(None, ge=1, description="Failures, without references.")
    total: int | None = Field(None, ge=1, description="Failures, with managers and members.")
    refusals: int | None = Field(
        None, ge=1, description="Writes in a row with 401, 403 or no answer."
    )


class ExternalIdDocument(Section):
    """Ownership by externalId, perhaps only with a prefix."""

    prefix: str = Field("", description="Only objects whose externalId begins so are ours.")


class OwnershipDocument(Section):
    """What proves that a live object is ours (design §5)."""

    kind: Literal["recorded", "external_id", "all"] = Field(
        "recorded", description="recorded: by the ledger; external_id: by its mark; all: the lot."
    )
    external_id: ExternalIdDocument | None = Field(
        None, description="Ownership by externalId, with a prefix."
    )


class TargetDocument(Section):
    """One SCIM service provider."""

    profile: Key = Field(description="What is known of the app.", examples=["acme-app"])
    url: Text | None = Field(
        None, description="Base URL of SCIM.", examples=["https://app.example.com/scim/v2"]
    )
    auth: AuthDocument | None = Field(
        None,
        description="How we prove who we are.",
        examples=[{"bearer": {"env": "APP_SCIM_TOKEN"}}],
    )
    provisioning: Literal["on", "off"] = Field("on", description="off: nothing is written.")
    scope: Literal["assigned", "all"] = Field("assigned", description="Who is in scope.")
    assignments: list[AssignmentDocument] | None = Field(None, description="Who has access.")
    exclude_roles: list[Text] | None = Field(
        None, description="Roles that give no access.", examples=[["Default Access"]]
    )
    sensitive_roles: list[Text] | None = Field(
        None, description="Roles that need a closer look.", examples=[["Admin"]]
    )
    users: KindDocument | None = Field(
        None, description="Rules for users.", examples=[{"mapping": "app-users"}]
    )
    groups: GroupKindDocument | None = Field(
        None, description="Rules for groups.", examples=[{"provision": "assigned"}]
    )
    out_of_scope: Away = Field(Departure.DISABLE, description="Unassigned or filtered out.")
    removed: Away = Field(Departure.DISABLE, description="Gone from the YAML.")
    unmanaged: Literal["ignore", "report"] = Field("report", description="Nobody's here.")
    null_values: Literal["clear", "keep"] = Field("clear", description="What null does.")
    ownership: Annotated[OwnershipDocument, short_form("kind", OwnershipDocument)] | None = Field(
        None,
        description="What proves that a live object is ours.",
        examples=["recorded", {"external_id": {"prefix": "contoso-"}}],
    )
    limits: LimitsDocument | None = Field(
        None,
        description="How much one run may take away.",
        examples=[{"removals": {"percent": 10, "floor": 3}}],
    )
    quarantine: QuarantineDocument | None = Field(
        None,
        description="How much may fail in one run.",
        examples=[{"minimum": 10, "percent": 40}],
    )
    takeover: Literal["conflict", "allow"] = Field(
        "conflict", description="A match that bears somebody else's externalId."
    )
    adopt: Literal["allow", "conflict"] = Field(
        "allow", description="A match that is not linked yet."
    )
    on_unlinked: Literal["conflict", "disable"] = Field(
        "conflict", description="A leaver whose live account is not linked."
    )
    notify: NotifyDocument | None = Field(
        None,
        description="Who is told of what happens here.",
        examples=[{"email": ["it-ops@contoso.example"], "on": ["failure", "held"]}],
    )
    service: ServiceDocument | None = Field(
        None, description="How to talk to this target.", examples=[{"page_size": 50}]
    )
