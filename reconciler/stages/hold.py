"""Hold: mark what the violations hold back, and with it what depends on that."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from reconciler.model.plan import Action, Change, MemberChange, Violation
from reconciler.model.values import Ref

_Waves = tuple[tuple[Change, ...], ...]


def hold_changes(waves: _Waves, violations: Iterable[Violation]) -> _Waves:
    """Return *waves* with every held change marked by the guards that hold it.

    A held create holds what refers to the object; a held disable or delete holds the removal of
    that account from its groups. Of a membership change only the members concerned are held:
    the rest stays a change of its own.
    """
    direct: dict[str, set[str]] = defaultdict(set)
    for violation in violations:
        for change_id in violation.holds:
            direct[change_id].add(violation.guard)
    held: dict[Ref, set[str]] = {}
    departing = {
        Ref(item.kind, item.key): direct[item.id]
        for wave in waves
        for item in wave
        if item.action in (Action.DISABLE, Action.DELETE) and item.id in direct
    }
    return tuple(
        tuple(part for item in wave for part in _parts(item, direct, held, departing))
        for wave in waves
    )


def _parts(
    change: Change,
    direct: Mapping[str, set[str]],
    held: dict[Ref, set[str]],
    departing: Mapping[Ref, set[str]],
) -> Iterator[Change]:
    """Yield *change* whole, or its free and its held members as two changes."""
    guards = set(direct.get(change.id, ()))
    itself = Ref(change.kind, change.key)
    if change.action in (Action.ADD_MEMBERS, Action.REMOVE_MEMBERS):
        guards |= held.get(itself, set())
        yield from _split(change, guards, {**held, **departing})
        return
    for ref in change.references():
        guards |= held.get(ref, set())
    if guards and change.action is Action.CREATE:
        held[itself] = guards
    yield _marked(change, guards)


def _split(change: Change, guards: set[str], blocked: Mapping[Ref, set[str]]) -> Iterator[Change]:
    members = (*change.add, *change.remove)
    stuck = {item for item in members if item.ref in blocked}
    if guards or not stuck or stuck == set(members):
        everything = guards.union(*(blocked[item.ref] for item in stuck if item.ref))
        yield _marked(change, everything)
        return
    yield _only(change, set(members) - stuck)
    reasons = set().union(*(blocked[item.ref] for item in stuck if item.ref))
    yield _marked(replace(_only(change, stuck), part="held"), reasons)


def _only(change: Change, members: set[MemberChange]) -> Change:
    return replace(
        change,
        add=tuple(item for item in change.add if item in members),
        remove=tuple(item for item in change.remove if item in members),
    )


def _marked(change: Change, guards: set[str]) -> Change:
    return replace(change, held_by=tuple(sorted(guards))) if guards else change
