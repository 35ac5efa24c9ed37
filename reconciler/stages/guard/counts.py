"""Guards that count: how many may go at once, of all, and of one group."""

from collections.abc import Iterator

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


def guard_removals(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Count users and groups apart; inactive accounts that are deleted count on both sides."""
    for kind in Kind:
        going = going_of(changes, kind)
        ours = len(ours_of(evidence, kind, going))
        limit = evidence.target.limits.removals
        allowed = limit.allows(ours)
        if len(going) > allowed or (going and len(going) == ours):
            noun = "accounts" if kind is Kind.USER else "groups"
            share = "all" if len(going) == ours else str(len(going))
            yield Violation(
                Guard.REMOVALS,
                f"{share} of our {ours} live {noun} would be disabled or deleted; "
                f"{in_words(limit, allowed)}",
                evidence.setting("limits.removals"),
                (("removals", len(going)), ("ours", ours), ("limit", allowed)),
                frozenset(item.id for item in going),
            )


def guard_revocations(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Count the members that keep their account: departures are counted by `removals`."""
    own = group_limits(evidence)
    for found in revocations_of(changes):
        key, revoked, members = found.change.key, len(found.leaving), len(found.members)
        limit = own.get(key, evidence.target.limits.revocations)
        allowed = limit.allows(members)
        if revoked > allowed or (revoked and revoked == members):
            setting = f"groups.{key}" if key in own else f"targets.{evidence.target.key}"
            yield Violation(
                Guard.REVOCATIONS,
                f"{_share(revoked, members)} of {key} would lose it; {in_words(limit, allowed)}",
                f"{setting}.limits.revocations",
                (("revocations", revoked), ("members", members), ("limit", allowed)),
                frozenset([found.change.id]),
            )


def _share(part: int, total: int) -> str:
    if part < total:
        return f"{part} of the {total} members"
    return f"all {total} members" if total > 1 else "the only member"
