"""What is no drift, as lists: pending, ignored, gone since the last look, and ignores to tidy."""

from collections.abc import Iterator, Sequence
from typing import Final

from reconciler.model.drift import SeenItem
from reconciler.model.drift_report import Drift, IgnoredItem, TargetDrift
from reconciler.model.ignore import Ignore
from reconciler.model.lapse import Lapse
from reconciler.model.plan import Change
from reconciler.render.drift.words import (
    CLASSES,
    part_of,
    span,
    stranger_of,
    told_ignore,
    what_of,
)
from reconciler.render.html.notes import Item, Remarks, show_withheld, some
from reconciler.render.safe import shorten
from reconciler.render.stamp import readable
from reconciler.render.values import show_place
from reconciler.render.words import ACTIONS, GOOD, WARN, WITHHELD, Sign

_PENDING: Final = Sign("…", "dim", "pending")


def drift_remarks_of(target: TargetDrift) -> tuple[Remarks, ...]:
    """Return the lists of *target* that hold anything."""
    return tuple(found for found in _every(target) if found.total)


def ignores_of(drift: Drift) -> tuple[Remarks, ...]:
    """Return the entries of `ignores` that somebody should tidy."""
    lead = "Nobody looks away for them any more: what they covered is listed."
    ended = _entries("Ignores that have ended", lead, drift.expired)
    unused = _entries(
        "Ignores that cover nothing", "Nothing that was found fits them.", drift.unused
    )
    lead = "From the day after, what they cover counts again."
    lapsing = some(drift.lapsing, _lapse)
    soon = Remarks(WARN, "Ignores and exceptions that end soon", lead, lapsing, len(drift.lapsing))
    return tuple(found for found in (ended, soon, unused) if found.total)


def _entries(title: str, lead: str, entries: Sequence[Ignore]) -> Remarks:
    return Remarks(WARN, title, lead, some(entries, _entry), len(entries))


def _every(target: TargetDrift) -> Iterator[Remarks]:
    lead = "The YAML asks for it and no apply has done it yet: no drift."
    items = some(target.pending, _pending)
    yield Remarks(_PENDING, "Pending", lead, items, len(target.pending))
    lead = "The YAML asks for it, and no apply does it until the ignore ends."
    title = "Asked for, but spared by an ignore"
    yield Remarks(WITHHELD, title, lead, some(target.spared, show_withheld), len(target.spared))
    lead = "Known differences, for a reason and until a day."
    items = some(target.ignored, _ignored)
    yield Remarks(WITHHELD, "Ignored", lead, items, len(target.ignored))
    lead = "The run before saw it, and this one can neither see it nor know that it is gone."
    items = some(target.unsure, _unsure)
    yield Remarks(WARN, "Seen before, and not known to be gone", lead, items, len(target.unsure))
    lead = "The run before saw it, and this one did not."
    items = some(target.gone, _gone)
    yield Remarks(GOOD, "Gone since the last look", lead, items, len(target.gone))


def _pending(change: Change) -> Item:
    what = ACTIONS[change.action].word
    return Item(change.kind, shorten(change.key, 96), what, change.why, show_place(change.at))


def _ignored(found: IgnoredItem) -> Item:
    what = f"{CLASSES[found.item.drift_class].word}: {what_of(found.item, shorten)}"
    why = f"{told_ignore(found.ignore)}: {found.ignore.reason}"
    return Item("", "", what, why, show_place(found.ignore.at))


def _unsure(seen: SeenItem) -> Item:
    return _past(seen, f"last seen {readable(seen.sighting.last_seen)}")


def _gone(seen: SeenItem) -> Item:
    return _past(seen, f"it lasted {span(seen.sighting.last_seen - seen.sighting.began)}")


def _past(seen: SeenItem, since: str) -> Item:
    words = (stranger_of(seen), part_of(seen), CLASSES[seen.drift_class].word)
    what = " ".join(shorten(word) for word in words if word)
    return Item(seen.kind, shorten(seen.name, 96), what, since)


def _entry(entry: Ignore) -> Item:
    return Item("", shorten(entry.key, 96), told_ignore(entry), entry.reason, show_place(entry.at))


def _lapse(item: Lapse) -> Item:
    what = f"the last day is {item.until}"
    return Item("", shorten(item.name, 96), what, item.reason, show_place(item.at))
