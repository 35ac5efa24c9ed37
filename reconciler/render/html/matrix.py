"""Groups × users as a table: who is in which group live, beside who should be."""

from dataclasses import dataclass
from typing import Final

from reconciler.model.drift_report import AccessMatrix, MatrixLine, Membership
from reconciler.render.safe import shorten
from reconciler.render.words import count

_NAME: Final = 24


@dataclass(frozen=True, slots=True)
class Head:
    """A group or a user; *differs* where some membership does."""

    name: str
    display: str
    privileged: bool
    differs: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """The table: each row is a group and one cell for each user, empty for no membership."""

    users: tuple[Head, ...]
    rows: tuple[tuple[Head, tuple[str, ...]], ...]
    sentence: str


def grid_of(matrix: AccessMatrix) -> Grid | None:
    """Return the table of *matrix*, None where there is no group to show."""
    if not matrix.groups or not matrix.users:
        return None
    differing = {at for at, found in matrix.cells.items() if found is not Membership.AGREED}
    groups = {row for row, _ in differing}
    users = {column for _, column in differing}
    rows = (
        (_head(line, differs=row in groups), _cells(matrix, row))
        for row, line in enumerate(matrix.groups)
    )
    heads = (_head(line, differs=at in users) for at, line in enumerate(matrix.users))
    return Grid(tuple(heads), tuple(rows), _sentence(matrix, len(differing)))


def _head(line: MatrixLine, *, differs: bool) -> Head:
    """Return a head under its key; of a stranger, whose id says little, under its own name."""
    names = (line.name, line.display)
    name, other = reversed(names) if line.name.startswith("id:") and line.display else names
    more = "" if name == other else shorten(other, 96)
    return Head(shorten(name, _NAME), more, line.privileged, differs)


def _cells(matrix: AccessMatrix, row: int) -> tuple[str, ...]:
    found = (matrix.cells.get((row, column)) for column in range(len(matrix.users)))
    return tuple(membership.value if membership else "" for membership in found)


def _sentence(matrix: AccessMatrix, differing: int) -> str:
    """Return how much there is, how much of it differs, and what is left out."""
    groups, users = len(matrix.groups), len(matrix.users)
    some = (
        count(differing, "membership differs", "memberships differ") if differing else "all agree"
    )
    whole = f"{count(groups, 'group')} and {count(users, 'user')}: {some}"
    if groups == matrix.all_groups and users == matrix.all_users:
        return f"{whole}."
    return (
        f"{whole}. {groups:,} of {matrix.all_groups:,} groups and {users:,} of "
        f"{matrix.all_users:,} users are shown, those that differ most first."
    )
