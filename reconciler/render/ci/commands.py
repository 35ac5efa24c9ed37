"""Workflow commands: how GitHub's runner is told of an annotation (GitHub Docs)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from reconciler.model.problem import Position
from reconciler.render.safe import escape, shorten

Level: TypeAlias = Literal["error", "warning", "notice"]

LEVELS: Final[tuple[Level, ...]] = ("error", "warning", "notice")
SHOWN: Final = 10
"""GitHub shows 10 of each level of a step and drops the rest in silence."""
_LONGEST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Annotation:
    """One remark on a line of the desired state, or on none. *lines* may hold hostile text."""

    level: Level
    title: str
    lines: tuple[str, ...]
    at: Position | None = None


def write_annotations(found: Iterable[Annotation], prefix: str, *, beyond: bool = False) -> str:
    """Return the commands, errors first, as many of each level as GitHub shows.

    *prefix* is the path of the desired state in the repository. The last one that is shown of a
    level says how many more there are; with *beyond* these follow, for whoever reads the log.
    """
    kinds: dict[Level, list[Annotation]] = {level: [] for level in LEVELS}
    for item in found:
        kinds[item.level].append(item)
    return "".join(_level(items, prefix, beyond=beyond) for items in kinds.values())


def _level(items: Sequence[Annotation], prefix: str, *, beyond: bool) -> str:
    rest = len(items) - SHOWN
    lines = [_command(item, prefix) for item in (items if beyond else items[:SHOWN])]
    if rest > 0:
        where = "in the log" if beyond else "in the plan"
        lines[SHOWN - 1] += f" (+{rest:,} more {items[0].level}s {where})"
    return "".join(f"{line}\n" for line in lines)


def _command(item: Annotation, prefix: str) -> str:
    at = item.at
    properties = {
        "file": f"{prefix}{at.file}" if at else "",
        "line": str(at.line) if at else "",
        "col": str(at.column) if at and at.column else "",
        "title": item.title,
    }
    listed = ",".join(f"{name}={_property(text)}" for name, text in properties.items() if text)
    shown = "\n".join(shorten(line, _LONGEST) for line in item.lines if line) or item.title
    return f"::{item.level} {listed}::{_data(shown)}"


def _data(text: str) -> str:
    """Escape as the runner decodes it: `%`, CR and LF, so that no data can start a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(escape(text)).replace(":", "%3A").replace(",", "%2C")
