"""Remember: bring together what drifts now and what the ledger saw before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from reconciler.model.drift import DriftItem, Identity, SeenItem, Sighting
from reconciler.model.drift_class import DriftClass
from reconciler.model.drift_report import DriftPoint, TargetDrift

_OF_MEMBERS = (DriftClass.EXTRA_MEMBER, DriftClass.MISSING_MEMBER)


def remember_drift(
    drift: TargetDrift, known: Iterable[SeenItem], history: Sequence[DriftPoint], now: datetime
) -> tuple[TargetDrift, tuple[SeenItem, ...]]:
    """Return *drift* with ages and history, and what the ledger has to note.

    What is ignored is remembered too: who looks away today may want the age tomorrow. Only where
    the lists are complete does anything count as gone.
    """
    before = {seen.identity: seen for seen in known}
    everything = (*drift.items, *(ignored.item for ignored in drift.ignored))
    here = {item.identity: _seen(item, before, now) for item in everything}
    gone = tuple(_gone(before.values(), here, drift, now))
    remembered = replace(
        drift,
        items=tuple(_dated(item, here) for item in drift.items),
        ignored=tuple(
            replace(ignored, item=_dated(ignored.item, here)) for ignored in drift.ignored
        ),
        gone=gone,
        history=(*history, _point(drift, now)),
    )
    return remembered, (*here.values(), *gone)


def _seen(item: DriftItem, before: Mapping[Identity, SeenItem], now: datetime) -> SeenItem:
    seen = before.get(item.identity)
    if seen is None:
        return SeenItem(item.identity, item.display, Sighting(now, now, now))
    sighting = replace(seen.sighting, last_seen=now, times=seen.sighting.times + 1)
    if sighting.gone_since is not None:
        episodes = sighting.episodes + 1
        sighting = replace(sighting, began=now, episodes=episodes, gone_since=None)
    return SeenItem(item.identity, item.display, sighting)


def _dated(item: DriftItem, here: Mapping[Identity, SeenItem]) -> DriftItem:
    return replace(item, sighting=here[item.identity].sighting)


def _gone(
    known: Iterable[SeenItem], here: Mapping[Identity, SeenItem], drift: TargetDrift, now: datetime
) -> Iterator[SeenItem]:
    for seen in known:
        was_there = seen.sighting.gone_since is None
        if was_there and seen.identity not in here and _is_proven_gone(seen, drift):
            yield replace(seen, sighting=replace(seen.sighting, gone_since=now))


def _is_proven_gone(seen: SeenItem, drift: TargetDrift) -> bool:
    if not drift.complete or seen.drift_class in drift.unproven:
        return False
    return seen.drift_class not in _OF_MEMBERS or seen.name not in drift.half_seen


def _point(drift: TargetDrift, now: datetime) -> DriftPoint:
    return DriftPoint(
        taken=now,
        counts=drift.counts,
        ignored=len(drift.ignored),
        pending=len(drift.pending),
        complete=drift.complete,
    )
