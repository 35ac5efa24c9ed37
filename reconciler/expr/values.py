"""What expressions work on, and how values read as text, truth and numbers."""

import re
from collections.abc import Mapping
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
        case None | Flow():
            return None
        case str():
            return value
        case bool() | int():
            return str(value)
        case datetime():
            return date_text(value)
        case Candidates():
            return value.values[0] if value.values else None
        case Complex():
            return next((str(part) for name, part in value.parts if name == "value"), None)
        case tuple():
            raise EvaluationError(
                f"one value is needed here, and there are {len(value)}",
                hint="Join them, or pick one, for example with Item.",
            )


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
    if isinstance(value, str) and len(value) > LONGEST:
        raise EvaluationError(
            f"a value of {len(value):,} characters is too long", hint=f"The limit is {LONGEST:,}."
        )
    return value


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
