"""How two values compare (reference §2.0, infix comparisons)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from reconciler.expr.functions.dateparse import read_any_date
from reconciler.expr.values import as_text
from reconciler.values import Result

HOLDS: Mapping[str, Callable[[int], bool]] = {
    "=": lambda order: order == 0,
    "<>": lambda order: order != 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
}


def ordering(one: Result, other: Result) -> int:
    """Return -1, 0 or 1: as dates where one is, as numbers where both are, else as text.

    Text compares by the numbers of its characters, so case counts. Raise `EvaluationError` where
    a date meets what is none.
    """
    if isinstance(one, datetime) or isinstance(other, datetime):
        return _order(_date(one), _date(other))
    texts = as_text(one) or "", as_text(other) or ""
    if all(map(_is_number, texts)):
        return _order(int(texts[0]), int(texts[1]))
    return _order(texts[0], texts[1])


_Ordered = TypeVar("_Ordered", str, int, datetime)


def _order(one: _Ordered, other: _Ordered) -> int:
    return (one > other) - (one < other)


def _date(value: Result) -> datetime:
    if isinstance(value, datetime):
        return value
    return read_any_date(as_text(value) or "").moment


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS


_DIGITS = 20
"""More digits than a 64-bit number has."""
