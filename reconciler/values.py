"""What attributes hold, and what an expression may make of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, TypeAlias

Scalar: TypeAlias = str | bool | int


@dataclass(frozen=True, slots=True)
class Complex:
    """A complex value, such as one role: its sub-attributes in the order in which they are sent."""

    parts: tuple[tuple[str, Scalar], ...]


Value: TypeAlias = "Scalar | Complex | tuple[Value, ...] | None"
"""A source or target value: null, one value, or a tuple of them for multi-valued attributes."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Values in order of preference: the first one that nobody at the target has is taken."""

    values: tuple[str, ...]


class Flow(Enum):
    """What an expression may say instead of giving a value."""

    IGNORE = "ignore"
    """The attribute does not flow: it is neither sent nor cleared, and no default is used."""


Result: TypeAlias = "Value | datetime | Candidates | Flow"
"""What evaluating a whole expression gives. A `datetime` is in UTC."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression may know besides the source attributes.

    *seed* names the value that is computed (target, object, path): Guid and RandomString are
    derived from it, so that a plan and its apply agree.
    """

    now: datetime
    seed: str = ""


def as_json(value: Value) -> Any:
    """Return *value* as JSON data: an object for a complex value, a list for many."""
    match value:
        case Complex():
            return dict(value.parts)
        case tuple():
            return [as_json(item) for item in value]
        case _:
            return value


def date_text(moment: datetime) -> str:
    """Return *moment*, in UTC, as Entra prints dates: `M/d/yyyy h:mm:ss tt`, nothing padded."""
    hour = moment.hour % 12 or 12
    half = "AM" if moment.hour < _NOON else "PM"
    day = f"{moment.month}/{moment.day}/{moment.year:04}"
    return f"{day} {hour}:{moment.minute:02}:{moment.second:02} {half}"


_NOON = 12
