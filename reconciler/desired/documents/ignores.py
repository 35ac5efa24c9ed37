"""The section `ignores`, as it is written."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from reconciler.desired.documents.fields import Day, Key, Section, Text
from reconciler.model.drift_class import DriftClass
from reconciler.model.ignore import IgnoredFor


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


# Strict mode takes no text for an enumeration; it is written as text.
_Class = Annotated[DriftClass, Field(strict=False)]
_Classes = Annotated[
    list[_Class], BeforeValidator(_one_or_many, json_schema_input_type=_Class | list[_Class])
]


class IgnoreDocument(Section):
    """A difference that is known: what it is, why it may be, and until when."""

    target: Key = Field(description="The target at which it is.", examples=["app"])
    user: Text | None = Field(
        None,
        description="The key of a user, or the live name of a stranger; * is any characters.",
        examples=["svc-*"],
    )
    group: Text | None = Field(
        None, description="The key of a group, or the live name of a strange one, with *."
    )
    classes: _Classes | None = Field(
        None, alias="class", description="Only these classes; all where missing."
    )
    attribute: Text | None = Field(
        None, description="Only this attribute, by its path at the target.", examples=["title"]
    )
    member: Text | None = Field(
        None,
        description="Only these members of the group: a key, or a stranger's live name, with *.",
    )
    for_: Annotated[IgnoredFor, Field(strict=False)] = Field(
        IgnoredFor.REPORT,
        alias="for",
        description="report: drift does not list it. enforcement: apply does not change it back.",
    )
    reason: Text = Field(description="Why it may be so; shown wherever it is ignored.")
    until: Day = Field(description="Last day (UTC), included.")
