"""Choose: of several candidates the first that nobody at the target has (SelectUniqueValue)."""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.model.canonical import canonical_value, comparable
from reconciler.model.pairing import Pairing
from reconciler.model.path import read_path
from reconciler.model.remarks import Conflict
from reconciler.model.resource import LookUp, Snapshot, Wanted, WantedAttribute
from reconciler.model.values import Kind
from reconciler.values import Candidates

_Taken = dict[tuple[Kind, str], set[object]]
"""The values that are taken, by kind and path, folded as the attribute compares."""


def choose_values(pairing: Pairing, snapshot: Snapshot) -> Pairing:
    """Return *pairing* with the candidates of everybody who will be created chosen from.

    Whoever comes first by key chooses first. Where all are taken, or cannot be proven free, it is
    a conflict: a value that two would share is nobody's to guess.
    """
    taken: _Taken = {}
    missing: list[Wanted] = []
    conflicts: list[Conflict] = list(pairing.conflicts)
    for wanted in pairing.missing:
        chosen = tuple(_choose(item, wanted, snapshot, taken) for item in wanted.attributes)
        failed = [item for item in chosen if isinstance(item.initial, Candidates)]
        if failed:
            conflicts += (_conflict(item, wanted, snapshot) for item in failed)
        else:
            missing.append(replace(wanted, attributes=chosen))
    return replace(pairing, missing=tuple(missing), conflicts=tuple(conflicts))


def _choose(
    item: WantedAttribute, wanted: Wanted, snapshot: Snapshot, taken: _Taken
) -> WantedAttribute:
    if not isinstance(item.initial, Candidates):
        return item
    definition = item.definition
    place = (wanted.kind, definition.path.identity)
    if place not in taken:
        taken[place] = set(_live_values(item, wanted.kind, snapshot))
    for value in item.initial.values:
        folded = comparable(value, definition)
        if folded not in taken[place] and _is_free(item, value, wanted.kind, snapshot):
            taken[place].add(folded)
            return replace(item, initial=value)
    return item


def _live_values(item: WantedAttribute, kind: Kind, snapshot: Snapshot) -> Iterator[object]:
    for live in snapshot.of(kind):
        found = canonical_value(read_path(item.definition.path, live.resource), item.definition)
        if found is not None:
            yield comparable(found, item.definition)


def _is_free(item: WantedAttribute, value: str, kind: Kind, snapshot: Snapshot) -> bool:
    return snapshot.complete or LookUp(kind, item.definition.path, value) in snapshot.absent


def _conflict(item: WantedAttribute, wanted: Wanted, snapshot: Snapshot) -> Conflict:
    values = item.initial.values if isinstance(item.initial, Candidates) else ()
    tried = "" if item.sensitive else f": {', '.join(values)}"
    if snapshot.complete:
        message = f"every value for {item.definition.path} is taken{tried}"
        hint = "Add another rule to SelectUniqueValue."
    else:
        message = f"no value for {item.definition.path} is proven free{tried}"
        hint = "The lists are not complete, and no look-up by this attribute can tell."
    at = item.mapping.at if item.mapping else wanted.source.at
    return Conflict(wanted.kind, wanted.key, message, hint, at)
