"""Values, attributes and members as a page shows them: short at first, long ones to unfold."""

from collections.abc import Sequence
from dataclasses import dataclass
from sys import maxsize
from typing import Final

from reconciler.model.origin import Origin
from reconciler.model.plan import Action, AttributeChange, Change, MemberChange
from reconciler.model.problem import Position
from reconciler.model.values import Wish
from reconciler.render.safe import shorten
from reconciler.render.values import SENSITIVE, compare_lists, show_path, show_places, show_value
from reconciler.render.words import ACTIONS, ORIGIN_WORDS

_SHORT: Final = 120
"""Characters of a value that are shown at once."""
_LONG: Final = 2_000
"""Characters that can be unfolded; the JSON plan holds all of them."""
_MEMBERS: Final = 200
"""How many members of one change are named."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A value: *full* is empty where *short* leaves nothing out, *cut* where *full* does."""

    short: str
    full: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One attribute: before → after, or what goes in and out of a list.

    *place* and *origin* are empty where they are those of the change.
    """

    path: str
    before: Shown | None
    after: Shown | None
    items: tuple[tuple[str, Shown], ...] = ()
    stay: int = 0
    place: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A member that joins (+) or leaves (−)."""

    sign: str
    style: str
    name: str
    display: str
    place: str
    origin: str


def lines_of(change: Change) -> tuple[Line, ...]:
    """Return the attributes of *change*."""
    whole = change.origin
    return tuple(_line(item, change, whole) for item in change.attributes)


def members_of(change: Change) -> tuple[tuple[Member, ...], int]:
    """Return the members of *change*, and how many more there are than a page names."""
    joins = _members(change.add, Action.ADD_MEMBERS, change)
    leaves = _members(change.remove, Action.REMOVE_MEMBERS, change)
    named = (*joins, *leaves)[:_MEMBERS]
    return named, len(change.add) + len(change.remove) - len(named)


def _line(item: AttributeChange, change: Change, whole: Origin) -> Line:
    path = show_path(item.path)
    place, origin = _place(item.at, change), _origin(item.origin, whole)
    is_new = change.action is Action.CREATE and item.before is None
    if item.sensitive:
        hidden = Shown(SENSITIVE)
        return Line(path, None if is_new else hidden, hidden, place=place, origin=origin)
    if isinstance(item.before, tuple) and isinstance(item.after, tuple):
        texts, stay = compare_lists(item.before, item.after)
        items = tuple((sign, cut(text)) for sign, text in texts)
        return Line(path, None, None, items, stay, place, origin)
    before = None if is_new else _shown(item.before)
    return Line(path, before, _shown(item.after), place=place, origin=origin)


def _shown(value: Wish) -> Shown:
    return cut(show_value(value, maxsize))


def cut(text: str) -> Shown:
    """Return *text* short, and whole where that leaves something out."""
    if len(text) <= _SHORT:
        return Shown(text)
    return Shown(shorten(text, _SHORT), shorten(text, _LONG), cut=len(text) > _LONG)


def _members(members: Sequence[MemberChange], action: Action, change: Change) -> tuple[Member, ...]:
    sign, whole = ACTIONS[action], change.origin
    return tuple(
        Member(
            sign.glyph,
            sign.style,
            item.name,
            "" if item.display == item.name else shorten(item.display, 96),
            _place(item.at, change),
            _origin(item.origin, whole),
        )
        for item in members[:_MEMBERS]
    )


def _place(at: Position | None, change: Change) -> str:
    """Return the line that asks for a part, as short as the line of the whole allows."""
    found = show_places(at, change.at)
    return found[-1] if found else ""


def _origin(origin: Origin, whole: Origin) -> str:
    return "" if origin == whole else ORIGIN_WORDS[origin]
