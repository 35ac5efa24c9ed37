"""How values, paths and places look in text, escaped and short enough to read."""

from reconciler.model.path import AttributePath
from reconciler.model.plan import AttributeChange
from reconciler.model.problem import Position
from reconciler.model.values import Ref, Wish
from reconciler.render.safe import escape, shorten
from reconciler.values import Complex, as_json

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
        return _show_complex(value, limit)
    if isinstance(value, tuple):
        return shorten("[" + ", ".join(show_value(item, limit) for item in value) + "]", limit)
    return str(value)


def _show_complex(value: Complex, limit: int) -> str:
    """Return what a complex value is called, and that it is the primary one."""
    parts = {name.casefold(): part for name, part in value.parts}
    if "value" not in parts:
        return shorten(str(as_json(value)), limit)
    primary = " (primary)" if parts.get("primary") is True else ""
    return f"{show_value(parts['value'], limit)}{primary}"


def show_difference(change: AttributeChange, *, is_new: bool, room: int) -> str:
    """Return `before → after` in about *room* cells; of a new object only what it will hold."""
    if change.sensitive:
        return SENSITIVE if is_new else f"{SENSITIVE}{ARROW}{SENSITIVE}"
    if is_new and change.before is None:
        return show_value(change.after, max(room, 24))
    limit = max((room - len(ARROW)) // 2, 24)
    return f"{show_value(change.before, limit)}{ARROW}{show_value(change.after, limit)}"


def show_path(path: AttributePath) -> str:
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
