"""Limits: from what is written to the model's values, over the model's defaults."""

from reconciler.desired.documents.limits import (
    DailyDocument,
    GroupLimitsDocument,
    LimitDocument,
    LimitsDocument,
)
from reconciler.desired.entries import Entry
from reconciler.model.limit import DEFAULT_LIMITS, Daily, Limit, Limits


def build_limits(document: LimitsDocument | None, entry: Entry) -> Limits:
    """Return the limits of a target; what a day allows follows from what a run does."""
    document = document or LimitsDocument()
    daily, default = document.daily or DailyDocument(), DEFAULT_LIMITS
    removals = _limit(document.removals, default.removals, entry, "removals")
    revocations = _limit(document.revocations, default.revocations, entry, "revocations")
    return Limits(
        removals,
        revocations,
        frozenset(document.protect or ()),
        Daily(
            _limit(daily.removals, removals.in_a_day, entry, "daily", "removals"),
            _limit(daily.revocations, revocations.in_a_day, entry, "daily", "revocations"),
        ),
        _limit(document.mass_change, default.mass_change, entry, "mass_change"),
    )


def build_group_limit(document: GroupLimitsDocument | None, entry: Entry) -> Limit | None:
    """Return how many may leave a group, None where the group says nothing of it."""
    if document is None or document.revocations is None:
        return None
    return _limit(document.revocations, DEFAULT_LIMITS.revocations, entry, "revocations")


def _limit(document: LimitDocument | None, default: Limit, entry: Entry, *steps: str) -> Limit:
    if document is None:
        return default
    return Limit(
        default.percent if document.percent is None else document.percent,
        default.floor if document.floor is None else document.floor,
        entry.position("limits", *steps),
    )
