"""What reading a YAML file gives: plain data that knows where everything stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.model.problem import Position


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost; *repeated* counts the values that aliases stand for."""

    size: int = 32 * 1024 * 1024
    values: int = 2_000_000
    depth: int = 64
    repeated: int = 10_000
    digits: int = 64
    problems: int = 100


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data (dict, list, str, int, bool, float, None; every key is text) with positions."""

    file: str
    data: Any
    marks: Mapping[int, Any] = field(default_factory=dict, repr=False)
    """Per container, by its id: the parser's mark of each key or item. Lives as long as *data*."""

    def resolve(self, path: Sequence[str | int]) -> tuple[str | int, ...]:
        """Return the steps of *path* that lead somewhere.

        The others are skipped: pydantic puts names of its own among them.
        """
        node, steps = self.data, []
        for step in path:
            if _leads_on(node, step):
                node = node[step]
                steps.append(step)
        return tuple(steps)

    def position(self, path: Sequence[str | int]) -> Position:
        """Return where *path* stands: its key or list item, else the nearest one above it."""
        node, mark = self.data, None
        for step in path:
            if _leads_on(node, step):
                mark = self.marks[id(node)][step]
                node = node[step]
        return self._position(mark)

    def positions(self, path: Sequence[str | int]) -> list[Position]:
        """Return where each item of the list at *path* stands; nothing where there is no list."""
        node = self.data
        for step in path:
            if not _leads_on(node, step):
                return []
            node = node[step]
        marks = self.marks[id(node)] if isinstance(node, list) else ()
        return [self._position(mark) for mark in marks]

    def lines(self, node: Mapping[str, Any]) -> dict[str, int]:
        """Return the line of every key of *node*, a mapping within this document."""
        return {key: mark.line + 1 for key, mark in self.marks[id(node)].items()}

    def _position(self, mark: Any) -> Position:
        if mark is None:
            return Position(self.file, 1, 1)
        return Position(self.file, mark.line + 1, mark.column + 1)


def _leads_on(node: Any, step: str | int) -> bool:
    if isinstance(node, list):
        return isinstance(step, int) and step < len(node)
    return isinstance(node, dict) and step in node
