"""What a profile may say, as pydantic documents; the JSON Schema for editors comes from here."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from reconciler.gallery.service import Closed, ServiceDocument

AttributeType = Literal["string", "boolean", "integer", "dateTime", "reference", "complex"]
Verb = Literal["create", "update", "disable", "delete"]


class AttributeDocument(Closed):
    """A target attribute (RFC 7643 §2.2), or what is different about it here."""

    type: AttributeType | None = Field(None, description="Its type; string if not given.")
    case_exact: bool | None = Field(None, description="Whether case counts in comparisons.")
    multi_valued: bool | None = Field(None, description="Whether it holds many values.")
    required: bool | None = Field(None, description="Whether the app refuses objects without it.")
    read_only: bool | None = Field(None, description="Whether only the app sets it.")
    stored: bool | None = Field(None, description="False where the app drops it without a word.")
    immutable: bool | None = Field(None, description="Whether it is set once, by the create.")
    never_null: bool | None = Field(None, description="Whether a value cannot be taken away.")
    max_length: int | None = Field(None, ge=1, description="The most characters it may have.")
    forbidden: str | None = Field(None, description="Characters that the app refuses in it.")


def _long_form(value: Any) -> Any:
    return {"expression": value} if isinstance(value, str) else value


class MappingDocument(Closed):
    """Where the value of a target attribute comes from."""

    expression: str | None = Field(None, description="An expression of Entra's language.")
    constant: str | bool | int | None = Field(None, description="The same value for everybody.")
    match: int = Field(0, ge=0, le=9, description="Matching precedence, 1 first; 0 is none.")
    default: str | bool | int | None = Field(None, description="Sent by a create for null.")
    apply: Literal["always", "create"] = Field("always", description="When the value flows.")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.expression is not None and self.constant is not None:
            raise PydanticCustomError("one_source", "has both an expression and a constant")
        return self


_Mapping = Annotated[
    MappingDocument, BeforeValidator(_long_form, json_schema_input_type=str | MappingDocument)
]
"""Short form: the expression alone."""


class KindDocument(Closed):
    """What the app takes of users, or of groups."""

    actions: list[Verb] = Field(description="What the app can do, delete included.")
    attributes: list[str] = Field(description="Attribute paths of the core schema that it takes.")
    own_attributes: dict[str, AttributeDocument] = Field(
        default_factory=dict, description="Attributes beyond the core, and what differs in it."
    )
    stores_external_id: bool = Field(default=True, description="Whether externalId is kept.")
    untouchable: list[str] = Field(
        default_factory=list, description="Names of the app's own; `*` is any characters."
    )
    mapping: dict[str, _Mapping] = Field(
        description="The default mapping: target attribute ← expression."
    )


class ProfileDocument(Closed):
    """Everything that is known of an app."""

    key: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="The name of the file.")
    title: str = Field(description="What people call the app.")
    docs: list[str] = Field(min_length=1, description="Where each claim can be checked.")
    sources: Literal["restated", "read"] = Field(
        description="read: somebody read those pages; restated: only what others wrote of them."
    )
    verified: date = Field(strict=False, description="When that was last done.")
    url: str | None = Field(None, description="The base URL, where every tenant has the same.")
    url_hint: str = Field(description="Where to find the base URL and the token.")
    hosts: list[str] = Field(
        default_factory=list, description="Host suffixes that tell the app from a URL."
    )
    notes: list[str] = Field(default_factory=list, description="What people should know.")
    delete_is_irreversible: bool = Field(default=False, description="A delete cannot be undone.")
    service: ServiceDocument = Field(default_factory=ServiceDocument, description="The client.")
    users: KindDocument = Field(description="Users.")
    groups: KindDocument | None = Field(None, description="Groups; left out: not supported.")


def profile_schema() -> dict[str, Any]:
    """Return the JSON Schema of a profile file."""
    schema = ProfileDocument.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
