"""Where a record belongs: a target at its base URL, and the run that is under way there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table


@dataclass(frozen=True, slots=True)
class Place:
    """A target at a URL; the same target at another URL is another app."""

    target: str
    url: str

    @property
    def row(self) -> dict[str, str]:
        """The columns that name it."""
        return {"target": self.target, "url": self.url.rstrip("/")}


@dataclass(frozen=True, slots=True)
class Page:
    """What one run does at one place."""

    run: int
    place: Place


def at(table: Table, values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions under which a row of *table* holds *values*."""
    return [table.c[name] == value for name, value in values.items()]
