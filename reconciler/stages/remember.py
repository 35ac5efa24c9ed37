"""Remember: bring together what drifts now and what the ledger saw before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from reconciler.model.drift import DriftItem, Identity, SeenItem, Sighting
from reconciler.model.drift_class import DriftClass
from reconciler.model.drift_report import DriftPoint, TargetDrift

_PATIENCE: Final = timedelta(days=7)
_OF_MEMBERS = (DriftClass.EXTRA_MEMBER, DriftClass.MISSING_MEMBER)


def remember_drift(
    drift: TargetDrift, known: Iterable[SeenItem], history: Sequence[DriftPoint], now: datetime
) -> tuple[TargetDrift, tuple[SeenItem, ...]]:
    """Return *drift* with ages and history, and what the ledger has to note.

    What is ignored is remembered too: who looks away today may want the age tomorrow. What is
    neither seen nor known to be gone is unsure, and stays as it was.
    """
    before = {seen.identity: seen for seen in known}
    everything = (*drift.items, *(ignored.item for ignored in drift.ignored))
    here = {item.identity: _seen(item, before, now) for item in everything}
    away = [seen for seen in before.values() if _is_away(seen, here)]
    gone = tuple(_ended(seen, now) for seen in away if _is_gone(seen, drift, now))
    remembered = replace(
        drift,
        items=tuple(_dated(item, here) for item in drift.items),
        ignored=tuple(
            replace(ignored, item=_dated(ignored.item, here)) for ignored in drift.ignored
        ),
        gone=gone,
        unsure=tuple(seen for seen in away if not _is_gone(seen, drift, now)),
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


def _is_away(seen: SeenItem, here: Mapping[Identity, SeenItem]) -> bool:
    return seen.sighting.gone_since is None and seen.identity not in here


def _ended(seen: SeenItem, now: datetime) -> SeenItem:
    return replace(seen, sighting=replace(seen.sighting, gone_since=now))


def _is_gone(seen: SeenItem, drift: TargetDrift, now: datetime) -> bool:
    """Tell whether it is as it should be, or what it is about is not there any more.

    Where nothing ever proves that, what nobody sees for a week counts as gone.
    """
    if now - seen.sighting.last_seen > _PATIENCE:
        return True
    whole = (seen.kind.value, seen.name)
    if whole in drift.absent:
        return True
    if seen.drift_class in _OF_MEMBERS and _is_hidden(seen, drift):
        return False
    return drift.complete or (whole in drift.present and seen.identity not in drift.doubted)


def _is_hidden(seen: SeenItem, drift: TargetDrift) -> bool:
    """Tell whether a member may be in the group, or not, without the group showing it."""
    if seen.drift_class is DriftClass.MISSING_MEMBER:
        return seen.name in drift.unreadable or seen.identity in drift.doubted
    # A member who does not exist is in no group; a stranger may be a group within the group.
    kinds = ("user", "group") if seen.part.startswith("id:") else ("user",)
    member = {(kind, seen.part) for kind in kinds}
    is_away = drift.complete and not member & drift.present
    return seen.name in drift.half_seen and not (is_away or member <= drift.absent)


def _point(drift: TargetDrift, now: datetime) -> DriftPoint:
    return DriftPoint(
        taken=now,
        counts=drift.counts,
        ignored=len(drift.ignored),
        pending=len(drift.pending),
        complete=drift.complete,
    )
