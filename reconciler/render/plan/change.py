"""One change as text: what happens to whom, why, and which line asks for it."""

from collections.abc import Sequence

from rich.cells import cell_len

from reconciler.model.origin import Origin
from reconciler.model.plan import Action, Change, MemberChange
from reconciler.render.page import Page, padded
from reconciler.render.safe import escape, shorten
from reconciler.render.values import show_difference, show_path, show_place, show_places
from reconciler.render.words import ACTIONS, HELD, ORIGIN_WORDS, count

_COLUMN = 30
"""The widest column of attribute paths; longer ones push their own value to the right."""

_NAMED = 5
"""So many members stand in a sentence."""
_MEMBERS = 50
"""How many members of one change are listed; the JSON plan holds all of them."""


def add_change(page: Page, change: Change) -> None:
    """Add *change* to *page* as one block."""
    sign = ACTIONS[change.action]
    title = _title(change)
    page.blank()
    lead = f"  {page.glyph(sign)} {page.paint(title, 'bold')}"
    page.line(lead, show_place(change.at), plain=f"  {sign.glyph} {title}")
    if change.held_by:
        names = ", ".join(change.held_by)
        page.line(f"    {page.glyph(HELD)} {page.paint(f'held by {names}', HELD.style)}")
    page.wrapped(escape(change.why), indent=4, style="dim")
    _add_attributes(page, change)
    _add_members(page, change)


def sentence_of(change: Change) -> str:
    """Return one line on *change* for who sees no plan: who, what, why and which line asks for it.

    Of attributes only the names stand there, and no value that might have to be masked.
    """
    members = [member.name for member in (*change.add, *change.remove)]
    rest = f" and {len(members) - _NAMED:,} more" if len(members) > _NAMED else ""
    what = ", ".join(members[:_NAMED]) + rest
    if not members:
        is_plain = change.action in (Action.ADOPT, Action.UPDATE)
        what = ", ".join(show_path(item.path) for item in change.attributes) if is_plain else ""
        what = what or change.why
    place = f" ({change.at})" if change.at else ""
    return f"{_title(change)}{escape(f': {what}' if what else '')}{escape(place)}"


def _title(change: Change) -> str:
    name = f"{ACTIONS[change.action].word} {change.kind} {escape(change.key)}"
    if change.action in (Action.ADD_MEMBERS, Action.REMOVE_MEMBERS):
        members = len(change.add) + len(change.remove)
        preposition = "to" if change.action is Action.ADD_MEMBERS else "from"
        verb = ACTIONS[change.action].word.split()[0]
        return f"{verb} {count(members, 'member')} {preposition} group {escape(change.key)}"
    return name if change.display == change.key else f"{name} ({shorten(change.display)})"


def _add_attributes(page: Page, change: Change) -> None:
    paths = [show_path(item.path) for item in change.attributes]
    column = min(max(map(cell_len, paths), default=0), _COLUMN)
    is_new, whole = change.action is Action.CREATE, change.origin
    for path, item in zip(paths, change.attributes, strict=True):
        other = _other(item.origin, whole)
        room = page.width - 6 - max(column, cell_len(path)) - len(other)
        shown = show_difference(item, is_new=is_new, room=room)
        page.line(f"    {padded(path, column)}  {shown}{other}", *show_places(item.at, change.at))


def _other(origin: Origin, whole: Origin) -> str:
    """Return where a part comes from, where that is not where the *whole* change stands."""
    return "" if origin == whole else f" ({ORIGIN_WORDS[origin]})"


def _add_members(page: Page, change: Change) -> None:
    _add_names(page, change, change.add, ACTIONS[Action.ADD_MEMBERS].glyph)
    _add_names(page, change, change.remove, ACTIONS[Action.REMOVE_MEMBERS].glyph)


def _add_names(page: Page, change: Change, members: Sequence[MemberChange], glyph: str) -> None:
    whole = change.origin
    for member in members[:_MEMBERS]:
        known = member.display in (member.name, "")
        shown = member.name if known else f"{member.name} ({member.display})"
        other = _other(member.origin, whole)
        page.line(f"    {glyph} {shorten(shown, 96)}{other}", *show_places(member.at, change.at))
    if len(members) > _MEMBERS:
        page.line(f"    … and {len(members) - _MEMBERS:,} more, all of them in --format json")
