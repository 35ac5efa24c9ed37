"""Build requests from changes; pure, so that what is sent can be read off a table of examples."""

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reconciler.model.path import AttributePath, lookup, read_path
from reconciler.model.plan import Action, AttributeChange, Change, MemberChange
from reconciler.model.service import Quirk
from reconciler.model.values import Kind, Ref, Wish
from reconciler.values import Complex

USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group"

Operation = dict[str, Any]
Ids = Mapping[Ref, str]


def create_body(change: Change, ids: Ids) -> dict[str, Any]:
    """Return the body of a POST: every attribute of *change*, filters made into elements."""
    core = USER_SCHEMA if change.kind is Kind.USER else GROUP_SCHEMA
    body: dict[str, Any] = {"schemas": [core]}
    for item in change.attributes:
        write_path(body, item.path, _json(item.after, item.path, ids))
    body["schemas"] += sorted({item.path.urn for item in change.attributes if item.path.urn})
    return body


def patch_operations(change: Change, ids: Ids, quirks: frozenset[Quirk]) -> list[Operation]:
    """Return the operations of a PATCH (RFC 7644 §3.5.2), one for each attribute or element.

    Op names are lower case and every operation has a path: no server was seen to refuse that.
    """
    resource = change.live.resource if change.live is not None else {}
    operations: list[Operation] = []
    for items in _by_element(change.attributes):
        path = items[0].path
        if path.element is None:
            operations.append(_plain(items[0], resource, ids))
        elif Quirk.NO_VALUE_FILTER_PATHS in quirks:
            operations.append(_whole_attribute(items, resource, ids))
        else:
            operations.extend(_element(items, resource, ids))
    return operations


def replaced_body(change: Change, resource: Mapping[str, Any], ids: Ids) -> dict[str, Any]:
    """Return the body of a PUT: *resource* as it was just read, with the changes in it.

    What is not ours stays as it is. `meta` and other read-only parts are left out.
    """
    body = {
        key: copy.deepcopy(value)
        for key, value in resource.items()
        if key.casefold() not in ("meta", "groups")
    }
    for item in change.attributes:
        write_path(body, item.path, _kept(item, resource, ids))
    urns = {item.path.urn for item in change.attributes if item.path.urn and item.after}
    body["schemas"] = list(dict.fromkeys([*body.get("schemas", ()), *sorted(urns)]))
    if change.add or change.remove:
        leaving = {member.live_id for member in change.remove}
        members = [item for item in body.get("members") or () if item.get("value") not in leaving]
        present = {item.get("value") for item in members}
        joining = (value for value in member_ids(change.add, ids) if value not in present)
        body["members"] = [*members, *({"value": value} for value in joining)]
    return body


def member_operations(
    change: Change, ids: Ids, *, size: int, quirks: frozenset[Quirk]
) -> list[list[Operation]]:
    """Return the operations of one PATCH after another, at most *size* members in each."""
    joins = change.action is Action.ADD_MEMBERS
    values = member_ids(change.add if joins else change.remove, ids)
    chunks = [values[start : start + size] for start in range(0, len(values), size)]
    if joins:
        return [[_members("add", chunk)] for chunk in chunks]
    if Quirk.REMOVE_MEMBERS_BY_VALUE in quirks:
        return [[_members("remove", chunk)] for chunk in chunks]
    return [
        [{"op": "remove", "path": f'members[value eq "{_quoted(value)}"]'} for value in chunk]
        for chunk in chunks
    ]


def member_ids(members: Iterable[MemberChange], ids: Ids) -> list[str]:
    """Return the live ids of *members*; those created in this run are in *ids*."""
    found = (member.live_id or (member.ref and ids[member.ref]) for member in members)
    return [live_id for live_id in found if live_id]


def write_path(body: dict[str, Any], path: AttributePath, value: Any) -> None:
    """Put *value* at *path* into a JSON object; None takes it away."""
    holder = body if path.urn is None else _child(body, path.urn)
    if path.element is not None:
        _write_element(holder, path, value)
    elif path.sub is not None:
        _put(_child(holder, path.name), path.sub, value)
    else:
        _put(holder, path.name, value)


def _by_element(items: Sequence[AttributeChange]) -> Iterator[list[AttributeChange]]:
    """Group the changes that live in one element of a multi-valued attribute."""
    grouped: dict[str, list[AttributeChange]] = {}
    for item in items:
        path = item.path
        own = path if path.element is None else AttributePath(path.name, path.urn, path.element)
        grouped.setdefault(own.identity, []).append(item)
    yield from grouped.values()


