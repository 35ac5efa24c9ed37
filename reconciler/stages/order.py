"""Order: what happens first, deterministic to the byte (design §5)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from reconciler.model.plan import Action, Change
from reconciler.model.values import Kind, Ref, references_of

_ENTER = (Action.CREATE, Action.ADOPT, Action.UPDATE, Action.ENABLE)

# The one table of the order: kind and actions, phase by phase. References that had to be left
# out of a create, because managers form a circle, come between the first and the second.
_PHASES: tuple[tuple[Kind, tuple[Action, ...]], ...] = (
    (Kind.USER, _ENTER),
    (Kind.GROUP, _ENTER),
    (Kind.GROUP, (Action.ADD_MEMBERS,)),
    (Kind.GROUP, (Action.REMOVE_MEMBERS,)),
    (Kind.USER, (Action.DISABLE,)),
    (Kind.GROUP, (Action.DELETE,)),
    (Kind.USER, (Action.DELETE,)),
)


def order_changes(changes: Iterable[Change]) -> tuple[tuple[Change, ...], ...]:
    """Return the changes in waves: those of one wave may overlap, waves follow each other."""
    phases: dict[int, list[Change]] = defaultdict(list)
    for change in changes:
        phases[_phase(change)].append(change)
    waves: list[tuple[Change, ...]] = []
    for number in range(len(_PHASES)):
        ordered = sorted(phases[number], key=lambda change: change.id)
        waves.extend(_managers_first(ordered) if number == 0 else [tuple(ordered)])
    return tuple(wave for wave in waves if wave)


def _phase(change: Change) -> int:
    return next(
        number
        for number, (kind, actions) in enumerate(_PHASES)
        if change.kind is kind and change.action in actions
    )


def _managers_first(changes: Sequence[Change]) -> list[tuple[Change, ...]]:
    """Put whoever is referred to before those who refer; break circles with a second update."""
    created = {Ref(item.kind, item.key) for item in changes if item.action is Action.CREATE}
    needs = [created.intersection(item.references()) for item in changes]
    asked_by: dict[Ref, list[int]] = defaultdict(list)
    for place, refs in enumerate(needs):
        for ref in refs:
            asked_by[ref].append(place)
    ready = [place for place, refs in enumerate(needs) if not refs]
    waiting = {place for place, refs in enumerate(needs) if refs}
    first_ones = iter(range(len(changes)))
    waves: list[tuple[Change, ...]] = []
    later: list[Change] = []
    while ready or waiting:
        wave = [changes[place] for place in ready]
        if not ready:
            place = next(place for place in first_ones if place in waiting)
            waiting.remove(place)
            first, second = _split(changes[place], created)
            wave = [first]
            later.append(second)
        waves.append(tuple(wave))
        done = created.intersection(Ref(item.kind, item.key) for item in wave)
        created -= done
        ready = sorted(_freed(done, needs, asked_by) & waiting)
        waiting.difference_update(ready)
    return [*waves, tuple(later)]


def _freed(
    done: Iterable[Ref], needs: Sequence[set[Ref]], asked_by: Mapping[Ref, Iterable[int]]
) -> set[int]:
    """Take what is *done* off everybody's needs; return the places of those with none left."""
    asking = [(place, ref) for ref in done for place in asked_by.get(ref, ())]
    for place, ref in asking:
        needs[place].discard(ref)
    return {place for place, _ in asking if not needs[place]}


def _split(change: Change, created: set[Ref]) -> tuple[Change, Change]:
    """Part *change* into what can go now and the references that must wait for their objects."""
    waits = {
        item.path: created.intersection(references_of(item.after)) for item in change.attributes
    }
    now = tuple(item for item in change.attributes if not waits[item.path])
    wait = tuple(item for item in change.attributes if waits[item.path])
    second = replace(
        change,
        action=Action.UPDATE,
        why="refers to a user that is created in this run",
        attributes=wait,
        references_only=True,
    )
    return replace(change, attributes=now), second
