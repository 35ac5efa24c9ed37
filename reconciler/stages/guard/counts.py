"""Guards that count: how many may go at once, of all, and of one group."""

from collections.abc import Iterator

from reconciler.model.evidence import Evidence
from reconciler.model.plan import Action, Change, Guard, Violation
from reconciler.model.values import Kind
from reconciler.stages.guard.taking import REMOVALS, going_of, leaving_ids, ours_of


def guard_removals(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Count users and groups apart; inactive accounts that are deleted count on both sides."""
    for kind in Kind:
        going = going_of(changes, kind)
        ours = ours_of(evidence, kind, going)
        limit = evidence.target.limits.removals
        allowed = limit.allows(ours)
        if len(going) > allowed or (going and len(going) == ours):
            noun = "accounts" if kind is Kind.USER else "groups"
            share = "all" if len(going) == ours else str(len(going))
            yield Violation(
                Guard.REMOVALS,
                f"{share} of our {ours} live {noun} would be disabled or deleted; "
                f"the limit is {allowed} ({limit.percent} %, at least {limit.floor})",
                evidence.setting("limits.removals"),
                (("removals", len(going)), ("ours", ours), ("limit", allowed)),
                frozenset(item.id for item in going),
            )


def guard_revocations(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Count the members that keep their account: departures are counted by `removals`."""
    limit = evidence.target.limits.revocations
    gone = {item.live_id for item in changes if item.action in REMOVALS}
    for change in changes:
        if change.live is None or change.action not in (Action.REMOVE_MEMBERS, Action.DELETE):
            continue
        if change.kind is not Kind.GROUP:
            continue
        members = change.live.members or frozenset()
        leaving = members if change.action is Action.DELETE else leaving_ids(change)
        revoked = len(leaving - gone)
        allowed = limit.allows(len(members))
        if revoked > allowed or (revoked and revoked == len(members)):
            yield Violation(
                Guard.REVOCATIONS,
                f"{_share(revoked, len(members))} of {change.key} would lose it; "
                f"the limit is {allowed} ({limit.percent} %, at least {limit.floor})",
                evidence.setting("limits.revocations"),
                (("revocations", revoked), ("members", len(members)), ("limit", allowed)),
                frozenset([change.id]),
            )


def _share(part: int, total: int) -> str:
    if part < total:
        return f"{part} of the {total} members"
    return f"all {total} members" if total > 1 else "the only member"
