"""What takes something away, counted as all guards count it."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from reconciler.model.canonical import comparable
from reconciler.model.directory import Group
from reconciler.model.evidence import Evidence
from reconciler.model.limit import Limit
from reconciler.model.live_index import held_value
from reconciler.model.plan import Action, Change
from reconciler.model.resource import Live, Wanted
from reconciler.model.values import Kind

REMOVALS = (Action.DISABLE, Action.DELETE)


def going_of(changes: Iterable[Change], kind: Kind) -> list[Change]:
    """Return the changes that end an account or group."""
    return [item for item in changes if item.kind is kind and item.action in REMOVALS]


def ours_of(evidence: Evidence, kind: Kind, going: Iterable[Change]) -> frozenset[str]:
    """Return the live ids of what is active and ours, and of what goes in any case."""
    pairs = (pair.live for pair in evidence.pairing.pairs if pair.linked)
    leavers = (leaver.live for leaver in evidence.pairing.leavers)
    ours = {live.id for live in (*pairs, *leavers) if live.kind is kind and live.active}
    return frozenset(ours | {item.live_id for item in going if item.live_id is not None})


@dataclass(frozen=True, slots=True)
class Revocation:
    """Who leaves one group: *leaving* are live ids, of those that keep their account."""

    change: Change
    leaving: frozenset[str]
    members: frozenset[str]


def revocations_of(changes: Iterable[Change]) -> Iterator[Revocation]:
    """Yield every change that takes members from a live group; departures are counted apart."""
    found = tuple(changes)
    gone = {item.live_id for item in found if item.action in REMOVALS}
    for change in found:
        if change.kind is not Kind.GROUP or change.live is None:
            continue
        members = change.live.members or frozenset()
        if change.action is Action.DELETE:
            yield Revocation(change, members - gone, members)
        elif change.action is Action.REMOVE_MEMBERS:
            yield Revocation(change, leaving_ids(change) - gone, members)


def leaving_ids(change: Change) -> frozenset[str]:
    """Return the live ids of the members that *change* removes."""
    return frozenset(member.live_id for member in change.remove if member.live_id is not None)


def group_limits(evidence: Evidence) -> Mapping[str, Limit]:
    """Return the limits that groups carry themselves, by key; the base's where it has the group."""
    former = evidence.former_groups()
    limits = {}
    for item in evidence.wanted:
        if isinstance(item.source, Group):
            keys = (item.key, *item.source.previously)
            source = next((former[key] for key in keys if key in former), item.source)
            if source.revocations is not None:
                limits[item.key] = source.revocations
    return limits


def ids_at_the_base(evidence: Evidence, kind: Kind, keys: Container[str]) -> Mapping[str, str]:
    """Return the live ids that these *keys* of the base stood for, whatever they are called now.

    Who is wanted under another key in the head is still who the base meant.
    """
    links = {item.key: item.live_id for item in evidence.memory.links if item.kind is kind}
    found: dict[str, str] = {}
    for item in evidence.formerly.base or ():
        if item.kind is not kind or item.key not in keys:
            continue
        for live in evidence.snapshot.of(kind):
            if live.id == links.get(item.key) or _is(live, item):
                found.setdefault(live.id, item.key)
    return found


def _is(live: Live, wanted: Wanted) -> bool:
    marks = ((item.value, item.definition) for item in wanted.matching)
    return live.external_id == wanted.external_id or any(
        held_value(live, definition) == comparable(value, definition) for value, definition in marks
    )


def in_words(limit: Limit, allowed: int) -> str:
    """Say how many a limit allows, why, and where it stands."""
    place = f", {limit.at}" if limit.at else ""
    return f"the limit is {allowed} ({limit}{place})"
