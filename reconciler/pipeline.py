"""The whole program, as two sentences; the line between them is the network."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from reconciler.model.directory import Desired
from reconciler.model.drift_report import TargetDrift
from reconciler.model.evidence import Evidence
from reconciler.model.formerly import Formerly
from reconciler.model.guest import as_source
from reconciler.model.intent import Intent
from reconciler.model.pairing import Pairing
from reconciler.model.plan import Action, Change, Plan, TargetPlan
from reconciler.model.policy import Finding
from reconciler.model.problem import Problem
from reconciler.model.resource import (
    Claim,
    Expected,
    LookUp,
    Memory,
    Scoped,
    Snapshot,
    Wanted,
)
from reconciler.model.sight import Sight, waits
from reconciler.model.target import Standing, Target
from reconciler.model.trust import Trusted
from reconciler.model.values import Kind
from reconciler.stages.assume import assume_snapshot
from reconciler.stages.choose import choose_values
from reconciler.stages.diff import diff_pairing
from reconciler.stages.drift import find_drift
from reconciler.stages.guard import guard_changes
from reconciler.stages.hold import hold_changes
from reconciler.stages.ignore import ignore_changes
from reconciler.stages.map import map_attributes
from reconciler.stages.match import match_objects
from reconciler.stages.matrix import build_matrix
from reconciler.stages.membership import diff_memberships
from reconciler.stages.order import order_changes
from reconciler.stages.origin import label_origins
from reconciler.stages.police import police_directory
from reconciler.stages.resolve import resolve_directory
from reconciler.stages.scope import scope_directory
from reconciler.stages.settings import compare_settings
from reconciler.stages.trust import trust_base
from reconciler.values import Candidates, Value

_UNASKED = "The ledger was not asked, as nothing was read"
_UNRECORDED = "The ledger records no run here"


def scope_target(desired: Desired, target: Target, now: datetime) -> tuple[Scoped, ...]:
    """Return where everybody stands with *target* at *now*, with the source attributes."""
    directory = resolve_directory(desired, now.date())
    return scope_directory(directory, target)


def prepare_target(
    desired: Desired, target: Target, now: datetime, moment: datetime | None = None
) -> tuple[tuple[Wanted, ...], tuple[Problem, ...]]:
    """Return what *target* should hold at *now*, in UTC; needs no network.

    *moment* is what `Now()` gives where that is not *now*: an approved plan has written it down.
    """
    return map_attributes(scope_target(desired, target, now), target, moment or now)


def source_attributes(desired: Desired, key: str, now: datetime) -> Mapping[str, Value]:
    """Return what an expression may read of the user *key*, before any target is looked at."""
    resolved = resolve_directory(desired, now.date()).users[key]
    return {
        "accountEnabled": True,
        **as_source(resolved.user.attributes),
        "objectId": key,
        "IsSoftDeleted": not resolved.enabled,
    }


def police(desired: Desired, now: datetime, base: Desired | None = None) -> tuple[Finding, ...]:
    """Return what breaks a policy of *desired* at *now*; needs no network.

    Whom an exception covers, the *base* decides where there is one.
    """
    if not desired.policies:
        return ()
    directory = resolve_directory(desired, now.date())
    named = {key for policy in desired.policies.values() for key in policy.names_targets}
    accounts = {
        key: {item.key: item for item in found if item.kind is Kind.USER}
        for key in sorted(named & desired.targets.keys())
        for found in [scope_directory(directory, desired.targets[key])]
    }
    before = None if base is None else resolve_directory(base, now.date())
    return police_directory(desired, directory, accounts, before)


def plan_target(intent: Intent, snapshot: Snapshot, memory: Memory) -> TargetPlan:
    """Return what must change for a target to hold exactly what is wanted, and since when."""
    target, wanted, formerly = intent.target, intent.wanted, intent.formerly
    matched = match_objects(wanted, snapshot, target, memory, formerly)
    pairing = choose_values(matched, snapshot)
    differences = (diff_pairing(pairing, target, memory), diff_memberships(pairing, target))
    changes = [change for item in differences for change in item.changes]
    waves = order_changes(changes)
    evidence = Evidence(intent, pairing, snapshot, memory)
    violations = guard_changes((change for wave in waves for change in wave), evidence)
    held = hold_changes(waves, violations)
    return TargetPlan(
        target=target.key,
        profile=target.profile.key,
        url=target.url,
        taken=snapshot.taken,
        live_users=len(snapshot.users),
        live_groups=len(snapshot.groups),
        complete=snapshot.complete,
        evidence=snapshot.evidence,
        waves=label_origins(held, wanted, target, formerly),
        violations=violations,
        conflicts=pairing.conflicts,
        unmanaged=pairing.unmanaged if target.unmanaged == "report" else (),
        withheld=tuple(item for found in differences for item in found.withheld),
        rewritten=tuple(item for found in differences for item in found.rewritten),
        notes=tuple(_notes(pairing, memory, formerly, changes)),
        unchanged=_unchanged(pairing, changes),
        unmanaged_count=len(pairing.unmanaged),
        ids=pairing.ids(),
        unrecorded=pairing.unrecorded,
        exact_groups=_exact_groups(pairing, changes),
    )


def plan_unread(intent: Intent, now: datetime, why: str) -> TargetPlan:
    """Return what would change if a target held what the base asks for: *why* is no look.

    An account that is disabled may never have been made, so it is not counted as live.
    """
    proof = f"no live read, because {why}: what the base asks for is taken to be there"
    snapshot = assume_snapshot(intent.formerly.base or (), now, proof)
    plan = plan_target(intent, snapshot, Memory())
    usable = sum(live.active for live in snapshot.users)
    notes = tuple(_uncounted(_UNASKED, plan.changes))
    return replace(plan, unread=why, live_users=usable, notes=notes)


def trust(head: Desired, base: Desired) -> Trusted:
    """Return *head* as far as its *base* answers for it, and what it changes of the rest."""
    return replace(trust_base(head, base), settings=compare_settings(head, base))


def leave_ignored(plan: TargetPlan, desired: Desired, day: date) -> TargetPlan:
    """Return *plan* without what an ignore that holds on *day* spares; last, after all guards."""
    kept = ignore_changes(plan, desired.ignores_of(plan.target, day))
    ended = (
        f"The ignore '{item.key}' ended on {item.until} ({item.at}): nothing is spared for it."
        for item in desired.ignores
        if item.target == plan.target and item.spares and item.has_ended(day)
    )
    return replace(kept, notes=(*kept.notes, *ended))


def drift_target(
    intent: Intent, snapshot: Snapshot, memory: Memory
) -> tuple[TargetDrift, TargetPlan]:
    """Return what differs, whether or not an apply would mend it, and the plan that shows it."""
    target, wanted, formerly = intent.target, intent.wanted, intent.formerly
    watched = replace(intent, target=_with_open_eyes(target))
    plan = plan_target(watched, snapshot, memory)
    sight = Sight(target, snapshot, wanted, is_known=formerly.applied is not None)
    before = None
    if formerly.applied is not None and any(map(waits, plan.changes)):
        # What waits for an apply may have been moved too: held against what was applied, it shows.
        past = Sight(target, snapshot, formerly.applied, is_known=True)
        known = plan_target(replace(watched, wanted=formerly.applied), snapshot, memory)
        before = find_drift(known, past)
    found = find_drift(plan, sight, before)
    return replace(found, matrix=build_matrix(wanted, snapshot, plan.ids)), plan


def _with_open_eyes(target: Target) -> Target:
    """Return *target* as one that would do something about everything but a delete."""
    users, groups = (
        replace(rules, actions=rules.actions | {"create", "update", "disable"})
        for rules in (target.users, target.groups)
    )
    return replace(target, users=users, groups=groups, unmanaged="report")


def look_ups(wanted: Iterable[Wanted]) -> tuple[LookUp, ...]:
    """Return the questions that prove, where lists cannot, that nobody is there yet."""
    return tuple(
        question
        for item in wanted
        if item.standing is Standing.ACTIVE
        for question in _questions(item)
    )


def expectations(wanted: Iterable[Wanted], memory: Memory) -> Expected:
    """Return what lists must not leave out: whoever should be active, and what is recorded.

    Whoever is disabled has a claim too, for a server that lists nobody.
    """
    links = {(link.kind, link.key): link.live_id for link in memory.links}
    claims: list[Claim] = []
    mine: list[tuple[Kind, str]] = []
    for item in wanted:
        keys = ((item.kind, key) for key in (item.key, *item.previously))
        live_id = next((links[key] for key in keys if key in links), None)
        if live_id is not None:
            mine.append((item.kind, live_id))
        if item.standing is not Standing.OUT:
            active, marks = item.standing is Standing.ACTIVE, item.look_ups
            claims.append(Claim(item.kind, live_id, item.external_id, marks, active))
    others = ((link.kind, link.live_id) for link in memory.links)
    return Expected(tuple(claims), tuple(dict.fromkeys((*mine, *others))))


def _questions(item: Wanted) -> Iterator[LookUp]:
    yield from item.look_ups
    for attribute in item.attributes:
        if isinstance(attribute.initial, Candidates):
            for value in attribute.initial.values:
                yield LookUp(item.kind, attribute.definition.path, value)


def accept_guards(plan: Plan, guards: frozenset[str]) -> Plan:
    """Return *plan* with the changes released that only the accepted *guards* hold."""
    if not guards:
        return plan
    targets = tuple(
        replace(target, waves=tuple(_released(wave, guards) for wave in target.waves))
        for target in plan.targets
    )
    return replace(plan, targets=targets)


def _released(wave: Sequence[Change], guards: frozenset[str]) -> tuple[Change, ...]:
    return tuple(
        replace(change, held_by=tuple(name for name in change.held_by if name not in guards))
        for change in wave
    )


def _unchanged(pairing: Pairing, changes: Iterable[Change]) -> int:
    changed = {(change.kind, change.key) for change in changes}
    quiet = [pair.wanted for pair in pairing.pairs] + list(pairing.absent)
    return sum((item.kind, item.key) not in changed for item in quiet)


def _exact_groups(pairing: Pairing, changes: Iterable[Change]) -> frozenset[str]:
    """Return the groups that nobody has to leave."""
    left = {change.key for change in changes if change.action is Action.REMOVE_MEMBERS}
    groups = (pair.wanted for pair in pairing.pairs if pair.wanted.kind is Kind.GROUP)
    return frozenset(group.key for group in groups if group.key not in left)


def _notes(
    pairing: Pairing, memory: Memory, formerly: Formerly, changes: Iterable[Change]
) -> Iterator[str]:
    """Say what nobody can attribute or count where there is no record of earlier runs (§7)."""
    if memory.runs:
        return
    strangers = sum("externalId" in item.why for item in pairing.unmanaged)
    if strangers and formerly.applied is None:
        yield (
            f"Neither the ledger nor a git ref says what was applied here, so {strangers} live "
            "objects with an externalId cannot be attributed; they are left alone."
        )
    yield from _uncounted(_UNRECORDED, changes)


def _uncounted(why: str, changes: Iterable[Change]) -> Iterator[str]:
    """Say *why* the daily limit is not looked at, where something is taken away."""
    takes = (Action.DISABLE, Action.DELETE, Action.REMOVE_MEMBERS)
    if any(change.action in takes for change in changes):
        lost = "what the last 24 hours took away"
        yield f"{why}, so nobody can count {lost}: limits.daily holds nothing."
