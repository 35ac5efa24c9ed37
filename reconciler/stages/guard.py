"""Guard: every limit that the changes would break, all at once, with the way out (design §6).

A guard holds back its own changes; what depends on them is held with them. Nothing raises.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from reconciler.model.pairing import Pairing
from reconciler.model.plan import Action, Change, Guard, Violation
from reconciler.model.resource import LookUp, Memory, Snapshot, Wanted
from reconciler.model.service import Quirk
from reconciler.model.target import Standing, Target
from reconciler.model.values import Kind, Ref

_REMOVALS = (Action.DISABLE, Action.DELETE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the guards look at beside the changes themselves."""

    wanted: tuple[Wanted, ...]
    pairing: Pairing
    snapshot: Snapshot
    target: Target
    memory: Memory

    def setting(self, name: str) -> str:
        """Return the YAML path of a setting of this target."""
        return f"targets.{self.target.key}.{name}"


def guard_changes(changes: Iterable[Change], evidence: Evidence) -> tuple[Violation, ...]:
    """Return every guard that holds some of *changes* back; an empty tuple means go."""
    found = tuple(changes)
    return tuple(
        violation for guard in _GUARDS for violation in guard(found, evidence) if violation.holds
    )


_Guard = Callable[[tuple[Change, ...], Evidence], Iterator[Violation]]


