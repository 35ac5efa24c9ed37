"""The section `policies`, as it is written."""

from typing import Literal

from pydantic import Field

from reconciler.desired.documents.fields import Day, Key, Section, Text
from reconciler.model.policy import Kind, Need


class PartDocument(Section):
    """A group, or a role at a target; without the role any access there."""

    group: Key | None = Field(None, description="The key of a group.")
    target: Key | None = Field(None, description="The key of a target.")
    role: Text | None = Field(None, description="An app role of the target.")


class ExceptionDocument(Section):
    """A user, or a group with everybody in it, to whom the policy does not apply for a time."""

    user: Key | None = Field(None, description="The key of a user.")
    group: Key | None = Field(None, description="The key of a group.")
    reason: Text = Field(description="Why; whoever reads it must be able to judge.")
    until: Day = Field(description="Last day (UTC) of the exception, included.")


class PolicyDocument(Section):
    """What is demanded; which keys belong to which kind stands in docs/safety.md."""

    kind: Kind = Field(description="What is demanded.", examples=["separation"])
    severity: Literal["error", "warning"] = Field(
        "error", description="error: what would break it is held; warning: it is reported."
    )
    message: Text | None = Field(None, description="Why it is demanded; shown with a breach.")
    where: Key | None = Field(None, description="A scope: only whom it admits is concerned.")
    targets: list[Key] | None = Field(
        None, max_length=100, description="Where it counts; everywhere where missing."
    )
    exceptions: list[ExceptionDocument] | None = Field(
        None, max_length=500, description="To whom it does not apply, and how long."
    )
    of: list[PartDocument] | None = Field(
        None,
        max_length=20,
        description="separation: nobody has two of these.",
        examples=[[{"group": "payments"}, {"target": "app", "role": "Admin"}]],
    )
    days: int | None = Field(
        None,
        ge=1,
        le=10_000,
        description="end_date, membership: `until` is at most so many days ahead.",
    )
    groups: list[Key] | None = Field(
        None,
        max_length=1000,
        description="membership: the groups; those that are sensitive where missing.",
    )
    needs: list[Need] | None = Field(
        None,
        min_length=1,
        description="membership: owner of the group, reason and until of each member's line; "
        "all three where missing.",
    )
    attributes: list[Text] | None = Field(
        None,
        min_length=1,
        max_length=20,
        description="domain: source attributes with addresses; mail where missing.",
    )
    domains: list[Text] | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="domain: what may stand after the @; `*.x` is every domain below x.",
        examples=[["contoso.example", "*.contoso.example"]],
    )
    must: Key | None = Field(None, description="scope: a scope that everybody must pass.")
