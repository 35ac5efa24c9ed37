"""Filters of a list: what rows have in common, counted, each under a short mark.

A row bears the marks of everything that holds for it; the page's script knows nothing else.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to filter by, and how many rows it leaves."""

    mark: str
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of choices: a row has to bear one of those that are ticked."""

    title: str
    choices: tuple[Choice, ...]


class Marks:
    """The marks of one facet, given in the order of *names*; unknown names come after them."""

    def __init__(self, title: str, letter: str, names: Iterable[str] = ()) -> None:
        self._title = title
        self._letter = letter
        self._marks = {name: f"{letter}{index}" for index, name in enumerate(names)}
        self._counts: Counter[str] = Counter()

    def of(self, *names: str) -> tuple[str, ...]:
        """Return the marks of a row that is each of *names*, and count it."""
        self._counts.update(names)
        known = self._marks
        return tuple(known.setdefault(name, f"{self._letter}{len(known)}") for name in names)

    def facet(self, words: dict[str, str] | None = None) -> Facet:
        """Return what can be chosen: only what some row is, called as *words* says."""
        found = [(mark, name) for name, mark in self._marks.items() if self._counts[name]]
        said = words or {}
        choices = (Choice(mark, said.get(name, name), self._counts[name]) for mark, name in found)
        return Facet(self._title, tuple(choices))


def worth_showing(facets: Sequence[Facet]) -> tuple[Facet, ...]:
    """Return the facets that tell rows apart."""
    return tuple(facet for facet in facets if len(facet.choices) > 1)
