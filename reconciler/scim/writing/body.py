"""Build what a whole object is sent as: the body of a POST, the body of a PUT; pure."""

import copy
from collections.abc import Mapping
from typing import Any

from reconciler.model.path import AttributePath, lookup, read_path
from reconciler.model.plan import AttributeChange, Change, MemberChange
from reconciler.model.values import Kind, Ref, Wish
from reconciler.values import Complex

USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group"

Ids = Mapping[Ref, str]


def create_body(change: Change, ids: Ids) -> dict[str, Any]:
    """Return the body of a POST: every attribute of *change*, filters made into elements."""
    core = USER_SCHEMA if change.kind is Kind.USER else GROUP_SCHEMA
    body: dict[str, Any] = {"schemas": [core]}
    for item in change.attributes:
        write_path(body, item.path, as_sent(item.after, item.path, ids))
    body["schemas"] += sorted({item.path.urn for item in change.attributes if item.path.urn})
    return body


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
        write_path(body, item.path, kept_value(item, resource, ids))
    urns = {item.path.urn for item in change.attributes if item.path.urn and item.after}
    schemas = [urn for urn in _listed(body.get("schemas")) if isinstance(urn, str)]
    body["schemas"] = list(dict.fromkeys([*schemas, *sorted(urns)]))
    if change.add or change.remove:
        leaving = {member.live_id for member in change.remove}
        shown = (
            item if isinstance(item, Mapping) else {"value": item}
            for item in _listed(body.get("members"))
        )
        members = [item for item in shown if item.get("value") not in leaving]
        present = {item.get("value") for item in members}
        joining = (member_id(member, ids) for member in change.add)
        body["members"] = [
            *members,
            *({"value": value} for value in joining if value not in present),
        ]
    return body


def _listed(value: Any) -> list[Any]:
    """Return *value* as a list: some servers show a single object where there is only one."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def write_path(body: dict[str, Any], path: AttributePath, value: Any) -> None:
    """Put *value* at *path* into a JSON object; None takes it away."""
    holder = body if path.urn is None else _child(body, path.urn)
    if path.element is not None:
        _write_element(holder, path, value)
    elif path.sub is not None:
        _put(_child(holder, path.name), path.sub, value)
    else:
        _put(holder, path.name, value)


def member_id(member: MemberChange, ids: Ids) -> str:
    """Return the live id of *member*; one created in this run is in *ids*."""
    if member.ref is None or member.live_id is not None:
        return str(member.live_id)
    return ids[member.ref]


def kept_value(item: AttributeChange, resource: Mapping[str, Any], ids: Ids) -> Any:
    """Return what *item* should hold; what stays of a list keeps the sub-attributes it has."""
    value = as_sent(item.after, item.path, ids)
    live = read_path(item.path, resource)
    if not isinstance(item.after, tuple) or not isinstance(live, list):
        return value
    return [next((one for one in live if _bears(one, part)), part) for part in value]


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


def _bears(live: Any, part: Any) -> bool:
    """Tell whether the *live* element says everything that *part* does."""
    if not isinstance(live, Mapping) or not isinstance(part, Mapping):
        return False
    return all(lookup(live, name) == value for name, value in part.items())


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
