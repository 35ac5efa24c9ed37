"""Build what a whole object is sent as: the body of a POST, the body of a PUT; pure."""

import copy
from collections.abc import Mapping
from typing import Any

from reconciler.model.composing import Ids, as_sent, write_path
from reconciler.model.path import lookup, read_path
from reconciler.model.plan import AttributeChange, Change, MemberChange
from reconciler.model.values import Kind

USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group"


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


def _bears(live: Any, part: Any) -> bool:
    """Tell whether the *live* element says everything that *part* does."""
    if not isinstance(live, Mapping) or not isinstance(part, Mapping):
        return False
    return all(lookup(live, name) == value for name, value in part.items())
