"""What expressions work on, and how values read as text, truth and numbers."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

from reconciler.errors import EvaluationError
from reconciler.values import Candidates, Complex, Flow, Result, Value, date_text

Attributes: TypeAlias = Mapping[str, Value]

SMALLEST, LARGEST = -(2**63), 2**63 - 1
"""Whole numbers have 64 bits, as Entra's have."""

_WHOLE = re.compile(r"\s*[+-]?[0-9]{1,24}\s*", re.ASCII)

LONGEST = 65_536
"""Characters that a value may have, so that nested templates cannot explode."""


def as_text(value: Result) -> str | None:
    """Return *value* as text, None for null. Booleans read "True" and "False" (Entra §2.0)."""
    match value:
        case None | Flow() | ():
            return None
        case str():
            return value
        case (only,):
            return as_text(only)
        case tuple():
            raise EvaluationError(
                f"one value is needed here, and there are {len(value)}",
                hint="Join them, or pick one, for example with Item.",
            )
        case datetime():
            return date_text(value)
        case Candidates() | Complex():
            return _main_text(value)
        case _:
            return str(value)


def _main_text(value: Candidates | Complex) -> str | None:
    """Return the candidate that is tried first, or the sub-attribute `value` (RFC 7643 §2.4)."""
    if isinstance(value, Candidates):
        return next(iter(value.values), None)
    return next((str(part) for name, part in value.parts if name == "value"), None)


def as_texts(value: Result) -> tuple[str, ...]:
    """Return every text in *value*: none for null, one for a scalar, each of many."""
    if isinstance(value, tuple):
        return tuple(text for item in value for text in as_texts(item))
    text = as_text(value)
    return () if text is None else (text,)


def is_empty(value: Result) -> bool:
    """Tell whether *value* is null, the empty string, or no value at all."""
    return value in (None, "", (), Flow.IGNORE)


def bounded(value: Result) -> Result:
    """Return *value*; raise `EvaluationError` where it is too long to be meant."""
    if isinstance(value, str):
        check_length(len(value))
    return value


def check_length(length: int) -> None:
    """Raise `EvaluationError` for a text that would be too long, before it is made."""
    if length > LONGEST:
        raise EvaluationError(
            f"a value of {length:,} characters is too long", hint=f"The limit is {LONGEST:,}."
        )


def joined(separator: str, texts: Iterable[str]) -> str:
    """Join *texts*, and stop where that gets too long."""
    kept: list[str] = []
    length = -len(separator)
    for text in texts:
        length += len(separator) + len(text)
        check_length(length)
        kept.append(text)
    return separator.join(kept)


def whole_number(text: str | None, name: str) -> int:
    """Read a 64-bit whole number; *name* is for the message of the `EvaluationError`."""
    if text is not None and _WHOLE.fullmatch(text):
        number = int(text)
        if SMALLEST <= number <= LARGEST:
            return number
        raise EvaluationError(f"{name} is {number:,}, and that has more than 64 bits")
    shown = "null" if text is None else f"'{text[:40]}'"
    raise EvaluationError(
        f"{name} must be a whole number, and it is {shown}", hint="Write digits, such as 1."
    )
