"""Overlook: take out of a drift report what an ignore covers; it is counted, never just gone."""

from collections.abc import Iterable
from dataclasses import replace

from reconciler.model.drift import DriftItem
from reconciler.model.drift_report import IgnoredItem, TargetDrift
from reconciler.model.ignore import Ignore


def overlook_drift(
    drift: TargetDrift, ignores: Iterable[Ignore]
) -> tuple[TargetDrift, frozenset[str]]:
    """Return *drift* without what is ignored, and the keys of the ignores that cover something.

    *ignores* are those of this target that hold today. One that is for enforcement alone takes
    nothing out: it only says why an apply leaves the item as it is.
    """
    known = tuple(ignores)
    items: list[DriftItem] = []
    ignored: list[IgnoredItem] = []
    used: set[str] = set()
    for item in drift.items:
        covering = [ignore for ignore in known if _covers(ignore, item)]
        used.update(ignore.key for ignore in covering)
        told = _told(item, covering)
        hiding = next((ignore for ignore in covering if ignore.hides), None)
        if hiding is None:
            items.append(told)
        else:
            ignored.append(IgnoredItem(told, hiding))
    spared = {item.why for item in drift.spared}
    used.update(ignore.key for ignore in known if ignore.spares and ignore.sentence in spared)
    return replace(drift, items=tuple(items), ignored=tuple(ignored)), frozenset(used)


def _told(item: DriftItem, covering: Iterable[Ignore]) -> DriftItem:
    sparing = next((ignore for ignore in covering if ignore.spares), None)
    if sparing is None or item.left:
        return item
    return replace(item, left=sparing.sentence, held_by=())


def _covers(ignore: Ignore, item: DriftItem) -> bool:
    names = (item.key,) if item.key else (item.display, item.name)
    if item.kind is not ignore.kind or not ignore.names(*names):
        return False
    if ignore.classes and item.drift_class not in ignore.classes:
        return False
    if ignore.path is not None:
        return item.path is not None and item.path.identity == ignore.path.identity
    if ignore.member is not None:
        return bool(item.member) and ignore.is_about(item.member, item.member_display)
    return True
