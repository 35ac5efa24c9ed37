"""The sentences of a drift report: what differs, since when, and what is known of the whole."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from reconciler.model.drift import DriftItem, SeenItem, Sighting
from reconciler.model.drift_class import DriftClass
from reconciler.model.drift_report import Drift, TargetDrift
from reconciler.model.ignore import Ignore, IgnoredFor
from reconciler.model.remarks import Withheld
from reconciler.render.stamp import readable
from reconciler.render.values import SENSITIVE, show_path, show_value
from reconciler.render.words import Sign, count

CLASSES: Final = {
    DriftClass.EXTRA_MEMBER: Sign("!", "bold red", "extra member"),
    DriftClass.UNMANAGED: Sign("!", "red", "unmanaged"),
    DriftClass.MISSING: Sign("−", "red", "missing"),
    DriftClass.CHANGED: Sign("~", "yellow", "changed"),
    DriftClass.MISSING_MEMBER: Sign("−", "yellow", "missing member"),
}
"""The most dangerous first; a privileged group and an account that works again stand above all."""

_MANY: Final = {"reference to it": "references to it"}
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))

Quote = Callable[[str], str]
"""How text from the data is shown: escaped, or as a code span."""


def summary_of(counts: Mapping[DriftClass, int]) -> str:
    """Return "1 extra member, 2 changed", or "no drift"."""
    parts = [_amount(counts[name], sign.word) for name, sign in CLASSES.items() if counts.get(name)]
    return ", ".join(parts) or "no drift"


def _amount(number: int, word: str) -> str:
    return count(number, word) if word.endswith("member") else f"{number:,} {word}"


def headline(drift: Drift) -> str:
    """Return the sum of all targets in one line; what is ignored is always in it."""
    # Of what nobody could read, nobody knows that there is none.
    parts = [summary_of(drift.counts)] if drift.targets or not drift.failures else []
    if drift.ignored:
        grave = f", {drift.ignored_dangers:,} of them dangerous" if drift.ignored_dangers else ""
        parts.append(f"{drift.ignored:,} ignored{grave}")
    if drift.unsure:
        parts.append(f"{drift.unsure:,} seen before and not known to be gone")
    if drift.pending:
        parts.append(f"{drift.pending:,} pending")
    if drift.spared:
        parts.append(f"{drift.spared:,} spared by an ignore")
    if conflicts := sum(len(target.conflicts) for target in drift.targets):
        parts.append(count(conflicts, "conflict"))
    if drift.failures:
        parts.append(f"{count(len(drift.failures), 'target')} not read")
    return f"Drift: {'; '.join(parts)}."


def what_of(item: DriftItem, quote: Quote) -> str:
    """Return what differs, in one sentence without its full stop."""
    name = _name(item, quote)
    match item.drift_class:
        case DriftClass.MISSING:
            return f"{name} is not there{along_of(item)}"
        case DriftClass.UNMANAGED:
            return f"{name} is there"
        case DriftClass.CHANGED:
            return f"{name}: {_values(item, quote)}"
        case DriftClass.EXTRA_MEMBER:
            return f"{_member(item, quote)} is in {name}"
        case DriftClass.MISSING_MEMBER:
            return f"{_member(item, quote)} is not in {name}"


def along_of(item: DriftItem) -> str:
    """Return what is gone with a missing object: ", and with it 2 memberships"."""
    found = ((item.along, "membership"), (item.referred, "reference to it"))
    parts = [count(number, word, _MANY.get(word, "")) for number, word in found if number]
    return f", and with it {' and '.join(parts)}" if parts else ""


def name_of(item: Withheld) -> str:
    """Return "user ada", of what is not done with an object."""
    return " ".join(item.object_id.split("/", 2)[1:])


def past_of(seen: SeenItem, quote: Quote) -> str:
    """Return what differed in an earlier run: "changed: user ada title"."""
    part = f" {quote(part_of(seen))}" if seen.part else ""
    known = f" ({quote(stranger_of(seen))})" if stranger_of(seen) else ""
    return f"{CLASSES[seen.drift_class].word}: {seen.kind} {quote(seen.name)}{known}{part}"


def part_of(seen: SeenItem) -> str:
    """Return the member, or the attribute as it is called elsewhere; empty for a whole object."""
    return show_path(seen.part) if seen.drift_class is DriftClass.CHANGED else seen.part


def stranger_of(seen: SeenItem) -> str:
    """Return how a stranger was called live, where only an id stands for it."""
    return seen.display if seen.name.startswith("id:") and seen.display != seen.name else ""


def _name(item: DriftItem, quote: Quote) -> str:
    if not item.key:
        return f"{item.kind} {quote(item.display)}"
    known = item.display in ("", item.key)
    return f"{item.kind} {quote(item.key)}" + ("" if known else f" ({quote(item.display)})")


def _member(item: DriftItem, quote: Quote) -> str:
    known = item.member_display in ("", item.member)
    return quote(item.member) + ("" if known else f" ({quote(item.member_display)})")


def _values(item: DriftItem, quote: Quote) -> str:
    path = quote(show_path(item.path)) if item.path else ""
    if item.sensitive:
        return f"{path} differs {SENSITIVE}"
    expected, found = quote(show_value(item.expected)), quote(show_value(item.found))
    return f"{path} is {found}, expected {expected}"


def facts_of(item: DriftItem, now: datetime, quote: Quote) -> Iterator[str]:
    """Yield what else is known of an item, each a few words."""
    yield from _warnings_of(item)
    if item.why and item.drift_class in (DriftClass.UNMANAGED, DriftClass.MISSING):
        yield quote(item.why)
    yield from _moments_of(item)
    if item.sighting is not None:
        yield from ages_of(item.sighting, now)
    if item.left and item.drift_class is not DriftClass.UNMANAGED:
        yield f"an apply leaves it: {quote(item.left)}"
    if item.held_by:
        yield f"an apply would be held by {', '.join(map(quote, item.held_by))}"


def _moments_of(item: DriftItem) -> Iterator[str]:
    """Yield what the server says of the object: of a stranger, when somebody made it there."""
    is_new = item.drift_class is DriftClass.UNMANAGED and not item.key and item.made is not None
    if is_new and item.made is not None:
        yield f"made there {readable(item.made)}"
    if item.modified is None or (is_new and item.made == item.modified):
        return
    # A group bears one moment for all its members, and a user one for all attributes.
    whole = "" if is_new else f"{item.kind} "
    yield f"{whole}last changed there {readable(item.modified)}"


def _warnings_of(item: DriftItem) -> Iterator[str]:
    if item.privileged:
        yield f"privileged {item.kind}"
    if item.elevated:
        yield "a sensitive role that it should not have"
    if item.reopens_access:
        yield "an account works that should not"


def ages_of(sighting: Sighting, now: datetime) -> Iterator[str]:
    """Yield since when it has been there, and whether it was there before."""
    if sighting.times == 1:
        yield "new: not seen before"
        return
    if sighting.has_come_back:
        first = readable(sighting.first_seen)
        yield f"came back, {_nth(sighting.episodes)} time; first seen {first}"
    age = span(sighting.age(now))
    times = count(sighting.times, "time")
    yield f"since {readable(sighting.began)} ({age}), seen {times}"


def _nth(number: int) -> str:
    last_two = number % 100
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if last_two in (11, 12, 13) else endings.get(number % 10, 'th')}"


def span(length: timedelta) -> str:
    """Return "3 days", "5 hours", "12 minutes": the largest unit that there is one of."""
    seconds = int(length.total_seconds())
    return next(
        (count(seconds // size, unit) for size, unit in _UNITS if seconds >= size),
        "less than a minute",
    )


def doubts_of(target: TargetDrift) -> Iterator[str]:
    """Yield what this report cannot know, each as a sentence."""
    if target.applied is None:
        yield (
            "Nobody knows what was last applied here: this is how live differs from the YAML, and "
            "some of it may wait for an apply."
        )
    if target.items and len(target.history) == 1:
        yield (
            "The ledger knows of no earlier look here, so since when it differs is not known. A "
            "job has to keep its ledger from one night to the next."
        )
    if target.unproven:
        parts = (_amount(number, name.words) for name, number in target.unproven.items())
        yield (
            f"Not claimed: {', '.join(parts)}; the lists are not proven complete, and what they do "
            "not show may be there."
        )
    if target.unreadable:
        groups = count(len(target.unreadable), "group")
        yield f"The members of {groups} are not shown by the server, so nothing is said of them."


def asides_of(target: TargetDrift) -> Iterator[str]:
    """Yield what is counted and not listed, each as a sentence."""
    if target.unlisted:
        number = count(target.unlisted, "object")
        yield f"{number} nobody's and not listed: the target says unmanaged: ignore."
    if target.untouchable:
        yield f"{count(target.untouchable, 'object')} of the app itself, never touched."
    if target.rewritten:
        number = count(len(target.rewritten), "value")
        yield f"{number} changed by the server whenever written, so no drift."
    if target.withheld:
        number = count(len(target.withheld), "difference")
        yield f"{number} by the rules of the app or of the target, so no drift; see the plan."


def told_ignore(ignore: Ignore) -> str:
    """Return "until 2026-12-31, in report and enforcement"."""
    where = {
        IgnoredFor.REPORT: "in the report",
        IgnoredFor.ENFORCEMENT: "by apply",
        IgnoredFor.BOTH: "in the report and by apply",
    }
    return f"until {ignore.until}, {where[ignore.what_for]}"
