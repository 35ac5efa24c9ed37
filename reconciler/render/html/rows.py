"""The changes of a plan as rows of a table, and what they can be filtered by."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from reconciler.model.plan import Change, Plan
from reconciler.render.html.filters import BY_DANGER, PlanFilters
from reconciler.render.html.values import Line, Member, lines_of, members_of
from reconciler.render.safe import shorten
from reconciler.render.values import show_place
from reconciler.render.words import ACTIONS, ORIGIN_WORDS, Sign, count

MOST: Final = 25_000
"""How many changes a page lists; a browser stays quick with so many."""

_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One change: *marks* for filters, *size* and *gist* for details that are folded."""

    marks: str
    sign: Sign
    kind: str
    key: str
    display: str
    target: str
    origin: str
    held_by: tuple[str, ...]
    privileged: bool
    masked: bool
    place: str
    why: str
    size: str
    gist: str
    lines: tuple[Line, ...]
    members: tuple[Member, ...]
    more_members: int


@dataclass(frozen=True, slots=True)
class Changes:
    """The table of changes: *total* counts those that the page leaves out too."""

    rows: tuple[Row, ...]
    total: int


def changes_of(plan: Plan, filters: PlanFilters) -> Changes:
    """Return the changes of *plan* in the order in which they would happen."""
    every = plan.changes
    shown = every if len(every) <= MOST else tuple(_most_dangerous(every))
    privileged = frozenset(_privileged(plan))
    return Changes(tuple(_row(item, filters, privileged) for item in shown), len(every))


def _privileged(plan: Plan) -> Iterator[str]:
    """Yield the ids of the changes by which somebody gains or loses what is marked sensitive."""
    for target in plan.targets:
        for person in target.access.people if target.access else ():
            for effect in person.effects:
                if effect.privileged or person.sensitive:
                    yield effect.change


def _most_dangerous(every: tuple[Change, ...]) -> Iterable[Change]:
    """Return as many changes as a page lists, without those that are least dangerous."""
    order = sorted(range(len(every)), key=lambda index: BY_DANGER.index(every[index].action))
    return (every[index] for index in sorted(order[:MOST]))


def _row(change: Change, filters: PlanFilters, privileged: frozenset[str]) -> Row:
    lines = lines_of(change)
    members, more = members_of(change)
    masked = any(item.sensitive for item in change.attributes)
    is_privileged = change.id in privileged
    marks = filters.marks(change.target, change.kind, (change.action,), (change.origin,))
    states = filters.states(change.held_by, privileged=is_privileged, masked=masked)
    return Row(
        marks=f"{marks} {states}",
        sign=ACTIONS[change.action],
        kind=change.kind,
        key=shorten(change.key, 96),
        display="" if change.display == change.key else shorten(change.display, 96),
        target=change.target,
        origin=ORIGIN_WORDS[change.origin],
        held_by=change.held_by,
        privileged=is_privileged,
        masked=masked,
        place=show_place(change.at),
        why=change.why,
        size=_size(change),
        gist=_gist(change, lines),
        lines=lines,
        members=members,
        more_members=more,
    )


def _size(change: Change) -> str:
    members = len(change.add) + len(change.remove)
    attributes = len(change.attributes)
    parts = [count(attributes, "attribute")] if attributes else []
    return ", ".join([*parts, count(members, "member")] if members else parts)


def _gist(change: Change, lines: tuple[Line, ...]) -> str:
    """Return what is in the details: "title, userName, active and 1 more"."""
    members = [*change.add, *change.remove]
    names = [shorten(member.name, 48) for member in members[:_NAMED]]
    parts = [_some([line.path for line in lines], len(lines)), _some(names, len(members))]
    return "; ".join(filter(None, parts))


def _some(names: list[str], total: int) -> str:
    rest = total - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest:,} more" if rest > 0 else "")
