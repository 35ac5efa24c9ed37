"""What expressions work on, and how values read as text, truth and numbers."""

from collections.abc import Mapping
from typing import TypeAlias

from reconciler.errors import EvaluationError

Value: TypeAlias = "str | bool | int | tuple[Value, ...] | None"
Attributes: TypeAlias = Mapping[str, Value]

LONGEST = 65_536
"""Characters that a value may have, so that nested templates cannot explode."""


def as_text(value: Value) -> str | None:
    """Return *value* as text, None for null. Booleans read "True" and "False" (Entra §2.0)."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, tuple):
        count = len(value)
        raise EvaluationError(
            f"one value is needed here, and there are {count}",
            hint="Join them, or pick one, for example with SingleAppRoleAssignment.",
        )
    return str(value)


def as_texts(value: Value) -> tuple[str, ...]:
    """Return every text in *value*: none for null, one for a scalar, each of many."""
    if isinstance(value, tuple):
        return tuple(text for item in value for text in as_texts(item))
    text = as_text(value)
    return () if text is None else (text,)


def is_empty(value: Value) -> bool:
    """Tell whether *value* is null, the empty string, or no value at all."""
    return value in (None, "", ())


def bounded(value: Value) -> Value:
    """Return *value*; raise `EvaluationError` where it is too long to be meant."""
    if isinstance(value, str) and len(value) > LONGEST:
        raise EvaluationError(
            f"a value of {len(value):,} characters is too long", hint=f"The limit is {LONGEST:,}."
        )
    return value
