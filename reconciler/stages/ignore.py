"""Ignore: take out of a plan what an ignore covers; each part says until when, and why.

It comes last, after the guards: they count what is ignored too, so that an ignore only ever makes
a plan do less.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from reconciler.model.drift_class import DriftClass
from reconciler.model.ignore import Ignore
from reconciler.model.path import AttributePath
from reconciler.model.plan import (
    Action,
    AttributeChange,
    Change,
    MemberChange,
    TargetPlan,
    Violation,
)
from reconciler.model.remarks import Withheld
from reconciler.model.values import Kind, Ref, references_of

_WHOLE = {Action.CREATE: DriftClass.MISSING, Action.DELETE: DriftClass.UNMANAGED}
"""What happens to an object as a whole, and the class under which drift would show it."""


@dataclass(slots=True)
class _Findings:
    """The ignores that hold, and what they took out so far."""

    ignores: tuple[Ignore, ...]
    withheld: list[Withheld] = field(default_factory=list)
    absent: dict[Ref, Ignore] = field(default_factory=dict)
    """Who is not created, or not adopted: nothing can be done with them either."""


def ignore_changes(plan: TargetPlan, ignores: Iterable[Ignore]) -> TargetPlan:
    """Return *plan* without what *ignores*, those of this target that hold today, cover."""
    found = _Findings(tuple(ignore for ignore in ignores if ignore.spares))
    if not found.ignores:
        return plan
    waves = [tuple(_kept(wave, found)) for wave in plan.waves]
    waves = [tuple(_able(wave, found)) for wave in waves]
    kept = {change.id for wave in waves for change in wave}
    return replace(
        plan,
        waves=tuple(wave for wave in waves if wave),
        violations=tuple(_still_holding(plan.violations, kept)),
        withheld=(*plan.withheld, *found.withheld),
    )


# --- what an entry covers ---------------------------------------------------------------------


def _kept(wave: Iterable[Change], found: _Findings) -> Iterator[Change]:
    for change in wave:
        left = _without_ignored(change, found)
        if left is not None:
            yield left


def _is_beginning(change: Change) -> bool:
    is_group = change.kind is Kind.GROUP
    return change.action is Action.CREATE or (change.action is Action.ADOPT and is_group)


def _class_of(change: Change) -> DriftClass:
    return _WHOLE.get(change.action, DriftClass.CHANGED)


def _without_ignored(change: Change, found: _Findings) -> Change | None:
    """Return what is left of *change*, None where that is nothing."""
    if change.action in (Action.ADD_MEMBERS, Action.REMOVE_MEMBERS):
        add = tuple(_members(change, change.add, found, DriftClass.MISSING_MEMBER))
        remove = tuple(_members(change, change.remove, found, DriftClass.EXTRA_MEMBER))
        return replace(change, add=add, remove=remove) if add or remove else None
    ignore = _covering(change, found, _class_of(change))
    if ignore is not None:
        _withhold(change, str(change.action), ignore.sentence, found)
        if _is_beginning(change):
            found.absent[Ref(change.kind, change.key)] = ignore
        return None
    return change if change.action in _WHOLE else _attributes(change, found)


def _attributes(change: Change, found: _Findings) -> Change | None:
    covering = {
        item.path.identity: ignore
        for item in change.attributes
        if (ignore := _covering(change, found, DriftClass.CHANGED, path=item.path)) is not None
    }
    if not covering:
        return change
    if change.action is Action.DISABLE and "active" in covering:
        # Without it the rest of a departure makes no sense.
        _withhold(change, "disable", covering["active"].sentence, found)
        return None
    kept = []
    for item in change.attributes:
        ignore = covering.get(item.path.identity)
        if ignore is None:
            kept.append(item)
        else:
            _withhold(change, f"change {item.path}", ignore.sentence, found)
    if not kept:
        return None
    stays_off = change.action is Action.ENABLE and "active" in covering
    action = Action.UPDATE if stays_off else change.action
    return replace(change, action=action, attributes=tuple(kept))


def _members(
    change: Change, members: Iterable[MemberChange], found: _Findings, drift_class: DriftClass
) -> Iterator[MemberChange]:
    verb = "add" if drift_class is DriftClass.MISSING_MEMBER else "remove"
    for member in members:
        ignore = _covering(change, found, drift_class, member=member)
        if ignore is None:
            yield member
        else:
            what = f"{verb} the member {member.name}"
            _withhold(change, what, ignore.sentence, found, member)


def _covering(
    change: Change,
    found: _Findings,
    drift_class: DriftClass,
    *,
    path: AttributePath | None = None,
    member: MemberChange | None = None,
) -> Ignore | None:
    """Return the entry that covers *change*, or one attribute or member of it."""
    for ignore in found.ignores:
        if ignore.kind is not change.kind or not ignore.names(change.key):
            continue
        if ignore.classes and drift_class not in ignore.classes:
            continue
        if _is_about(ignore, path, member):
            return ignore
    return None


def _is_about(ignore: Ignore, path: AttributePath | None, member: MemberChange | None) -> bool:
    if ignore.path is not None:
        return path is not None and path.identity == ignore.path.identity
    if ignore.member is not None:
        return member is not None and ignore.is_about(member.name, member.display)
    return True


# --- what cannot be done without that -----------------------------------------------------------


def _able(wave: Iterable[Change], found: _Findings) -> Iterator[Change]:
    """Yield what of *wave* needs nobody whose creation is ignored."""
    for change in wave:
        left = _without_absent(change, found) if found.absent else change
        if left is not None:
            yield left


def _without_absent(change: Change, found: _Findings) -> Change | None:
    itself = found.absent.get(Ref(change.kind, change.key))
    if itself is not None:
        for member in (*change.add, *change.remove):
            verb = "add" if member in change.add else "remove"
            what = f"{verb} the member {member.name}"
            _withhold(change, what, f"the {change.kind} is {itself.sentence}", found, member)
        return None
    add = tuple(item for item in change.add if not _needs(change, item, found))
    attributes = tuple(_referring(change, found))
    if add == change.add and attributes == change.attributes:
        return change
    left = replace(change, add=add, attributes=attributes)
    is_nothing = not (left.add or left.remove or left.attributes)
    return None if is_nothing and change.action is not Action.CREATE else left


def _needs(change: Change, member: MemberChange, found: _Findings) -> bool:
    ignore = found.absent.get(member.ref) if member.ref else None
    if ignore is None:
        return False
    why = f"{member.name} has no account here: {ignore.sentence}"
    _withhold(change, f"add the member {member.name}", why, found, member)
    return True


def _referring(change: Change, found: _Findings) -> Iterator[AttributeChange]:
    """Yield the attributes; one that refers to somebody who is not created does not, or not so."""
    for item in change.attributes:
        refs = references_of(item.after)
        homeless = [ref for ref in refs if ref in found.absent]
        for ref in homeless:
            why = f"{ref.key} has no account here: {found.absent[ref].sentence}"
            _withhold(change, f"refer to {ref}", why, found)
        rest = tuple(ref for ref in refs if ref not in homeless)
        if not homeless:
            yield item
        elif rest and rest != item.before:
            yield replace(item, after=rest)


def _withhold(
    change: Change, what: str, why: str, found: _Findings, member: MemberChange | None = None
) -> None:
    at = member.at if member is not None and member.at is not None else change.at
    name = member.name if member is not None else ""
    found.withheld.append(Withheld(change.object_id, what, why, at, name))


def _still_holding(violations: Iterable[Violation], kept: set[str]) -> Iterator[Violation]:
    """Yield the violations that hold something still, or that never held anything."""
    for violation in violations:
        if not violation.holds or _held(violation, kept):
            yield violation


def _held(violation: Violation, kept: set[str]) -> bool:
    return any(change_id in kept or f"{change_id}/held" in kept for change_id in violation.holds)
