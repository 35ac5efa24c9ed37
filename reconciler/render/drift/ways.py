"""What to do about drift: put it back, write it into the YAML, or let it be until a day."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from shlex import join
from typing import Final

from reconciler.model.drift import DriftItem
from reconciler.model.drift_class import DriftClass
from reconciler.model.drift_report import Drift
from reconciler.render.safe import escape
from reconciler.yamldoc.quote import write_scalar

_LISTED: Final = 5
"""So many targets get a command of their own."""
_LONGEST: Final = 200
"""A name beyond this makes no example; no key of the YAML is longer."""
_UNHIDDEN: Final = frozenset({"externalid", "members"})
"""Attributes that no ignore covers by themselves."""
_KEPT: Final = {
    DriftClass.EXTRA_MEMBER: "Extra member: add it to the group.",
    DriftClass.UNMANAGED: "Unmanaged: assign it again.",
    DriftClass.MISSING: "Missing: remove its entry.",
    DriftClass.CHANGED: "Changed: write the value that was found.",
    DriftClass.MISSING_MEMBER: "Missing member: take it out of the group.",
}
"""How each class is written into the YAML, so that nothing differs any more."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way out: *text* is our own words; *commands* and *snippet* are for pasting."""

    lead: str
    text: str
    commands: tuple[str, ...] = ()
    snippet: tuple[str, ...] = ()


def ways_of(drift: Drift) -> tuple[Way, ...]:
    """Return what can be done about *drift*, nothing where nothing is to be done."""
    return tuple(_every(drift))


def _every(drift: Drift) -> Iterator[Way]:
    yield from _unread(drift)
    yield from _put_back(drift)
    yield from _held(drift)
    yield from _keep(drift)
    yield from _strangers(drift)
    yield from _let_be(drift)


def _unread(drift: Drift) -> Iterator[Way]:
    if drift.failures:
        names = [name for name, _ in drift.failures]
        text = "This tries the connection, and says what is wrong with it."
        yield Way("Not read", text, _commands(drift, "check", names))


def _put_back(drift: Drift) -> Iterator[Way]:
    """Yield the apply that mends what it can, or that only does what is pending."""
    mended = [item for item in drift.items if not item.left and not item.held_by]
    waiting = [target.target for target in drift.targets if target.pending]
    names = list(dict.fromkeys((*(item.target for item in mended), *waiting)))
    if not names:
        return
    commands = _commands(drift, "apply", names)
    if not mended:
        yield Way("Pending", "An apply shows what it would do, asks, and does it.", commands)
        return
    also = " What is pending it does as well." if waiting else ""
    some = _of(len(mended), len(drift.items))
    text = f"An apply mends {some}: it shows everything that it would do, and asks.{also}"
    yield Way("Put it back", text, commands)


def _held(drift: Drift) -> Iterator[Way]:
    held = [item for item in drift.items if item.held_by]
    if held:
        names = list(dict.fromkeys(item.target for item in held))
        some = _of(len(held), len(drift.items))
        text = f"Guards hold {some}; the plan says which, and how to let them pass."
        yield Way("Held", text, _commands(drift, "plan", names))


def _keep(drift: Drift) -> Iterator[Way]:
    ours = {item.drift_class for item in drift.items if not _is_stranger(item)}
    kept = [words for name, words in _KEPT.items() if name in ours]
    if kept:
        yield Way("Keep it", f"Change the YAML at the line beside it. {' '.join(kept)}")


def _strangers(drift: Drift) -> Iterator[Way]:
    strangers = sum(map(_is_stranger, drift.items))
    if strangers:
        text = (
            f"No apply touches {_of(strangers, len(drift.items))}. Remove it in the app, or write "
            "it under users or groups: the next apply adopts what it finds there."
        )
        yield Way("Not ours", text)


def _let_be(drift: Drift) -> Iterator[Way]:
    """Yield an entry of `ignores` for the least dangerous of what can be ignored."""
    fit = [item for item in drift.items if _can_be_ignored(item)]
    if not fit:
        return
    item = max(fit, key=lambda one: one.danger)
    spared = "" if item.left else ", and no apply changes it"
    text = (
        "An entry like this, in any file of the desired state: until its last day the difference "
        f"is counted and not listed{spared}."
    )
    yield Way("Let it be", text, snippet=_ignore(item, drift.created))


def _is_stranger(item: DriftItem) -> bool:
    return item.drift_class is DriftClass.UNMANAGED and bool(item.left)


def _can_be_ignored(item: DriftItem) -> bool:
    is_bare = item.path is not None and item.path.identity in _UNHIDDEN
    return not is_bare and max(len(item.name), len(item.part)) <= _LONGEST


def _ignore(item: DriftItem, now: datetime) -> tuple[str, ...]:
    entry = {"target": item.target, item.kind.value: item.name}
    if item.member:
        entry["member"] = item.member
    elif item.path is not None:
        entry["attribute"] = str(item.path)
    else:
        entry["class"] = item.drift_class.value
    if not item.left:
        entry["for"] = "both"
    more = {"reason": "WRITE HERE WHY IT MAY BE SO", "until": _last_day(now.date()).isoformat()}
    name = re.sub("[^a-z0-9]+", "-", f"{item.name}-{item.part}".casefold()).strip("-")[:40]
    lines = (f"    {key}: {escape(write_scalar(value))}" for key, value in (entry | more).items())
    return ("ignores:", f"  {name or 'known'}:", *lines)


def _last_day(day: date) -> date:
    """Return the last day of the next month: while nothing moves, a report stays the same."""
    months = day.year * 12 + day.month + 1
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def _commands(drift: Drift, verb: str, targets: Sequence[str]) -> tuple[str, ...]:
    """Return a command for each target; one for all where they are many."""
    words = ("reconciler", verb)
    if len(targets) > _LISTED:
        return (escape(join((*words, *drift.options))),)
    lines = ((*words, "--target", target, *drift.options) for target in targets)
    return tuple(escape(join(line)) for line in lines)


def _of(number: int, total: int) -> str:
    """Return "it", "all 3" or "2 of 3"."""
    if number == total:
        return "it" if total == 1 else f"all {total:,}"
    return f"{number:,} of {total:,}"
