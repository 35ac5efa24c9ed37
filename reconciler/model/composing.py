"""Put values into a JSON object, at the paths of attributes."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from reconciler.model.path import AttributePath
from reconciler.model.values import Ref, Wish
from reconciler.values import Complex

Ids: TypeAlias = Mapping[Ref, str]
"""The id at the target of every object that is known there."""


def write_path(body: dict[str, Any], path: AttributePath, value: Any) -> None:
    """Put *value* at *path* into a JSON object; None takes it away."""
    holder = body if path.urn is None else _child(body, path.urn)
    if path.element is not None:
        _write_element(holder, path, value)
    elif path.sub is not None:
        _put(_child(holder, path.name), path.sub, value)
    else:
        _put(holder, path.name, value)


def as_sent(value: Wish, path: AttributePath, ids: Ids) -> Any:
    """Return *value* as it stands in JSON: an id for a reference, objects for many values."""
    match value:
        case Ref():
            return ids[value] if path.sub else {"value": ids[value]}
        case Complex():
            return dict(value.parts)
        case tuple():
            return [as_sent(item, path, ids) for item in value]
        case _:
            return value


def _write_element(holder: dict[str, Any], path: AttributePath, value: Any) -> None:
    element = path.element
    if element is None:
        return
    key = _key(holder, path.name)
    found = holder.get(key) or []
    items = [found] if isinstance(found, dict) else [item for item in found if item is not None]
    mine = next((item for item in items if element.admits(item)), None)
    if mine is None and value is not None:
        mine = {element.attribute: element.value}
        if path.name.casefold() == "emails" and not items:
            mine["primary"] = True  # Entra's sample POST marks the one work address so.
        items.append(mine)
    if mine is not None:
        parts = value if isinstance(value, dict) else {path.sub or "value": value}
        for name, part in parts.items():
            _put(mine, name, part)
        marks = {element.attribute.casefold(), "primary", "type", "display"}
        if value is None and not {name.casefold() for name in mine} - marks:
            items.remove(mine)
    _put(holder, key, items or None)


def _child(holder: dict[str, Any], name: str) -> dict[str, Any]:
    key = _key(holder, name)
    found = holder.get(key)
    if not isinstance(found, dict):
        found = {}
        holder[key] = found
    return found


def _put(holder: dict[str, Any], name: str, value: Any) -> None:
    key = _key(holder, name)
    if value is None:
        holder.pop(key, None)
    else:
        holder[key] = value


def _key(holder: Mapping[str, Any], name: str) -> str:
    """Return the key under which *holder* already has *name*, in whatever case."""
    if name in holder:
        return name
    folded = name.casefold()
    return next((key for key in holder if key.casefold() == folded), name)
