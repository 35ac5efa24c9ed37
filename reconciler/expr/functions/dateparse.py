"""Read dates: by a .NET format, or as DateTime.Parse does in the invariant culture."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from reconciler.errors import EvaluationError
from reconciler.expr.functions.dateformat import DAYS, MONTHS, Part, parts_of

STYLES = frozenset(
    {
        "None",
        "AllowLeadingWhite",
        "AllowTrailingWhite",
        "AllowInnerWhite",
        "AllowWhiteSpaces",
        "NoCurrentDateDefault",
        "AdjustToUniversal",
        "AssumeLocal",
        "AssumeUniversal",
        "RoundtripKind",
    }
)
"""DateTimeStyles of .NET; local time is UTC here."""
USUAL = frozenset({"RoundtripKind", "AllowLeadingWhite", "AllowTrailingWhite"})

_SHORT = {name[:3]: number for number, name in enumerate(MONTHS, 1)}
_NAME = f"(?P<name>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)})"
_WEEKDAY = f"(?:(?P<weekday>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in DAYS)}),?\\s++)?"
_ZONE = r"(?:\s*+(?P<zone>Z|GMT|UTC|[+-]\d{2}:?\d{2}))?"
_TIME = (
    r"(?P<hour>\d{1,2}+):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,7}+))?)?"
    r"(?:\s*+(?P<half>[AP]M))?"
)
_DATES = (
    r"(?P<year>\d{4})-(?P<month>\d{1,2}+)-(?P<day>\d{1,2}+)",
    r"(?P<year>\d{4})/(?P<month>\d{1,2}+)/(?P<day>\d{1,2}+)",
    r"(?P<month>\d{1,2}+)/(?P<day>\d{1,2}+)/(?P<year>\d{4}|\d{2})",
    rf"{_WEEKDAY}(?P<day>\d{{1,2}}+)[\s-]{_NAME}[\s-](?P<year>\d{{4}})",
    rf"{_WEEKDAY}{_NAME}\s++(?P<day>\d{{1,2}}+),?\s++(?P<year>\d{{4}})",
)
_ANY = tuple(
    re.compile(rf"\s*+{date}(?:(?:T|,?\s++){_TIME})?{_ZONE}\s*+", re.ASCII | re.IGNORECASE)
    for date in _DATES
)
_SHORT_MONTHS = "|".join(name[:3] for name in MONTHS)
_SHORT_DAYS = "|".join(name[:3] for name in DAYS)
_FRAGMENTS: Mapping[str, str] = {
    "d": r"(?P<day>\d{1,2}+)",
    "dd": r"(?P<day>\d{2})",
    "ddd": rf"(?P<weekday>{_SHORT_DAYS})",
    "dddd": rf"(?P<weekday>{'|'.join(DAYS)})",
    "M": r"(?P<month>\d{1,2}+)",
    "MM": r"(?P<month>\d{2})",
    "MMM": rf"(?P<name>{_SHORT_MONTHS})",
    "MMMM": rf"(?P<name>{'|'.join(MONTHS)})",
    "y": r"(?P<year>\d{1,2}+)",
    "H": r"(?P<hour>\d{1,2}+)",
    "HH": r"(?P<hour>\d{2})",
    "h": r"(?P<hour12>\d{1,2}+)",
    "hh": r"(?P<hour12>\d{2})",
    "m": r"(?P<minute>\d{1,2}+)",
    "mm": r"(?P<minute>\d{2})",
    "s": r"(?P<second>\d{1,2}+)",
    "ss": r"(?P<second>\d{2})",
    "t": r"(?P<half>[AP])",
    "tt": r"(?P<half>[AP]M)",
    "z": r"(?P<zone>[+-]\d{1,2}+)",
    "zz": r"(?P<zone>[+-]\d{2})",
    "zzz": r"(?P<zone>[+-]\d{2}:?\d{2})",
    "K": r"(?P<zone>Z|[+-]\d{2}:\d{2}|)",
    "g": r"(?:A\.D\.|AD)",
}
"""What a token reads; nothing is taken back once it is read, as in .NET, so it takes linear time.
More letters of one kind mean the same as the most that stand here."""
_BY_LENGTH: Mapping[str, str] = {
    "y": r"(?P<year>\d{%d})",
    "f": r"(?P<fraction>\d{%d})",
    "F": r"(?P<fraction>\d{0,%d}+)",
}
_SMALL, _PIVOT, _HALF_DAY = 2, 50, 12
_FURTHEST = timedelta(hours=14)
"""What an offset can be (.NET DateTimeOffset)."""


@dataclass(frozen=True, slots=True)
class Read:
    """A moment in UTC, and whether the text said in which zone it was meant."""

    moment: datetime
    zoned: bool


def read_any_date(text: str) -> Read:
    """Read *text* as DateTime.Parse does; raise `EvaluationError` where it is no date."""
    for pattern in _ANY:
        if found := pattern.fullmatch(text):
            return _read(found.groupdict(), text)
    raise _no_date(text, "Write it like 2026-07-31, 2026-07-31T17:30:00Z or 7/31/2026 5:30:00 PM.")


def read_date(text: str, form: str, styles: frozenset[str]) -> Read:
    """Read *text* by the .NET format *form*; raise `EvaluationError` where it does not fit."""
    if "AllowLeadingWhite" in styles or "AllowWhiteSpaces" in styles:
        text = text.lstrip()
    if "AllowTrailingWhite" in styles or "AllowWhiteSpaces" in styles:
        text = text.rstrip()
    inner = not styles.isdisjoint({"AllowInnerWhite", "AllowWhiteSpaces"})
    found = _pattern(form, inner=inner).fullmatch(text)
    if found is None:
        raise _no_date(text, f"It must fit the format '{form}'.")
    read = _read(found.groupdict(), text)
    assumed = not styles.isdisjoint({"AssumeLocal", "AssumeUniversal"})
    return Read(read.moment, read.zoned or assumed)


@lru_cache(maxsize=512)
def _pattern(form: str, *, inner: bool) -> re.Pattern[str]:
    seen: set[str] = set()
    fragments = [_fragment(part, seen) for part in parts_of(form)]
    return re.compile((r"\s*+" if inner else "").join(fragments), re.ASCII | re.IGNORECASE)


def _fragment(part: Part, seen: set[str]) -> str:
    if not part.token:
        return re.escape(part.text)
    fragment = _of_token(part.token)
    name = fragment.partition("(?P<")[2].partition(">")[0]
    if name in seen:
        # .NET wants both to agree; a group may only be named once, so the second refers to it.
        return rf"(?P={name})"
    seen.update({name} if name else ())
    return fragment


def _of_token(token: str) -> str:
    letter, size = token[0], len(token)
    if letter in _BY_LENGTH and token not in _FRAGMENTS:
        return _BY_LENGTH[letter] % size
    longest = max((known for known in _FRAGMENTS if known[0] == letter), key=len)
    return _FRAGMENTS.get(token, _FRAGMENTS[longest])


def _read(found: Mapping[str, str | None], text: str) -> Read:
    try:
        local = _date(found) + _time(found)
        zone = found.get("zone")
        moment = local - _offset(zone) if zone else local
    except (ValueError, OverflowError):
        raise _no_date(text, "There is no such day or time.") from None
    weekday = found.get("weekday")
    if weekday and not DAYS[local.weekday()].casefold().startswith(weekday.casefold()):
        raise _no_date(text, f"That day is a {DAYS[local.weekday()]}.")
    return Read(moment, zoned=bool(zone))


def _date(found: Mapping[str, str | None]) -> datetime:
    """Return the day; what is not said is the first: a day that moves would change at every run.

    .NET takes today there, unless NoCurrentDateDefault is given.
    """
    year, month, day = found.get("year"), found.get("month"), found.get("day")
    if name := found.get("name"):
        month = str(_SHORT[name[:3].capitalize()])
    return datetime(_year(year), int(month or 1), int(day or 1), tzinfo=UTC)


def _year(text: str | None) -> int:
    """Read a year; two digits mean 1950 to 2049, as in .NET 8."""
    year = int(text or 1)
    return year if text is None or len(text) > _SMALL else year + (2000 if year < _PIVOT else 1900)


def _time(found: Mapping[str, str | None]) -> timedelta:
    hour = int(found.get("hour12") or found.get("hour") or 0)
    half = (found.get("half") or "").upper()[:1]
    if half or found.get("hour12"):
        if hour > _HALF_DAY:
            raise ValueError(hour)
        hour = hour % _HALF_DAY + (_HALF_DAY if half == "P" else 0)
    minute, second = (int(found.get(name) or 0) for name in ("minute", "second"))
    clock = time(hour, minute, second, int((found.get("fraction") or "").ljust(6, "0")[:6]))
    return datetime.combine(_EPOCH, clock, UTC) - datetime.combine(_EPOCH, time(), UTC)


_EPOCH = date(1970, 1, 1)


def _offset(zone: str) -> timedelta:
    if zone[0] not in "+-":
        return timedelta(0)
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    if offset > _FURTHEST:
        raise ValueError(zone)
    return -offset if zone[0] == "-" else offset


def _no_date(text: str, hint: str) -> EvaluationError:
    return EvaluationError(f"'{text[:60]}' is no date", hint=hint)
