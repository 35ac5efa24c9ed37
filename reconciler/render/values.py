"""How values, paths and places look in text, escaped and short enough to read."""

from typing import Any

from reconciler.model.path import AttributePath
from reconciler.model.plan import AttributeChange
from reconciler.model.problem import Position
from reconciler.model.values import Ref, Wish
from reconciler.render.safe import escape, shorten
from reconciler.values import Complex

ARROW = " → "
NOTHING = "(none)"
SENSITIVE = "(sensitive)"

_EXTENSION = "urn:ietf:params:scim:schemas:extension:"


def show_value(value: Wish, limit: int = 64) -> str:
    """Return *value* for people: text in quotes, references by name."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{shorten(value, limit)}"'
    if isinstance(value, Ref):
        return f"{value.kind} {shorten(value.key, limit)}"
    if isinstance(value, Complex):
        return shorten(_complex(value), limit)
    if isinstance(value, tuple):
        return shorten(f"[{', '.join(_texts(value))}]", limit)
    return str(value)


def show_difference(change: AttributeChange, *, is_new: bool, room: int) -> str:
    """Return `before → after` in about *room* cells; of a new object only what it will hold."""
    if change.sensitive:
        return SENSITIVE if is_new else f"{SENSITIVE}{ARROW}{SENSITIVE}"
    if is_new and change.before is None:
        return show_value(change.after, max(room, 24))
    if isinstance(change.before, tuple) and isinstance(change.after, tuple):
        return shorten(_list_difference(change.before, change.after), max(room, 24))
    limit = max((room - len(ARROW)) // 2, 24)
    return f"{show_value(change.before, limit)}{ARROW}{show_value(change.after, limit)}"


def compare_lists(
    before: tuple[Any, ...], after: tuple[Any, ...]
) -> tuple[tuple[tuple[str, str], ...], int]:
    """Return what is added to a list (+) and taken out of it (−), and how many values stay."""
    added = [item for item in after if item not in before]
    removed = [item for item in before if item not in after]
    signs = ["+"] * len(added) + ["−"] * len(removed)
    texts = _texts((*added, *removed))
    return tuple(zip(signs, texts, strict=True)), len(after) - len(added)


def _list_difference(before: tuple[Any, ...], after: tuple[Any, ...]) -> str:
    """Return what is added to a list and taken out of it: in a long one nobody would see it."""
    texts, stay = compare_lists(before, after)
    note = f" ({stay} {'stays' if stay == 1 else 'stay'})" if stay else ""
    return ", ".join(f"{sign} {text}" for sign, text in texts) + note


def _texts(items: tuple[Any, ...]) -> list[str]:
    """Return the items for people; what most have in common only where two would look alike."""
    short = [
        _complex(item, "type") if isinstance(item, Complex) else show_value(item) for item in items
    ]
    return short if len(set(short)) == len(short) else [show_value(item) for item in items]


def _complex(value: Complex, *hidden: str) -> str:
    """Return `"Admin" (primary)`: the value, then what else is said and is not the same again."""
    parts = {name: part for name, part in value.parts if name not in hidden and part is not False}
    head = parts.pop("value", None)
    more = [
        name if part is True else f"{name} {show_value(part)}"
        for name, part in parts.items()
        if part != head
    ]
    if head is None:
        return "{" + ", ".join(more) + "}"
    return show_value(head) + (f" ({', '.join(more)})" if more else "")


def show_path(path: AttributePath | str) -> str:
    """Return *path*, without the part that all registered extensions have in common."""
    return shorten(str(path).removeprefix(_EXTENSION), 48)


def show_places(at: Position | None, near: Position | None) -> tuple[str, ...]:
    """Return `file:line`, and `:line` for a narrow page; nothing for the place already named."""
    if at is None or at == near:
        return ()
    same_file = near is not None and at.file == near.file
    return (show_place(at), f":{at.line}") if same_file else (show_place(at),)


def show_place(at: Position | None) -> str:
    """Return `file:line`, or nothing."""
    return escape(str(at)) if at else ""
