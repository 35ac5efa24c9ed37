"""The budget of a day: what several runs take away together, by the ledger."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from reconciler.model.evidence import Evidence
from reconciler.model.guard import Guard
from reconciler.model.plan import Change, Violation
from reconciler.model.values import Kind
from reconciler.stages.guard.taking import (
    going_of,
    group_limits,
    in_words,
    ours_of,
    revocations_of,
)


def guard_daily(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Count what goes now with what went in the last 24 hours and has not come back."""
    if not evidence.memory.losses:
        return
    for kind in Kind:
        yield from _removals(changes, evidence, kind)
    yield from _revocations(changes, evidence)


def _removals(changes: tuple[Change, ...], evidence: Evidence, kind: Kind) -> Iterator[Violation]:
    going = going_of(changes, kind)
    here = ours_of(evidence, kind, going)
    back = {live.id for live in evidence.snapshot.of(kind) if live.active}
    gone = {
        loss.live_id
        for loss in evidence.memory.losses
        if loss.kind is kind and not loss.members and loss.live_id not in back
    }
    now = {item.live_id for item in going}
    limit = evidence.target.limits.daily.removals
    total, allowed = len(gone | now), limit.allows(len(gone | here))
    if going and gone - now and total > allowed:
        noun = "accounts" if kind is Kind.USER else "groups"
        yield Violation(
            Guard.DAILY,
            f"{len(gone - now)} {noun} went in the last 24 hours, and {len(going)} more would be "
            f"disabled or deleted; {in_words(limit, allowed)}",
            evidence.setting("limits.daily.removals"),
            (("removals", len(going)), ("earlier", len(gone - now)), ("limit", allowed)),
            frozenset(item.id for item in going),
        )


def _revocations(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    own, left = group_limits(evidence), _left(evidence)
    ids = evidence.pairing.ids().items()
    names = {live_id: ref.key for ref, live_id in ids if ref.kind is Kind.USER}
    for found in revocations_of(changes):
        key = found.change.key
        gone = left.get(found.change.live_id, set())
        gone = gone - {names.get(live_id, f"id:{live_id}") for live_id in found.members}
        revoked = len(found.leaving)
        limit = own[key].in_a_day if key in own else evidence.target.limits.daily.revocations
        allowed = limit.allows(len(found.members) + len(gone))
        if revoked and gone and revoked + len(gone) > allowed:
            setting = f"groups.{key}.limits.revocations"
            yield Violation(
                Guard.DAILY,
                f"{len(gone)} members of {key} left in the last 24 hours, and {revoked} more would "
                f"lose it; {in_words(limit, allowed)}",
                setting if key in own else evidence.setting("limits.daily.revocations"),
                (("revocations", revoked), ("earlier", len(gone)), ("limit", allowed)),
                frozenset([found.change.id]),
            )


def _left(evidence: Evidence) -> Mapping[str | None, set[str]]:
    """Return who left each group and keeps an account, by the group's live id, as names."""
    losses = evidence.memory.losses
    departed = {item.key for item in losses if item.kind is Kind.USER}
    left: dict[str | None, set[str]] = defaultdict(set)
    for item in losses:
        left[item.live_id] |= item.members - departed
    return left
