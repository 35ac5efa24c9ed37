"""What takes something away, counted as all guards count it."""

from collections.abc import Iterable

from reconciler.model.evidence import Evidence
from reconciler.model.plan import Action, Change
from reconciler.model.values import Kind

REMOVALS = (Action.DISABLE, Action.DELETE)


def going_of(changes: Iterable[Change], kind: Kind) -> list[Change]:
    """Return the changes that end an account or group."""
    return [item for item in changes if item.kind is kind and item.action in REMOVALS]


def ours_of(evidence: Evidence, kind: Kind, going: Iterable[Change]) -> int:
    """Count what is live, active and ours, and what goes in any case."""
    pairs = (pair.live for pair in evidence.pairing.pairs if pair.linked)
    leavers = (leaver.live for leaver in evidence.pairing.leavers)
    ours = {live.id for live in (*pairs, *leavers) if live.kind is kind and live.active}
    return len(ours | {item.live_id for item in going if item.live_id is not None})


def leaving_ids(change: Change) -> frozenset[str | None]:
    """Return the live ids of the members that *change* removes."""
    return frozenset(member.live_id for member in change.remove)
