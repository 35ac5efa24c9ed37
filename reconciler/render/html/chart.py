"""Drift over time as bars, one for each run that the ledger remembers, and as figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.model.drift_report import DriftPoint
from reconciler.render.drift.words import CLASSES, summary_of
from reconciler.render.stamp import readable

WIDTH: Final = 960
HEIGHT: Final = 160
_LEFT: Final = 36
"""Where the bars begin; the scale stands before them."""
_WIDEST: Final = 36
_DAY: Final = len("2026-11-23")
_LENGTHS: Final = (_DAY, len("2026-11-23 06:00"), len("2026-11-23 06:00:00"))
"""How much of a moment is shown: the day, and the time where days repeat."""
_LEAST: Final = 2
"""Fewer runs make no picture."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: so many of one class."""

    name: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One run. *title* says in words what the bar shows."""

    x: str
    width: str
    middle: str
    title: str
    parts: tuple[Part, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A word at one of the axes."""

    at: str
    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture of one target, what it says in a sentence, and the figures as a table."""

    bars: tuple[Bar, ...]
    scale: tuple[Mark, ...]
    days: tuple[Mark, ...]
    classes: tuple[tuple[str, str], ...]
    sentence: str
    table: tuple[tuple[str, ...], ...]


def chart_of(points: Sequence[DriftPoint]) -> Chart | None:
    """Return the picture of *points*, the oldest first; None for too few of them."""
    if len(points) < _LEAST:
        return None
    top = _nice(max(point.total for point in points))
    step = (WIDTH - _LEFT) / len(points)
    bars = tuple(_bar(point, index, step, top) for index, point in enumerate(points))
    scale = tuple(Mark(_number(_height(value, top)), f"{value:,}") for value in (0, top // 2, top))
    most = max(reversed(points), key=lambda point: point.total)
    that_day = [point for point in points if point.taken.date() == most.taken.date()]
    sentence = (
        f"{len(points):,} runs from {readable(points[0].taken)} to {readable(points[-1].taken)}: "
        f"now {summary_of(points[-1].counts)}; the most was {most.total:,}, on "
        f"{readable(most.taken)[: _length(that_day)]}."
    )
    return Chart(
        bars=bars,
        scale=scale,
        days=_days(points, step),
        classes=tuple((name.value, sign.word) for name, sign in CLASSES.items()),
        sentence=sentence,
        table=tuple(_row(point) for point in reversed(points)),
    )


def _nice(most: int) -> int:
    """Return where the scale ends: 2, 4, 10, 20, 40, 100, and so on."""
    power = 1
    while True:
        for step in (2, 4, 10):
            if step * power >= most:
                return step * power
        power *= 10


def _bar(point: DriftPoint, index: int, step: float, top: int) -> Bar:
    width = min(step * 0.8, _WIDEST)
    middle = _LEFT + step * (index + 0.5)
    parts, below = [], 0
    for name in CLASSES:
        number = point.counts.get(name, 0)
        if number:
            y = _height(below + number, top)
            parts.append(Part(name.value, _number(y), _number(_height(below, top) - y)))
            below += number
    doubt = "" if point.complete else "; the lists were not proven complete"
    return Bar(
        x=_number(middle - width / 2),
        width=_number(width),
        middle=_number(middle),
        title=f"{readable(point.taken)}: {summary_of(point.counts)}{doubt}",
        parts=tuple(parts),
        complete=point.complete,
    )


def _height(value: int, top: int) -> float:
    """Return how far from the upper edge *value* stands."""
    return HEIGHT - value / top * HEIGHT


def _days(points: Sequence[DriftPoint], step: float) -> tuple[Mark, ...]:
    """Return the days of the first run, of the middle one and of the last."""
    last = len(points) - 1
    anchors = {0: "start", last: "end"}
    shown = sorted({0, last // 2, last})
    length = _length([points[index] for index in shown])
    return tuple(
        Mark(
            at=_number(_place(index, last, step)),
            text=readable(points[index].taken)[:length],
            anchor=anchors.get(index, "middle"),
        )
        for index in shown
    )


def _place(index: int, last: int, step: float) -> float:
    if index == 0:
        return _LEFT
    return WIDTH if index == last else _LEFT + step * (index + 0.5)


def _length(points: Sequence[DriftPoint]) -> int:
    """Return how much of their moments tells *points* apart: the day, else the time as well."""
    moments = [readable(point.taken) for point in points]
    apart = (length for length in _LENGTHS if len({one[:length] for one in moments}) == len(points))
    return next(apart, _LENGTHS[-1])


def _row(point: DriftPoint) -> tuple[str, ...]:
    counts = (f"{point.counts.get(name, 0):,}" for name in CLASSES)
    complete = "yes" if point.complete else "no"
    return (
        readable(point.taken),
        *counts,
        f"{point.ignored:,}",
        f"{point.pending:,}",
        complete,
    )


def _number(value: float) -> str:
    """Return a length with at most one digit after the point, the same everywhere."""
    return f"{value:.1f}".removesuffix(".0")
