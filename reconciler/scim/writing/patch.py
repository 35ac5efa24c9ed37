"""Build the operations of a PATCH; pure, so that what is sent can be read off a table."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reconciler.model.composing import Ids, as_sent, write_path
from reconciler.model.path import AttributePath, lookup, read_path
from reconciler.model.plan import AttributeChange, Change
from reconciler.model.service import Quirk
from reconciler.scim.literal import literal
from reconciler.scim.writing.body import kept_value

Operation = dict[str, Any]


def patch_operations(change: Change, ids: Ids, quirks: frozenset[Quirk]) -> list[Operation]:
    """Return the operations of a PATCH (RFC 7644 §3.5.2), one for each attribute or element.

    Op names are lower case and every operation has a path, unless *quirks* say otherwise: few
    servers were seen to refuse that.
    """
    resource = change.live.resource if change.live is not None else {}
    if Quirk.PATHLESS_PATCH in quirks:
        return spelled([_without_path(change, resource, ids)], quirks)
    operations: list[Operation] = []
    for items in _by_unit(change.attributes, quirks):
        path = items[0].path
        if _goes_whole(path, quirks):
            operations.append(_whole_attribute(items, resource, ids))
        elif path.element is None:
            operations.append(_plain(items[0], resource, ids))
        else:
            operations.extend(_element(items, resource, ids))
    return spelled(operations, quirks)


def spelled(operations: Sequence[Operation], quirks: frozenset[Quirk]) -> list[Operation]:
    """Return *operations* with their op names as the server knows them."""
    if Quirk.PASCAL_CASE_OPS not in quirks:
        return list(operations)
    return [{**item, "op": item["op"].capitalize()} for item in operations]


def requests_of(
    operations: Sequence[Operation], quirks: frozenset[Quirk]
) -> list[Sequence[Operation]]:
    """Return what goes together into one PATCH: all of it, or each operation by itself."""
    if Quirk.ONE_OPERATION_EACH in quirks:
        return [[item] for item in operations]
    return [operations]


def member_operations(
    values: Sequence[str], *, joins: bool, quirks: frozenset[Quirk]
) -> list[Operation]:
    """Return the operations of the one PATCH that adds or removes the members *values*."""
    if joins:
        operations = [_members("add", values)]
    elif Quirk.REMOVE_MEMBERS_BY_VALUE in quirks:
        operations = [_members("remove", values)]
    else:
        paths = (f"members[value eq {literal(value)}]" for value in values)
        operations = [{"op": "remove", "path": path} for path in paths]
    return spelled(operations, quirks)


def _goes_whole(path: AttributePath, quirks: frozenset[Quirk]) -> bool:
    """Tell whether the attribute of *path* has to be sent whole to change what is there."""
    if path.element is not None:
        return not quirks.isdisjoint({Quirk.NO_VALUE_FILTER_PATHS, Quirk.NO_SUB_ATTRIBUTE_PATHS})
    return path.sub is not None and Quirk.NO_SUB_ATTRIBUTE_PATHS in quirks


def _by_unit(
    items: Sequence[AttributeChange], quirks: frozenset[Quirk]
) -> Iterator[list[AttributeChange]]:
    """Group the changes that go together: those of one element, or of what is sent whole."""
    grouped: dict[str, list[AttributeChange]] = {}
    for item in items:
        path = item.path
        if _goes_whole(path, quirks):
            unit = path.base
        else:
            unit = AttributePath(path.name, path.urn, path.element) if path.element else path
        grouped.setdefault(unit.identity, []).append(item)
    yield from grouped.values()


def _plain(item: AttributeChange, resource: Mapping[str, Any], ids: Ids) -> Operation:
    path = item.path.wire
    if item.after is None:
        return {"op": "remove", "path": path}
    if isinstance(item.after, tuple) and isinstance(item.before, tuple):
        return _list(item, resource, ids)
    op = "add" if item.before is None else "replace"
    return {"op": op, "path": path, "value": as_sent(item.after, item.path, ids)}


def _list(item: AttributeChange, resource: Mapping[str, Any], ids: Ids) -> Operation:
    """Add what is new to a list (RFC 7644 §3.5.2.1), or replace it where something goes."""
    before = item.before if isinstance(item.before, tuple) else ()
    after = item.after if isinstance(item.after, tuple) else ()
    if set(before) <= set(after):
        values = zip(after, as_sent(after, item.path, ids), strict=True)
        new = [value for one, value in values if one not in before]
        return {"op": "add", "path": item.path.wire, "value": new}
    return {"op": "replace", "path": item.path.wire, "value": kept_value(item, resource, ids)}


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
            write_path(body, item.path, as_sent(item.after, item.path, ids))
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
    """Replace a multi-valued or complex attribute with itself, changed: the rest of it stays."""
    base = items[0].path.base
    value = _whole_value(items, resource, ids)
    if value or items[0].path.element is not None:
        return {"op": "replace", "path": str(base), "value": value or []}
    return {"op": "remove", "path": str(base)}


def _whole_value(items: Sequence[AttributeChange], resource: Mapping[str, Any], ids: Ids) -> Any:
    base = items[0].path.base
    body: dict[str, Any] = {}
    write_path(body, base, copy.deepcopy(read_path(base, resource)))
    for item in items:
        write_path(body, item.path, kept_value(item, resource, ids))
    return read_path(base, body)


def _without_path(change: Change, resource: Mapping[str, Any], ids: Ids) -> Operation:
    """Replace every attribute that changes by what it should hold, whole; null where nothing."""
    value: dict[str, Any] = {}
    by_base: dict[str, list[AttributeChange]] = {}
    for item in change.attributes:
        by_base.setdefault(item.path.base.identity, []).append(item)
    for items in by_base.values():
        base = items[0].path.base
        holder = value.setdefault(base.urn, {}) if base.urn else value
        holder[base.name] = _whole_value(items, resource, ids) or _nothing(items)
    return {"op": "replace", "value": value}


def _nothing(items: Sequence[AttributeChange]) -> Any:
    """Return what stands for an attribute without value: false is one, and so is 0."""
    path, after = items[0].path, items[0].after
    if path.element is not None or isinstance(after, tuple):
        return []
    return after if path.sub is None else None


def _members(op: str, values: Sequence[str]) -> Operation:
    return {"op": op, "path": "members", "value": [{"value": value} for value in values]}
