"""Guards of single losses: who must not go, and what cannot be undone."""

from collections.abc import Iterator, Mapping

from reconciler.model.evidence import Evidence
from reconciler.model.guard import Guard
from reconciler.model.plan import Action, Change, MemberChange, Violation
from reconciler.model.service import Quirk
from reconciler.model.values import Kind
from reconciler.stages.guard.taking import REMOVALS, ids_at_the_base


def guard_protected(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Hold what makes less of whom the target protects; of a group's members only those."""
    names = {name.casefold() for name in evidence.target.limits.protect}
    accounts = _accounts(names, evidence) if names else {}
    groups = _at_the_base(names, evidence, Kind.GROUP) if names else {}
    for change in changes:
        if not (change.action in REMOVALS or change.action is Action.REMOVE_MEMBERS):
            continue
        known = groups if change.kind is Kind.GROUP else accounts
        hit, members = _own_names(change, known) & names, frozenset[tuple[str, str]]()
        if not hit and change.action is Action.REMOVE_MEMBERS:
            losers = {item.name: _hit(item, names, accounts) for item in change.remove}
            members = frozenset((change.id, name) for name, found in losers.items() if found)
            hit = set().union(*losers.values())
        elif not hit and change.live is not None:
            hit = {accounts[item] for item in change.live.members or () if item in accounts}
        if hit:
            yield Violation(
                Guard.PROTECTED,
                f"{', '.join(sorted(hit))} is protected and would be changed to less",
                evidence.setting("limits.protect"),
                (("protected", len(hit)),),
                frozenset([change.id]),
                members,
            )


def _accounts(names: set[str], evidence: Evidence) -> Mapping[str, str]:
    """Return the live ids of those who are protected, each with the name that says so."""
    keys = {live_id: ref.key for ref, live_id in evidence.pairing.ids().items()}
    keys.update({leaver.live.id: leaver.key for leaver in evidence.pairing.leavers})
    found = dict(_at_the_base(names, evidence, Kind.USER))
    for live in evidence.snapshot.users:
        marks = (keys.get(live.id, ""), live.display, live.external_id or "")
        hit = {mark.casefold() for mark in marks} & names
        if hit:
            found[live.id] = min(hit)
    return found


def _at_the_base(names: set[str], evidence: Evidence, kind: Kind) -> Mapping[str, str]:
    """Return the live ids of those whose keys at the base are protected, whatever they are now."""
    keys = {
        item.key for item in evidence.intent.formerly.base or () if item.key.casefold() in names
    }
    found = ids_at_the_base(evidence, kind, keys)
    return {live_id: key.casefold() for live_id, key in found.items()}


def _hit(member: MemberChange, names: set[str], accounts: Mapping[str, str]) -> set[str]:
    hit = {member.name.casefold(), member.display.casefold()} & names
    name = accounts.get(member.live_id or "")
    return hit or ({name} if name else set())


def _own_names(change: Change, known: Mapping[str, str]) -> set[str]:
    """Return every name under which the object itself may be protected."""
    names = {change.key, change.display, known.get(change.live_id or "", change.key)}
    if change.live is not None and change.live.external_id is not None:
        names.add(change.live.external_id)
    return {name.casefold() for name in names}


def guard_self(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Hold the end of the account behind the token."""
    for change in changes:
        mine = evidence.snapshot.self_id is not None and change.live_id == evidence.snapshot.self_id
        if mine and change.kind is Kind.USER and change.action in REMOVALS:
            yield Violation(
                Guard.SELF,
                f"{change.display} is the account behind the token; without it nothing works here",
                evidence.setting("auth"),
                (),
                frozenset([change.id]),
            )


def guard_irreversible(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Hold what nobody could bring back."""
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
