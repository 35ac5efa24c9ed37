"""The sections `scopes` and `mappings`, as they are written."""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.desired.documents.fields import (
    AttributeValue,
    Key,
    Scalar,
    Section,
    Text,
    short_form,
)


class ClauseDocument(Section):
    """One condition on a source attribute."""

    attribute: Text = Field(description="A source attribute.", examples=["country"])
    operator: Text = Field(description="One of Entra's operators.", examples=["equals"])
    value: AttributeValue = Field(None, description="What the operator compares with.")
    anchor: Literal["whole", "anywhere"] | None = Field(
        None, description="Of a pattern: it matches the whole value, or, as in .NET, a part of it."
    )


class FilterDocument(Section):
    """A named filter: every clause must hold."""

    name: Text = Field(description="What the filter is called in plans.", examples=["US staff"])
    all: list[ClauseDocument] = Field(min_length=1, description="Clauses; all must hold.")


class AttributeMappingDocument(Section):
    """Where the value of one target attribute comes from; empty: nothing flows."""

    expression: Text | None = Field(
        None, description="An expression of Entra's language.", examples=["ToLower([mail])"]
    )
    constant: Scalar | None = Field(None, description="The same value for everybody.")
    match: int = Field(0, ge=0, le=9, description="Matching attribute: 1 is tried first.")
    default: AttributeValue = Field(
        None,
        description="Sent at creation for null; fills an empty attribute where nothing flows.",
    )
    apply: Literal["always", "create", "add"] = Field(
        "always",
        description="When the value flows; add: many values are added, and none is taken away.",
    )
    sensitive: bool = Field(default=False, description="Values are masked wherever shown.")
    case_exact: bool | None = Field(
        None,
        description="Whether a change of case alone is a change; what the target attribute says "
        "where missing. Matching goes by the target attribute.",
    )


AttributeMappingEntry = Annotated[
    AttributeMappingDocument,
    short_form("expression", AttributeMappingDocument, may_be_empty=True),
]


class MappingDocument(Section):
    """What flows to a target: target attribute ← expression, constant or nothing."""

    for_: Literal["user", "group"] = Field(alias="for", description="What it maps.")
    extends: Key | None = Field(
        None,
        description="Begin with another mapping, or with `profile`, the default mapping of the "
        "target's app; what is given here replaces it, and what is given empty takes it out.",
        examples=["profile"],
    )
    attributes: dict[str, AttributeMappingEntry] = Field(
        description="By target attribute path.",
        examples=[{"userName": {"expression": "[userPrincipalName]", "match": 1}}],
    )
