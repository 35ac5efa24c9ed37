"""Limits as they are written, in targets and in groups."""

from pydantic import Field

from reconciler.desired.documents.fields import Section, Text


class LimitDocument(Section):
    """At most max(floor, percent of what is there)."""

    percent: int | None = Field(None, ge=0, le=100, description="Of what is there.")
    floor: int | None = Field(None, ge=0, description="This many may always go.")


class DailyDocument(Section):
    """How much all runs of 24 hours may take away, by the ledger."""

    removals: LimitDocument | None = Field(None, description="Accounts disabled or deleted.")
    revocations: LimitDocument | None = Field(None, description="Members removed from a group.")


class LimitsDocument(Section):
    """How much one run may take away, and all runs of a day."""

    removals: LimitDocument | None = Field(None, description="Accounts disabled or deleted.")
    revocations: LimitDocument | None = Field(None, description="Members removed from a group.")
    daily: DailyDocument | None = Field(
        None,
        description="The same within 24 hours; half as much again where missing.",
        examples=[{"removals": {"percent": 15, "floor": 5}}],
    )
    mass_change: LimitDocument | None = Field(
        None, description="Accounts in which one attribute changes."
    )
    protect: list[Text] | None = Field(
        None, description="Users and groups that are never changed to less."
    )


class GroupLimitsDocument(Section):
    """How many may leave this group in one run, at every target."""

    revocations: LimitDocument | None = Field(None, description="Members removed from the group.")