def _removals(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Count users and groups apart; inactive accounts that are deleted count on both sides."""
    for kind in Kind:
        going = _going(changes, kind)
        ours = _ours(evidence, kind, going)
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


def _going(changes: Iterable[Change], kind: Kind) -> list[Change]:
    return [item for item in changes if item.kind is kind and item.action in _REMOVALS]


def _ours(evidence: Evidence, kind: Kind, going: Iterable[Change]) -> int:
    pairs = (pair.live for pair in evidence.pairing.pairs if pair.linked)
    leavers = (leaver.live for leaver in evidence.pairing.leavers)
    ours = {live.id for live in (*pairs, *leavers) if live.kind is kind and live.active}
    return len(ours | {item.live_id for item in going if item.live_id is not None})


def _revocations(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Count the members that keep their account: departures are counted by `removals`."""
    limit = evidence.target.limits.revocations
    gone = {item.live_id for item in changes if item.action in _REMOVALS}
    for change in changes:
        if change.live is None or change.action not in (Action.REMOVE_MEMBERS, Action.DELETE):
            continue
        if change.kind is not Kind.GROUP:
            continue
        members = change.live.members or frozenset()
        leaving = members if change.action is Action.DELETE else _ids(change)
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


def _ids(change: Change) -> frozenset[str | None]:
    return frozenset(member.live_id for member in change.remove)


def _adoption(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    unsettled = {
        pair.wanted.key
        for pair in evidence.pairing.pairs
        if pair.wanted.kind is Kind.GROUP and not (pair.linked and pair.settled)
    }
    for change in changes:
        if change.action is Action.REMOVE_MEMBERS and change.key in unsettled:
            yield Violation(
                Guard.ADOPTION,
                f"{change.key} was not ours until now, so adopting it only adds; this "
                "would remove whoever is not in the YAML",
                f"groups.{change.key}.members",
                (("removed", len(change.remove)),),
                frozenset([change.id]),
            )


def _incomplete(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Hold what an incomplete list cannot justify; a create needs a look-up that found nothing.

    Where everybody is asked for one by one, whoever was found may go, and nobody else.
    """
    held = set(_unproven_members(changes, evidence))
    doubt = "the members of a group are not proven"
    if not evidence.snapshot.complete:
        doubt = "the snapshot is not proven complete"
        proven = {item.ref for item in evidence.wanted if _is_proven_absent(item, evidence)}
        held.update(_takes_unproven(changes, evidence.snapshot))
        held.update(
            item.id
            for item in changes
            if item.action is Action.CREATE and Ref(item.kind, item.key) not in proven
        )
    reason = "; ".join(evidence.snapshot.evidence) or "the lists could not be verified"
    yield Violation(
        Guard.INCOMPLETE,
        f"{doubt}: {reason}",
        evidence.setting("service"),
        (("held", len(held)),),
        frozenset(held),
    )


def _takes_unproven(changes: Iterable[Change], snapshot: Snapshot) -> Iterator[str]:
    """Yield what takes something away; of a snapshot without lists, what does so from strangers."""
    known = {live.id for live in (*snapshot.users, *snapshot.groups)}
    for change in changes:
        if change.action is Action.REMOVE_MEMBERS:
            if not snapshot.one_by_one or not _ids(change) <= known:
                yield change.id
        elif change.action in _REMOVALS and not snapshot.one_by_one:
            yield change.id


def _is_proven_absent(wanted: Wanted, evidence: Evidence) -> bool:
    asked = [LookUp(wanted.kind, key.definition.path, key.value) for key in wanted.matching]
    return bool(asked) and evidence.snapshot.absent.issuperset(asked)


def _unproven_members(changes: Iterable[Change], evidence: Evidence) -> Iterator[str]:
    """Yield what would take members from a group that may have others than it shows.

    A PUT writes the whole member list, so it would, whatever else it changes; so would an addition
    that replaces the list.
    """
    quirks = evidence.target.service.quirks
    puts, replaces = Quirk.NO_PATCH in quirks, Quirk.REPLACE_MEMBERS in quirks
    takes = {Action.REMOVE_MEMBERS, Action.DELETE} | ({Action.ADD_MEMBERS} if replaces else set())
    for change in changes:
        if change.kind is Kind.GROUP and change.live is not None:
            unproven = change.live.members is None or not change.live.members_proven
            if unproven and (puts or change.action in takes):
                yield change.id


def _empty(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    if any(item.kind is Kind.USER and item.standing is Standing.ACTIVE for item in evidence.wanted):
        return
    takes = (*_REMOVALS, Action.REMOVE_MEMBERS)
    held = frozenset(item.id for item in changes if item.action in takes)
    ours = _ours(evidence, Kind.USER, ())
    yield Violation(
        Guard.EMPTY,
        f"nobody is in scope while {ours} live accounts are ours",
        evidence.setting("assignments"),
        (("in_scope", 0), ("ours", ours)),
        held if ours else frozenset(),
    )


def _protected(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    names = {name.casefold() for name in evidence.target.limits.protect}
    for change in changes:
        if change.action in _REMOVALS or change.action is Action.REMOVE_MEMBERS:
            hit = sorted(_names(change) & names)
            if hit:
                yield Violation(
                    Guard.PROTECTED,
                    f"{', '.join(hit)} is protected and would be changed to less",
                    evidence.setting("limits.protect"),
                    (("protected", len(hit)),),
                    frozenset([change.id]),
                )


def _names(change: Change) -> set[str]:
    """Return every name under which whoever loses something may be protected."""
    names = {change.key, change.display}
    for member in change.remove:
        names.update((member.name, member.display))
    if change.live is not None and change.live.external_id is not None:
        names.add(change.live.external_id)
    return {name.casefold() for name in names}


def _self(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    for change in changes:
        mine = evidence.snapshot.self_id is not None and change.live_id == evidence.snapshot.self_id
        if mine and change.kind is Kind.USER and change.action in _REMOVALS:
            yield Violation(
                Guard.SELF,
                f"{change.display} is the account behind the token; without it nothing works here",
                evidence.setting("auth"),
                (),
                frozenset([change.id]),
            )


def _first_run(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    linked = any(pair.linked for pair in evidence.pairing.pairs)
    if linked or evidence.memory.runs:
        return
    held = frozenset(item.id for item in changes if item.action in _REMOVALS)
    yield Violation(
        Guard.FIRST_RUN,
        f"the first run would remove {len(held)} while nothing live is linked to the YAML",
        evidence.setting("ownership"),
        (("removals", len(held)), ("linked", 0)),
        held,
    )


def _irreversible(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    profile, quirks = evidence.target.profile, evidence.target.service.quirks
    final = {Action.DELETE} if profile.delete_is_irreversible else set()
    cannot = f"{profile.title} cannot undo a delete"
    if Quirk.DEACTIVATION_DELETES in quirks:
        final.add(Action.DISABLE)
        cannot = f"{profile.title} deletes whoever is disabled and cannot undo it"
    held = frozenset(item.id for item in changes if item.action in final)
    yield Violation(
        Guard.IRREVERSIBLE,
        f"{cannot}, and {len(held)} would be deleted",
        evidence.setting("removed"),
        (("deletes", len(held)),),
        held,
    )


_GUARDS: tuple[_Guard, ...] = (
    _removals,
    _revocations,
    _adoption,
    _incomplete,
    _empty,
    _protected,
    _self,
    _first_run,
    _irreversible,
)