def _plain(item: AttributeChange, resource: Mapping[str, Any], ids: Ids) -> Operation:
    path = item.path.wire
    if item.after is None:
        return {"op": "remove", "path": path}
    if isinstance(item.after, tuple) and isinstance(item.before, tuple):
        return _list(item, resource, ids)
    op = "add" if item.before is None else "replace"
    return {"op": op, "path": path, "value": _json(item.after, item.path, ids)}


def _list(item: AttributeChange, resource: Mapping[str, Any], ids: Ids) -> Operation:
    """Add what is new to a list (RFC 7644 §3.5.2.1), or replace it where something goes."""
    before = item.before if isinstance(item.before, tuple) else ()
    after = item.after if isinstance(item.after, tuple) else ()
    if set(before) <= set(after):
        values = zip(after, _json(after, item.path, ids), strict=True)
        new = [value for one, value in values if one not in before]
        return {"op": "add", "path": item.path.wire, "value": new}
    return {"op": "replace", "path": item.path.wire, "value": _kept(item, resource, ids)}


def _kept(item: AttributeChange, resource: Mapping[str, Any], ids: Ids) -> Any:
    """Return what *item* should hold; what stays of a list keeps the sub-attributes it has."""
    value = _json(item.after, item.path, ids)
    live = read_path(item.path, resource)
    if not isinstance(item.after, tuple) or not isinstance(live, list):
        return value
    return [next((one for one in live if _bears(one, part)), part) for part in value]


def _bears(live: Any, part: Any) -> bool:
    """Tell whether the *live* element says everything that *part* does."""
    if not isinstance(live, Mapping) or not isinstance(part, Mapping):
        return False
    return all(lookup(live, name) == value for name, value in part.items())


def _element(
    items: Sequence[AttributeChange], resource: Mapping[str, Any], ids: Ids
) -> Iterator[Operation]:
    """Change one element: by a value filter where it exists, else by adding it whole."""
    path = items[0].path
    own = AttributePath(path.name, path.urn, path.element)
    found = read_path(own, resource)
    if not isinstance(found, Mapping):
        body: dict[str, Any] = {}
        for item in items:
            write_path(body, item.path, _json(item.after, item.path, ids))
        value = lookup(lookup(body, path.urn) or {} if path.urn else body, path.name)
        if value:
            yield {"op": "add", "path": str(own.base), "value": value}
    elif _is_emptied(items, found):
        yield {"op": "remove", "path": own.wire}
    else:
        yield from (_plain(_valued(item), resource, ids) for item in items)


def _valued(item: AttributeChange) -> AttributeChange:
    """Aim a plain value for a whole element at its `value`: an element is an object."""
    if item.path.sub is not None or not isinstance(item.after, str | bool | int):
        return item
    return replace(item, path=replace(item.path, sub="value"))


def _is_emptied(items: Sequence[AttributeChange], found: Mapping[str, Any]) -> bool:
    """Tell whether nothing but the element's own marks would be left of it."""
    if any(item.path.sub is None and item.after is None for item in items):
        return True
    gone = {item.path.sub.casefold() for item in items if item.after is None and item.path.sub}
    marks = {"type", "primary", "display"}
    left = {key.casefold() for key, value in found.items() if value is not None} - gone - marks
    return bool(gone) and not left and all(item.after is None for item in items)


def _whole_attribute(
    items: Sequence[AttributeChange], resource: Mapping[str, Any], ids: Ids
) -> Operation:
    """Replace a multi-valued attribute with itself, changed: the other elements stay."""
    base = items[0].path.base
    body: dict[str, Any] = {}
    write_path(body, base, copy.deepcopy(read_path(base, resource)))
    for item in items:
        write_path(body, item.path, _json(item.after, item.path, ids))
    value = read_path(base, body)
    return {"op": "replace", "path": str(base), "value": value or []}


def _json(value: Wish, path: AttributePath, ids: Ids) -> Any:
    """Return *value* as it stands in JSON: an id for a reference, objects for many values."""
    match value:
        case Ref():
            return ids[value] if path.sub else {"value": ids[value]}
        case Complex():
            return dict(value.parts)
        case tuple():
            return [_json(item, path, ids) for item in value]
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
    return next((key for key in holder if key.casefold() == name.casefold()), name)


def _members(op: str, values: Sequence[str]) -> Operation:
    return {"op": op, "path": "members", "value": [{"value": value} for value in values]}


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
