"""Replace an object, or all members of a group, with itself, changed: where PATCH cannot."""

from collections.abc import Mapping
from typing import Any, Final

from reconciler.errors import ScimError
from reconciler.model.composing import Ids
from reconciler.model.plan import Change
from reconciler.model.service import Quirk
from reconciler.model.values import Kind
from reconciler.scim.client import ScimClient
from reconciler.scim.reading.members import members_of_all, read_members
from reconciler.scim.writing.agreement import shows_all
from reconciler.scim.writing.body import replaced_body
from reconciler.scim.writing.patch import spelled
from reconciler.scim.writing.precondition import look, usable_version
from reconciler.scim.writing.requested import with_requested

_UNSUPPORTED: Final = frozenset({405, 501})
_MOVED: Final = 412


def goes_whole(client: ScimClient, change: Change) -> bool:
    """Tell whether *change* has to replace what is there: the profile says so, or this run did."""
    found = (change.kind, _part(change)) in client.findings.unpatchable
    return found or Quirk.NO_PATCH in client.service.quirks or _replaces_members(client, change)


def fall_back(client: ScimClient, change: Change, error: ScimError) -> str:
    """Let *change*, and others like it, go by PUT from now on; return what is to be noted.

    Raise *error*, the refusal of the PATCH, where a PUT is no way out.
    """
    if error.status not in _UNSUPPORTED:
        raise error
    if Quirk.NO_PUT in client.service.quirks:
        error.hint = (
            "The app takes no PUT instead (quirk no_put): map what it can change, or leave "
            "`update` out of the actions."
        )
        raise error
    if change.live is not None and not change.live.members_proven:
        error.hint = "A PUT instead could take members out that the server does not show."
        raise error
    client.findings.unpatchable.add((change.kind, _part(change)))
    return f"PATCH is not supported ({error.status}), sent as PUT: add the quirk no_patch"


def replace_whole(
    client: ScimClient, change: Change, live_id: str, ids: Ids
) -> Mapping[str, Any] | None:
    """Read, change, replace: nothing that is not ours gets lost on the way.

    It is a PUT of the object, or a PATCH of all members where that is the way to change them. What
    somebody else changes in between is read and kept too, where the server has versions.
    """
    if Quirk.NO_PUT in client.service.quirks and not _replaces_members(client, change):
        raise ScimError(
            501,
            "neither PATCH nor PUT is there, so nothing can be changed",
            hint="Correct the quirks no_patch and no_put, or leave `update` out of the actions.",
        )
    try:
        return _replace(client, change, live_id, ids)
    except ScimError as error:
        if error.status != _MOVED:
            raise
    return _replace(client, change, live_id, ids)


def _replaces_members(client: ScimClient, change: Change) -> bool:
    return Quirk.REPLACE_MEMBERS in client.service.quirks and bool(change.add or change.remove)


def _part(change: Change) -> str:
    """Return what is changed of an object: servers were seen that patch the one, not the other."""
    return "members" if change.add or change.remove else "attributes"


def _replace(
    client: ScimClient, change: Change, live_id: str, ids: Ids
) -> Mapping[str, Any] | None:
    current: Mapping[str, Any] = look(client, change, live_id, ids)
    if change.kind is Kind.GROUP:
        current = _with_members(client, current)
        _require_legible_members(change, current)
    if shows_all(change, current, ids):
        return current
    version = usable_version(client, current)
    if _replaces_members(client, change):
        body = replaced_body(change, current, ids)
        operation = {"op": "replace", "path": "members", "value": body["members"]}
        operations = spelled([operation], client.service.quirks)
        shown = client.patch(change.kind, live_id, operations, version)
    else:
        whole = with_requested(client, change.kind, live_id, current)
        body = replaced_body(change, whole, ids)
        shown = client.replace(change.kind, live_id, body, version)
    if change.kind is not Kind.GROUP or not body.get("members"):
        return shown
    if shown is None or "members" not in shown:
        shown = client.reader.read(Kind.GROUP, live_id) or {}
    group = _with_members(client, shown)
    _require_members(change, body, group)
    return group


def _with_members(client: ScimClient, group: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return *group* with the members that the server does not show of it: a PUT names all."""
    hiding = {Quirk.MEMBERS_BY_USER_FILTER, Quirk.MEMBERS_BY_USERS}
    if hiding.isdisjoint(client.service.quirks) or "displayName" not in group:
        return group
    members = members_of_all(client.reader, str(group["id"]))
    return {**group, "members": [{"value": member} for member in sorted(members)]}


def _require_legible_members(change: Change, group: Mapping[str, Any]) -> None:
    """Raise where the members cannot be read: a PUT would put nobody or nonsense in their place."""
    if read_members(group, {}) is None:
        raise ScimError(
            200,
            f"{change.display} shows members that cannot be read, so it is not replaced",
            hint="Look at the group in the app, and tell the vendor.",
        )


def _require_members(change: Change, body: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
    """Raise where it lost members that it named: servers were seen that cut or drop them."""
    sent, there = read_members(body, {}), read_members(shown, {})
    lost = sent - there if sent is not None and there is not None else ()
    if lost:
        raise ScimError(
            200,
            f"the server said yes, but {len(lost):,} of the {len(sent or ()):,} members with which "
            f"{change.display} was sent are not there",
            hint="Plan again to see who is missing. Does the app change members by PATCH alone?",
        )
