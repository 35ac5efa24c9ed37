"""The changes of a plan as rows of a table, and what they can be filtered by."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from reconciler.model.plan import Action, Change, Plan
from reconciler.render.html.facets import Facet, Marks, worth_showing
from reconciler.render.html.values import Line, Member, lines_of, members_of
from reconciler.render.safe import shorten
from reconciler.render.values import show_place
from reconciler.render.words import ACTIONS, ORIGIN_WORDS, Sign, count

MOST: Final = 25_000
"""How many changes a page lists; a browser stays quick with so many."""

_BY_DANGER: Final = (
    Action.DELETE,
    Action.DISABLE,
    Action.REMOVE_MEMBERS,
    Action.CREATE,
    Action.ENABLE,
    Action.ADD_MEMBERS,
    Action.ADOPT,
    Action.UPDATE,
)
"""The order of the filter, of sorting by action, and of what a page leaves out: the end first."""

_FREE: Final = "not held"
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One change. *marks* are for filters; *gist* stands where the details are folded."""

    marks: str
    sign: Sign
    kind: str
    key: str
    display: str
    target: str
    origin: str
    held_by: tuple[str, ...]
    sensitive: bool
    place: str
    why: str
    gist: str
    lines: tuple[Line, ...]
    members: tuple[Member, ...]
    more_members: int


@dataclass(frozen=True, slots=True)
class Changes:
    """The table of changes: *total* counts those that the page leaves out too."""

    rows: tuple[Row, ...]
    total: int
    facets: tuple[Facet, ...]
    has_targets: bool
    has_origins: bool


def changes_of(plan: Plan) -> Changes:
    """Return the changes of *plan* in the order in which they would happen."""
    every = plan.changes
    shown = every if len(every) <= MOST else tuple(_most_dangerous(every))
    marks = {
        "action": Marks("Action", "a", _BY_DANGER),
        "target": Marks("Target", "t", (target.target for target in plan.targets)),
        "origin": Marks("Origin", "o", ORIGIN_WORDS),
        "kind": Marks("Kind", "k", ("user", "group")),
        "held": Marks("Held", "h", (_FREE,)),
        "values": Marks("Values", "s", ("shown", "sensitive")),
    }
    rows = tuple(_row(change, marks) for change in shown)
    words = {action.value: ACTIONS[action].word for action in Action} | {**ORIGIN_WORDS}
    facets = worth_showing([item.facet(words) for item in marks.values()])
    origins = {change.origin for change in shown}
    targets = {change.target for change in shown}
    return Changes(rows, len(every), facets, len(targets) > 1, origins != {"unknown"})


def _most_dangerous(every: tuple[Change, ...]) -> Iterable[Change]:
    """Return as many changes as a page lists, without those that are least dangerous."""
    order = sorted(range(len(every)), key=lambda index: _BY_DANGER.index(every[index].action))
    return (every[index] for index in sorted(order[:MOST]))


def _row(change: Change, marks: dict[str, Marks]) -> Row:
    lines = lines_of(change)
    members, more = members_of(change)
    sensitive = any(item.sensitive for item in change.attributes)
    borne = (
        *marks["action"].of(change.action),
        *marks["target"].of(change.target),
        *marks["origin"].of(change.origin),
        *marks["kind"].of(change.kind),
        *marks["held"].of(*(change.held_by or (_FREE,))),
        *marks["values"].of("sensitive" if sensitive else "shown"),
    )
    return Row(
        marks=" ".join(borne),
        sign=ACTIONS[change.action],
        kind=change.kind,
        key=shorten(change.key, 96),
        display="" if change.display == change.key else shorten(change.display, 96),
        target=change.target,
        origin=ORIGIN_WORDS[change.origin],
        held_by=change.held_by,
        sensitive=sensitive,
        place=show_place(change.at),
        why=change.why,
        gist=_gist(change, lines),
        lines=lines,
        members=members,
        more_members=more,
    )


def _gist(change: Change, lines: tuple[Line, ...]) -> str:
    """Return what the details hold: "3 attributes: title, userName and 1 more"."""
    parts = []
    if lines:
        names = [line.path for line in lines]
        parts.append(f"{count(len(names), 'attribute')}: {_some(names)}")
    members = [*change.add, *change.remove]
    if members:
        names = [shorten(member.name, 48) for member in members[:_NAMED]]
        parts.append(f"{count(len(members), 'member')}: {_some(names, len(members))}")
    return "; ".join(parts)


def _some(names: list[str], total: int | None = None) -> str:
    rest = (total or len(names)) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest:,} more" if rest > 0 else "")
