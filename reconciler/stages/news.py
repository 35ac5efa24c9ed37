"""News: what of a situation nobody was told yet."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from reconciler.model.notice import Cause, Entry, Event, News, Situation, State, Told


def news_of(
    situation: Situation, told: Iterable[Told], *, on: frozenset[Event], now: datetime
) -> News:
    """Return what is to be told of the events *on*, given what was *told* and lasts.

    A cause is told when it begins, when there is more of it, and once when it is over.
    """
    open_ones = {(item.event, item.subject): item for item in told if item.event in on}
    entries: list[Entry] = []
    kept: list[Told] = []
    quietly: list[Told] = []
    for cause in situation.causes:
        if cause.event not in on:
            continue
        known = open_ones.pop((cause.event, cause.subject), None)
        entry, row = _compare(cause, known, now, is_part=situation.is_part)
        if entry is not None:
            entries.append(entry)
            kept.append(row)
        elif row != known:
            quietly.append(row)
    ended = tuple(
        item for (event, subject), item in open_ones.items() if situation.judges(event, subject)
    )
    over = [Entry("over", item.event, item.title, since=item.since) for item in ended]
    return News((*entries, *over), tuple(kept), ended, tuple(quietly))


def _compare(
    cause: Cause, known: Told | None, now: datetime, *, is_part: bool
) -> tuple[Entry | None, Told]:
    """Return what is to be said of *cause*, if anything, and what is known once it was said."""
    marks = cause.marks
    if known is None:
        row = Told(cause.event, cause.subject, cause.title, frozenset(marks), now)
        return _entry("new", cause, cause.items.values()), row
    fresh = {mark: said for mark, said in marks.items() if mark not in known.marks}
    after = known.marks | marks.keys() if is_part else frozenset(marks)
    row = replace(known, title=cause.title, marks=after)
    if not fresh:
        return None, replace(row, title=known.title) if is_part else row
    return _entry("more", cause, fresh.values()), row


def _entry(state: State, cause: Cause, lines: Iterable[str]) -> Entry:
    return Entry(state, cause.event, cause.title, tuple(lines), cause.said, cause.steps)
