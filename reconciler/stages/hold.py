"""Hold: mark what the violations hold back, and with it what depends on that."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.model.plan import Action, Change, MemberChange, Violation
from reconciler.model.values import Ref

_Waves = tuple[tuple[Change, ...], ...]
_Guards = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Reasons:
    """Which guards hold what: changes, members of a change, and objects that others need."""

    changes: Mapping[str, set[str]]
    members: Mapping[tuple[str, str], set[str]]
    departing: Mapping[Ref, set[str]]
    created: dict[Ref, set[str]] = field(default_factory=dict)

    def of(self, change: Change) -> _Guards:
        """Return what holds the whole of *change*, its references aside."""
        missing = self.created.get(Ref(change.kind, change.key), ())
        return frozenset(self.changes.get(change.id, ())).union(missing)

    def of_member(self, change: Change, member: MemberChange) -> _Guards:
        """Return what holds *member* of *change* by itself."""
        found = frozenset(self.members.get((change.id, member.name), ()))
        if member.ref is None:
            return found
        blocked = (self.departing.get(member.ref, ()), self.created.get(member.ref, ()))
        return found.union(*blocked)


def hold_changes(waves: _Waves, violations: Iterable[Violation]) -> _Waves:
    """Return *waves* with every held change marked by the guards that hold it.

    A held create holds what refers to the object; a held disable or delete holds the removal of
    that account from its groups. Of a membership change only the members concerned are held:
    the rest stays a change of its own, and so do those that other guards hold.
    """
    reasons = _reasons(waves, violations)
    return tuple(tuple(part for item in wave for part in _parts(item, reasons)) for wave in waves)


def _reasons(waves: _Waves, violations: Iterable[Violation]) -> _Reasons:
    changes: dict[str, set[str]] = defaultdict(set)
    members: dict[tuple[str, str], set[str]] = defaultdict(set)
    for violation in violations:
        in_part = {change_id for change_id, _ in violation.members}
        for change_id in violation.holds - in_part:
            changes[change_id].add(violation.guard)
        for place in violation.members:
            members[place].add(violation.guard)
    departing = {
        Ref(item.kind, item.key): changes[item.id]
        for wave in waves
        for item in wave
        if item.action in (Action.DISABLE, Action.DELETE) and item.id in changes
    }
    return _Reasons(changes, members, departing)


def _parts(change: Change, reasons: _Reasons) -> Iterator[Change]:
    """Yield *change* whole, or its members apart by what holds them."""
    guards = reasons.of(change)
    if change.action in (Action.ADD_MEMBERS, Action.REMOVE_MEMBERS):
        yield from _split(change, guards, reasons)
        return
    guards = guards.union(*(reasons.created.get(ref, ()) for ref in change.references()))
    if guards and change.action is Action.CREATE:
        reasons.created[Ref(change.kind, change.key)] = set(guards)
    yield _marked(change, guards)


def _split(change: Change, guards: _Guards, reasons: _Reasons) -> Iterator[Change]:
    """Yield the members that nothing holds first, then each part by the guards that hold it."""
    parts: dict[_Guards, set[MemberChange]] = defaultdict(set)
    for member in (*change.add, *change.remove):
        parts[guards | reasons.of_member(change, member)].add(member)
    for number, held_by in enumerate(sorted(parts, key=lambda item: (len(item), sorted(item)))):
        part = "held" if number == 1 else f"held-{number}" if number else ""
        yield _marked(replace(_only(change, parts[held_by]), part=part), held_by)


def _only(change: Change, members: set[MemberChange]) -> Change:
    return replace(
        change,
        add=tuple(item for item in change.add if item in members),
        remove=tuple(item for item in change.remove if item in members),
    )


def _marked(change: Change, guards: _Guards) -> Change:
    return replace(change, held_by=tuple(sorted(guards))) if guards else change
