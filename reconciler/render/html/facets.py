"""Filters of lists: what rows have in common, each under a short mark.

A row bears the marks of everything that holds for it; the page's script knows nothing else, and
counts them in the list that is to be seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to filter by."""

    mark: str
    name: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of choices: a row has to bear one of those that are ticked."""

    title: str
    choices: tuple[Choice, ...]


class Marks:
    """The marks of one facet, numbered in the order of *names*; others come after them."""

    def __init__(self, title: str, letter: str, names: Iterable[str] = ()) -> None:
        self._title = title
        self._letter = letter
        self._marks = {name: f"{letter}{index}" for index, name in enumerate(names)}
        self._used: set[str] = set()

    def of(self, *names: str) -> tuple[str, ...]:
        """Return the marks of a row that is each of *names*, in the order of the facet."""
        self._used.update(names)
        known = self._marks
        found = {known.setdefault(name, f"{self._letter}{len(known)}") for name in names}
        return tuple(sorted(found, key=lambda mark: int(mark[1:])))

    def facet(self, words: Mapping[str, str]) -> Facet:
        """Return what can be chosen: only what some row is, called as *words* says."""
        found = ((mark, name) for name, mark in self._marks.items() if name in self._used)
        return Facet(
            self._title, tuple(Choice(mark, words.get(name, name)) for mark, name in found)
        )


def worth_showing(facets: Sequence[Facet]) -> tuple[Facet, ...]:
    """Return the facets that tell rows apart."""
    return tuple(facet for facet in facets if len(facet.choices) > 1)
