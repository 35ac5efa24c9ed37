"""Fit rows into a number of bytes: the most dangerous first, and never half of one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias


class Rank(IntEnum):
    """How much a reviewer has to see a row; the lowest number goes first."""

    DECISION = 0
    PRIVILEGED = 1
    DELETE = 2
    DISABLE = 3
    PRIVILEGED_LOSS = 4
    LOSS = 5
    GAIN = 6
    CHANGE = 7
    REPORT = 8
    NOTE = 9


Form: TypeAlias = str | Callable[[], str]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to show, in two forms; *short* stands on one line.

    A form that few of many rows will take is spelled where it is taken.
    """

    rank: Rank
    full: Form
    short: Form


LINE: Final = 1
"""The line break after a row, in bytes."""


def fit(rows: Sequence[Row], room: int) -> tuple[str | None, ...]:
    """Return each row's form within *room* bytes of UTF-8, None for a row that is left out.

    Short forms first, by rank, until one does not fit: what is left out is never more dangerous
    than what is shown. What room is left then goes to full forms, by rank too.
    """
    order = sorted(range(len(rows)), key=lambda index: rows[index].rank)
    forms: list[str | None] = [None] * len(rows)
    shown: list[int] = []
    for index in order:
        short = _spelled(rows[index].short)
        size = _size(short)
        if size > room:
            break
        room -= size
        forms[index] = short
        shown.append(index)
    for index in shown:
        full = _spelled(rows[index].full)
        more = _size(full) - _size(forms[index] or "")
        if more <= room:
            room -= more
            forms[index] = full
    return tuple(forms)


def _spelled(form: Form) -> str:
    return form if isinstance(form, str) else form()


def _size(text: str) -> int:
    return len(text.encode()) + LINE
