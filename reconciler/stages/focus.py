"""Focus: cut a plan down to what concerns a few users (Entra: provision on demand).

The plan was made and guarded as a whole, and here nothing is decided again. What a user needs of
others (a group that must be created first, a manager without an account) is withheld, not done.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reconciler.model.plan import Action, Change, TargetPlan, Violation
from reconciler.model.remarks import Withheld
from reconciler.model.values import Kind, Ref

_NOT_YET = {
    Action.CREATE: "the group is not there yet, and only a whole plan creates it",
    Action.ADOPT: "the group is not ours yet, and only a whole plan adopts it",
}


def focus_plan(plan: TargetPlan, users: frozenset[str]) -> TargetPlan:
    """Return *plan* with the changes of *users* (keys) and of their memberships, and no others.

    What is cut off is counted in a note. A guard that holds one of the changes still holds it.
    """
    refs = frozenset(Ref(Kind.USER, key) for key in users)
    withheld = [item for item in plan.withheld if _concerns(item, plan.target, users)]
    waves = [tuple(_kept(wave, plan, refs, withheld)) for wave in plan.waves]
    kept = tuple(change for wave in waves for change in wave)
    conflicts = tuple(item for item in plan.conflicts if Ref(item.kind, item.key) in refs)
    busy = {Ref(item.kind, item.key) for item in kept}
    busy |= {Ref(item.kind, item.key) for item in conflicts}
    unmanaged = tuple(item for item in plan.unmanaged if item.ref in refs)
    live_ids = {plan.ids.get(ref) for ref in refs}
    focused = replace(
        plan,
        waves=tuple(wave for wave in waves if wave),
        violations=tuple(_still_holding(plan.violations, kept)),
        conflicts=conflicts,
        unmanaged=unmanaged,
        withheld=tuple(withheld),
        rewritten=tuple(item for item in plan.rewritten if item.live_id in live_ids),
        unchanged=len(refs - busy),
        unmanaged_count=len(unmanaged),
        unrecorded=tuple(item for item in plan.unrecorded if Ref(item.kind, item.key) in refs),
        exact_groups=frozenset(),
        only=tuple(sorted(users)),
    )
    return replace(focused, notes=(*plan.notes, _note(plan, focused)))


def _concerns(item: Withheld, target: str, users: frozenset[str]) -> bool:
    return item.member in users or item.object_id in {f"{target}/user/{key}" for key in users}


def _kept(
    wave: Iterable[Change], plan: TargetPlan, refs: frozenset[Ref], withheld: list[Withheld]
) -> Iterator[Change]:
    """Yield what is left of *wave*; note in *withheld* what cannot be done without the rest."""
    unready = {
        item.key: _NOT_YET[item.action]
        for item in plan.changes
        if item.kind is Kind.GROUP and item.action in _NOT_YET
    }
    for change in wave:
        if change.kind is Kind.GROUP:
            own = _with_members(change, refs)
        else:
            own = change if Ref(change.kind, change.key) in refs else None
        if own is None:
            continue
        if own.kind is Kind.GROUP and own.key in unready:
            withheld.extend(_unready(own, unready[own.key]))
        elif (ready := _without_lost(own, refs | plan.ids.keys(), withheld)) is not None:
            yield ready


def _with_members(change: Change, refs: frozenset[Ref]) -> Change | None:
    """Return a membership change with the members meant, None where it concerns none of them."""
    add, remove = (
        tuple(member for member in side if member.ref in refs)
        for side in (change.add, change.remove)
    )
    return replace(change, add=add, remove=remove) if add or remove else None


def _unready(change: Change, why: str) -> Iterator[Withheld]:
    for verb, members in (("add", change.add), ("remove", change.remove)):
        for member in members:
            what = f"{verb} the member {member.name}"
            yield Withheld(change.object_id, what, why, member.at, member.name)


def _without_lost(
    change: Change, reachable: frozenset[Ref], withheld: list[Withheld]
) -> Change | None:
    """Return *change* without references to users that only a whole plan creates."""
    kept = []
    for item in change.attributes:
        if isinstance(item.after, Ref) and item.after not in reachable:
            why = f"{item.after.key} has no account here yet, and only a whole plan creates it"
            withheld.append(Withheld(change.object_id, f"set {item.path}", why, item.at))
        else:
            kept.append(item)
    if change.attributes and not kept and change.action is not Action.ADOPT:
        return None
    return replace(change, attributes=tuple(kept))


def _still_holding(violations: Sequence[Violation], kept: Iterable[Change]) -> Iterator[Violation]:
    """Yield the guards that hold one of *kept*, with the numbers of the whole plan."""
    held = [change for change in kept if change.held_by]
    guards = {guard for change in held for guard in change.held_by}
    ids = frozenset(change.operation for change in held)
    for violation in violations:
        if violation.guard in guards and (violation.holds & ids or _is_only(violation, violations)):
            yield replace(violation, holds=violation.holds & ids)


def _is_only(violation: Violation, violations: Sequence[Violation]) -> bool:
    return sum(item.guard == violation.guard for item in violations) == 1


def _note(plan: TargetPlan, focused: TargetPlan) -> str:
    """Say how much of the whole plan was cut off."""
    members = _members(plan) - _members(focused)
    left = {
        "change(s) of accounts and groups": _objects(plan) - _objects(focused),
        "member(s) of groups": members,
        "conflict(s)": len(plan.conflicts) - len(focused.conflicts),
        "unmanaged object(s)": plan.unmanaged_count - focused.unmanaged_count,
    }
    rest = ", ".join(
        f"{number:,} {noun.replace('(s)', '' if number == 1 else 's')}"
        for noun, number in left.items()
        if number
    )
    names = ", ".join(focused.only)
    if not rest:
        return f"Only {names} is planned; the whole plan would do nothing else."
    return f"Only {names} is planned. Left out of the whole plan: {rest}."


def _members(plan: TargetPlan) -> int:
    return sum(len(change.add) + len(change.remove) for change in plan.changes)


def _objects(plan: TargetPlan) -> int:
    return sum(not (change.add or change.remove) for change in plan.changes)
