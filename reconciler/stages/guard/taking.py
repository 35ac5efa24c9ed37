"""What takes something away, counted as all guards count it."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from reconciler.model.directory import Group
from reconciler.model.evidence import Evidence
from reconciler.model.limit import Limit
from reconciler.model.live_index import LiveIndex
from reconciler.model.plan import Action, Change
from reconciler.model.resource import Wanted
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
    for item in evidence.intent.wanted:
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
    sought = [
        it for it in evidence.intent.formerly.base or () if it.kind is kind and it.key in keys
    ]
    found: dict[str, str] = {}
    if sought:
        links = {item.key: item.live_id for item in evidence.memory.links if item.kind is kind}
        live = evidence.snapshot.of(kind)
        index = LiveIndex.build(live, kind, evidence.target, evidence.memory)
        for item in sought:
            linked = {links[item.key]} if item.key in links else set[str]()
            for live_id in _borne(item, index) | (linked & index.by_id.keys()):
                found.setdefault(live_id, item.key)
    return found


def _borne(wanted: Wanted, index: LiveIndex) -> set[str]:
    """Return the ids of all that bear the externalId or a matching value of *wanted*."""
    bearers = index.by_external_id.get(wanted.external_id, ())
    holders = (live for key in wanted.matching for live in index.holding(key))
    return {live.id for live in (*bearers, *holders)}


def in_words(limit: Limit, allowed: int) -> str:
    """Say how many a limit allows, why, and where it stands."""
    place = f", {limit.at}" if limit.at else ""
    return f"the limit is {allowed} ({limit}{place})"
