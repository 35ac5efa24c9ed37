"""How the sandbox misbehaves: a closed vocabulary, the same words as a profile's quirks.

Each quirk is a rule on a request before the server sees it, or on its answer after.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

QUIRKS = (
    "no_patch",
    "no_put",
    "cursor_paging",
    "members_by_user_filter",
    "remove_members_by_value",
    "no_value_filter_paths",
    "members_ignored_on_create",
    "delete_deactivates",
    "lowercases_user_name",
)

Json: TypeAlias = dict[str, Any]
_MEMBER = re.compile(r"^members\[", re.IGNORECASE)
_PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as far as quirks look at it; *path* is `Users` or `Users/{id}`."""

    method: str
    path: str
    body: Json | None = None

    @property
    def endpoint(self) -> str:
        """The first part of the path."""
        return self.path.partition("/")[0]

    @property
    def operations(self) -> list[Json]:
        """The operations of a PATCH."""
        found = (self.body or {}).get("Operations")
        return [item for item in found or () if isinstance(item, dict)]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of the quirk's own: an error in place of the server's answer."""

    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class Manners:
    """What one target's sandbox does differently."""

    quirks: frozenset[str] = frozenset()
    stores_external_id: Mapping[str, bool] | None = None
    members_per_request: int = 1_000


def rewrite(request: Request, manners: Manners) -> Request | Refusal:
    """Return the request that the server gets to see, or what the quirks answer instead."""
    for quirk, rule in _RULES.items():
        if quirk in manners.quirks:
            changed = rule(request)
            if isinstance(changed, Refusal):
                return changed
            request = changed
    if _member_count(request) > manners.members_per_request:
        return Refusal(400, f"at most {manners.members_per_request} members in one request")
    return _without_external_id(request, manners)


def rewrite_answer(request: Request, body: Json, manners: Manners) -> Json:
    """Return the answer as the quirks show it."""
    if "members_by_user_filter" in manners.quirks and request.endpoint == "Groups":
        shown = {**body, "members": []} if "displayName" in body else dict(body)
        if "Resources" in body:
            shown["Resources"] = [{**item, "members": []} for item in body["Resources"]]
        return shown
    return body


def _no_patch(request: Request) -> Request | Refusal:
    return Refusal(501, "PATCH is not supported") if request.method == "PATCH" else request


def _no_put(request: Request) -> Request | Refusal:
    return Refusal(501, "PUT is not supported") if request.method == "PUT" else request


def _remove_members_by_value(request: Request) -> Request | Refusal:
    """Refuse value filters; a value list, which the RFC does not know, is what works."""
    operations: list[Json] = []
    for operation in request.operations:
        path, is_remove = str(operation.get("path", "")), operation.get("op") == "remove"
        if is_remove and _MEMBER.match(path):
            return Refusal(501, "value filters are not supported here")
        if is_remove and path == "members" and operation.get("value"):
            operations += [
                {"op": "remove", "path": f'members[value eq "{item.get("value")}"]'}
                for item in operation["value"]
            ]
        else:
            operations.append(operation)
    return _with_operations(request, operations)


def _no_value_filter_paths(request: Request) -> Request | Refusal:
    for operation in request.operations:
        path = str(operation.get("path", ""))
        if "[" in path and not _MEMBER.match(path):
            return Refusal(400, "paths with a value filter are not supported")
    return request


def _members_ignored_on_create(request: Request) -> Request | Refusal:
    if request.method != "POST" or request.endpoint != "Groups" or request.body is None:
        return request
    body = {name: value for name, value in request.body.items() if name != "members"}
    return Request(request.method, request.path, body)


def _delete_deactivates(request: Request) -> Request | Refusal:
    if request.method != "DELETE" or request.endpoint != "Users":
        return request
    off = {"op": "replace", "path": "active", "value": False}
    return Request("PATCH", request.path, {"schemas": [_PATCH_OP], "Operations": [off]})


def _lowercases_user_name(request: Request) -> Request | Refusal:
    if request.body is None or request.endpoint != "Users":
        return request
    operations = [
        {**item, "value": str(item["value"]).lower()}
        if str(item.get("path", "")).casefold() == "username" and "value" in item
        else item
        for item in request.operations
    ]
    body = dict(request.body)
    if "userName" in body:
        body["userName"] = str(body["userName"]).lower()
    return _with_operations(Request(request.method, request.path, body), operations)


_RULES: Mapping[str, Callable[[Request], Request | Refusal]] = {
    "no_patch": _no_patch,
    "no_put": _no_put,
    "remove_members_by_value": _remove_members_by_value,
    "no_value_filter_paths": _no_value_filter_paths,
    "members_ignored_on_create": _members_ignored_on_create,
    "lowercases_user_name": _lowercases_user_name,
    # Last, because it turns a DELETE into a PATCH that the rules above may refuse.
    "delete_deactivates": _delete_deactivates,
}


def _without_external_id(request: Request, manners: Manners) -> Request:
    """Drop externalId where this target does not keep it, without a word."""
    kind = {"Users": "user", "Groups": "group"}.get(request.endpoint)
    if request.body is None or (manners.stores_external_id or {}).get(kind or "", True):
        return request
    body = {name: value for name, value in request.body.items() if name != "externalId"}
    operations = [
        item for item in request.operations if str(item.get("path", "")).casefold() != "externalid"
    ]
    return _with_operations(Request(request.method, request.path, body), operations)


def _with_operations(request: Request, operations: list[Json]) -> Request:
    if request.body is None or "Operations" not in request.body:
        return request
    return Request(request.method, request.path, {**request.body, "Operations": operations})


def _member_count(request: Request) -> int:
    members = (request.body or {}).get("members") or ()
    changed = (
        len(item["value"]) if isinstance(item.get("value"), list) else 1
        for item in request.operations
        if str(item.get("path", "")).casefold().startswith("members")
    )
    return max(len(members), sum(changed)) if request.endpoint == "Groups" else 0
