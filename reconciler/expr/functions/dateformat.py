"""Date formats of .NET, for reading and for writing, in the invariant culture.

Source: .NET, «Custom date and time format strings» and «Standard date and time format strings».
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from reconciler.errors import EvaluationError

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LONGEST = 200
"""Characters of a format."""

_STANDARD: Mapping[str, str] = {
    "d": "MM/dd/yyyy",
    "D": "dddd, dd MMMM yyyy",
    "f": "dddd, dd MMMM yyyy HH:mm",
    "F": "dddd, dd MMMM yyyy HH:mm:ss",
    "g": "MM/dd/yyyy HH:mm",
    "G": "MM/dd/yyyy HH:mm:ss",
    "M": "MMMM dd",
    "O": "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "s": "yyyy-MM-dd'T'HH:mm:ss",
    "t": "HH:mm",
    "T": "HH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ss'Z'",
    "U": "dddd, dd MMMM yyyy HH:mm:ss",
    "Y": "yyyy MMMM",
}
_SAME = {"m": "M", "o": "O", "r": "R", "y": "Y"}
_PART = re.compile(
    r"""(?P<run>([dfFgHhKmMstyz])\2*+)
    |'(?P<single>[^']*+)'
    |"(?P<double>[^"]*+)"
    |\\(?P<escaped>.)
    |%(?P<alone>[dfFgHhKmMstyz])
    |(?P<literal>[^'"\\%])""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a format: a *token* such as `yyyy`, or else literal *text*."""

    token: str = ""
    text: str = ""


@lru_cache(maxsize=512)
def parts_of(form: str) -> tuple[Part, ...]:
    """Split a format into its parts; raise `EvaluationError` where it is none."""
    if not form or len(form) > LONGEST:
        raise EvaluationError(
            f"a date format has 1 to {LONGEST} characters, and this one has {len(form)}"
        )
    if len(form) == 1:
        standard = _STANDARD.get(_SAME.get(form, form))
        if standard is None:
            raise EvaluationError(
                f"there is no date format '{form}'", hint="For one part alone write %d."
            )
        form = standard
    return tuple(_parts(form))


def _parts(form: str) -> Iterator[Part]:
    at = 0
    while at < len(form):
        found = _PART.match(form, at)
        if found is None:
            raise EvaluationError(
                f"the date format breaks at '{form[at:][:10]}'",
                hint="Close quotes, and write \\\\ before a sign that stands for itself.",
            )
        if token := found["run"] or found["alone"]:
            if len(token) > _TICKS and token[0] in "fF":
                raise EvaluationError("a second has at most 7 digits after the point")
            yield Part(token)
        else:
            texts = (found[name] for name in ("single", "double", "escaped", "literal"))
            yield Part(text=next(text for text in texts if text is not None))
        at = found.end()


def write_date(moment: datetime, form: str, *, zoned: bool) -> str:
    """Return *moment* (UTC) in *form*; *zoned* false: nobody said in which zone it was meant."""
    written: list[str] = []
    for part in parts_of(form):
        text = _write(part.token, moment, zoned=zoned) if part.token else part.text
        if not text and part.token.startswith("F") and written and written[-1] == ".":
            written.pop()  # .NET drops the point before a fraction of nothing
        written.append(text)
    return "".join(written)


def _write(token: str, moment: datetime, *, zoned: bool) -> str:
    letter, size = token[0], len(token)
    if letter in _NUMBERS:
        return str(_NUMBERS[letter](moment)).zfill(min(size, 2))
    fraction = f"{moment.microsecond:06}0"[:size]
    match letter:
        case "d":
            name = DAYS[moment.weekday()]
            return _name(name, size) if size > _DIGITS else str(moment.day).zfill(size)
        case "M":
            name = MONTHS[moment.month - 1]
            return _name(name, size) if size > _DIGITS else str(moment.month).zfill(size)
        case "y":
            year = moment.year if size > _DIGITS else moment.year % 100
            return str(year).zfill(size)
        case "f":
            return fraction
        case "F":
            return fraction.rstrip("0")
        case "t":
            return ("AM" if moment.hour < _NOON else "PM")[:size]
        case _:
            return _zone(token, zoned=zoned)


_DIGITS, _TICKS, _NOON = 2, 7, 12
_NUMBERS: Mapping[str, Callable[[datetime], int]] = {
    "H": lambda moment: moment.hour,
    "h": lambda moment: moment.hour % _NOON or _NOON,
    "m": lambda moment: moment.minute,
    "s": lambda moment: moment.second,
}


def _name(name: str, size: int) -> str:
    """Three letters are the short name, four or more the whole one."""
    return name[:3] if size == len("ddd") else name


def _zone(token: str, *, zoned: bool) -> str:
    match token[0]:
        case "K":
            return "Z" if zoned else ""
        case "g":
            return "A.D."
        case _:
            return {1: "+0", 2: "+00"}.get(len(token), "+00:00")
