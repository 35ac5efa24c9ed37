"""Quarantines for people and machines; fields and reason codes bear Entra's names."""

from collections.abc import Sequence
from datetime import datetime
from shlex import quote
from typing import Any, Final

from reconciler.model.quarantine import PastQuarantine, Quarantine
from reconciler.render.jsontext import json_text
from reconciler.render.page import Page
from reconciler.render.safe import escape
from reconciler.render.stamp import readable, stamp
from reconciler.render.table import table
from reconciler.render.words import GOOD, WARN, count

FORMAT: Final = "reconciler.quarantine/1"
LEAVE: Final = "--leave-quarantine"
"""The option of `apply` that tries a target in quarantine now."""


def state_of(found: Quarantine, now: datetime) -> str:
    """Return in what state a quarantine is, and since when: one sentence without its full stop."""
    began = readable(found.series_began)
    if found.is_disabled(now):
        return f"disabled: in quarantine since {began}, for more than four weeks ({found.reason})"
    return f"in quarantine since {began} ({found.reason})"


def way_out(found: Quarantine, now: datetime, target: str) -> str:
    """Return what happens next, and what a person can do."""
    command = f"`reconciler apply --target {quote(target)} {LEAVE}`"
    if found.is_disabled(now):
        return f"No run tries it any more. Mend the cause, then: {command}."
    if found.is_due(now):
        return "The next apply tries it, with a few writes first."
    return f"The next attempt is due {readable(found.next_attempt)}; to try it now: {command}."


def quarantine_as_json(found: Quarantine | None, now: datetime) -> dict[str, Any] | None:
    """Return a quarantine as JSON data; None stays None."""
    if found is None:
        return None
    return {
        "reason": found.reason.value,
        "error": found.error,
        "current_began": stamp(found.current_began),
        "next_attempt": stamp(found.next_attempt),
        "series_began": stamp(found.series_began),
        "series_count": found.series_count,
        "disabled": found.is_disabled(now),
    }


def render_quarantines(
    items: Sequence[PastQuarantine], now: datetime, *, width: int = 80, color: bool = False
) -> str:
    """Return a block for each series, the newest first."""
    page = Page(width, color)
    for item in items:
        found = item.quarantine
        sign = GOOD if item.ended else WARN
        page.heading(f"{page.glyph(sign)} {escape(item.target)}  {escape(item.url)}")
        if item.ended:
            began, ended = readable(found.series_began), readable(item.ended)
            page.wrapped(f"in quarantine from {began} to {ended} ({found.reason})", indent=4)
        else:
            page.wrapped(state_of(found, now), indent=4)
        often = count(found.series_count, "time")
        last = f"imposed {often}, last by run {item.run} at {readable(found.current_began)}"
        page.wrapped(last, indent=4)
        page.wrapped(escape(found.error), indent=4, style="dim")
        if not item.ended:
            page.wrapped(way_out(found, now, escape(item.target)), indent=4, style="cyan")
    return page.text()


def dump_quarantines(items: Sequence[PastQuarantine], now: datetime) -> str:
    """Return series as JSON text."""
    told = [_data(item, now) for item in items]
    return json_text({"format": FORMAT, "quarantines": told})


def quarantines_as_csv(items: Sequence[PastQuarantine], now: datetime) -> str:
    """Return series as CSV, one row each."""
    names = ("target", "url", "reason", "series_began", "series_count", "current_began")
    more = ("next_attempt", "ended", "disabled", "run", "error")
    return table((*names, *more), [_data(item, now) for item in items])


def _data(item: PastQuarantine, now: datetime) -> dict[str, Any]:
    found = quarantine_as_json(item.quarantine, item.ended or now) or {}
    ended = stamp(item.ended) if item.ended else None
    return {"target": item.target, "url": item.url, **found, "run": item.run, "ended": ended}
