"""Guards that doubt: what was read, what was written, and whether this is the right place."""

from collections.abc import Iterable, Iterator

from reconciler.model.evidence import Evidence
from reconciler.model.guard import Guard
from reconciler.model.plan import Action, Change, Violation
from reconciler.model.resource import LookUp, Snapshot, Wanted
from reconciler.model.service import Quirk
from reconciler.model.target import Standing
from reconciler.model.values import Kind, Ref
from reconciler.stages.guard.taking import REMOVALS, leaving_ids, ours_of


def guard_adoption(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Hold who would leave a group that was not ours until now."""
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


def guard_incomplete(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Hold what an incomplete list cannot justify; a create needs a look-up that found nothing.

    Where everybody is asked for one by one, whoever was found may go, and nobody else.
    """
    held = set(_unproven_members(changes, evidence))
    doubt = "the members of a group are not proven"
    if not evidence.snapshot.complete:
        doubt = "the snapshot is not proven complete"
        proven = {item.ref for item in evidence.intent.wanted if _is_proven_absent(item, evidence)}
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
            if not snapshot.one_by_one or not leaving_ids(change) <= known:
                yield change.id
        elif change.action in REMOVALS and not snapshot.one_by_one:
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


def guard_empty(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Hold everything that goes while nobody is in scope."""
    if any(
        item.kind is Kind.USER and item.standing is Standing.ACTIVE
        for item in evidence.intent.wanted
    ):
        return
    takes = (*REMOVALS, Action.REMOVE_MEMBERS)
    held = frozenset(item.id for item in changes if item.action in takes)
    ours = len(ours_of(evidence, Kind.USER, ()))
    yield Violation(
        Guard.EMPTY,
        f"nobody is in scope while {ours} live accounts are ours",
        evidence.setting("assignments"),
        (("in_scope", 0), ("ours", ours)),
        held if ours else frozenset(),
    )


def guard_first_run(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Hold removals where nothing tells that this is the right place."""
    linked = any(pair.linked for pair in evidence.pairing.pairs)
    named = any(leaver.is_named for leaver in evidence.pairing.leavers)
    if linked or named or evidence.memory.runs or evidence.intent.formerly.applied is not None:
        return
    held = frozenset(item.id for item in changes if item.action in REMOVALS)
    yield Violation(
        Guard.FIRST_RUN,
        f"the first run would remove {len(held)} while nothing live is linked to the YAML",
        evidence.setting("ownership"),
        (("removals", len(held)), ("linked", 0)),
        held,
    )
