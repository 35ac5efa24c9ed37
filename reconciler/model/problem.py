"""A mistake in the YAML, as a value: collected, never raised, shown with all the others."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file of the desired state; lines and columns count from 1."""

    file: str
    line: int
    column: int | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One line of source text with the *column* (from 0) that a caret should point at."""

    text: str
    column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake, where it stands, and how to mend it.

    *rule* is a word of the closed vocabulary in `docs/problems.md`; SARIF and GitHub show it.
    """

    rule: str
    message: str
    at: Position
    hint: str | None = None
    severity: Severity = "error"
    excerpt: Excerpt | None = None
