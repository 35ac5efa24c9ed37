"""Carry one change to the server, and find out what really happened.

A lost answer is settled by reading back, never by blind repetition.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.errors import ScimError, TargetError, TransportError
from reconciler.model.canonical import canonical_value, is_equal
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import AttributePath, lookup, read_path
from reconciler.model.plan import Action, Change
from reconciler.model.resource import LookUp
from reconciler.model.service import Quirk
from reconciler.model.values import Ref, resolved
from reconciler.scim.body import Ids, create_body, replaced_body
from reconciler.scim.client import ScimClient
from reconciler.scim.membership import change_members
from reconciler.scim.patch import patch_operations

_UNSUPPORTED = frozenset({405, 501})


@dataclass(frozen=True, slots=True)
class Written:
    """What a write led to: the object's id, and how the server shows it (None once deleted)."""

    live_id: str
    resource: Mapping[str, Any] | None
    requests: int
    note: str | None = None


def write_change(client: ScimClient, change: Change, ids: Ids) -> Written:
    """Send *change*; raise `TargetError`, with what it cost, where it did not take effect."""
    cost = _Cost(client)
    try:
        if change.action is Action.CREATE:
            return _create(client, change, ids, cost)
        live_id = change.live_id or ids[Ref(change.kind, change.key)]
        if change.action is Action.DELETE:
            client.delete(change.kind, live_id)
            return Written(live_id, None, cost.requests)
        if change.action in (Action.ADD_MEMBERS, Action.REMOVE_MEMBERS):
            resource, note = change_members(client, change, live_id, ids)
            return Written(live_id, resource, cost.requests, note)
        return _update(client, change, ids, cost)
    except TargetError as error:
        error.requests = cost.requests
        raise


class _Cost:
    """Count the requests of one change: it is sent by one thread, others count apart."""

    def __init__(self, client: ScimClient) -> None:
        self._transport = client.transport
        self._before = self._transport.requests_of_thread

    @property
    def requests(self) -> int:
        return self._transport.requests_of_thread - self._before


def _create(client: ScimClient, change: Change, ids: Ids, cost: _Cost) -> Written:
    try:
        resource: Mapping[str, Any] = client.create(change.kind, create_body(change, ids))
    except TransportError as error:
        if not error.sent:
            raise
        resource = _created_after_all(client, change, error)
    except ScimError as error:
        if error.status == 409:  # noqa: PLR2004 -- RFC 7644 §3.3: it exists already
            error.hint = "It exists already, perhaps unseen: plan again, or look for it in the app."
        raise
    return Written(str(resource["id"]), resource, cost.requests)


def _created_after_all(
    client: ScimClient, change: Change, error: TransportError
) -> Mapping[str, Any]:
    """Find what a create without an answer left behind; raise *error* where it left nothing."""
    sent = {item.path.identity: item.after for item in change.attributes}
    filterable = {name.casefold() for name in client.service.filterable}
    for name in ("externalId", "userName", "displayName"):
        value = sent.get(name.casefold())
        if name.casefold() not in filterable or not isinstance(value, str):
            continue
        try:
            found = client.find(LookUp(change.kind, AttributePath(name), value))
        except TargetError:
            continue
        if len(found) == 1 and _looks_created(found[0], sent):
            return found[0]
    raise error


def _looks_created(resource: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    """Tell whether *resource* bears the externalId that was sent, or none where none is kept."""
    wanted = sent.get("externalid")
    return wanted is None or lookup(resource, "externalId") == wanted


def _update(client: ScimClient, change: Change, ids: Ids, cost: _Cost) -> Written:
    live_id = change.live_id or ids[Ref(change.kind, change.key)]
    note = None
    try:
        if Quirk.NO_PATCH in client.service.quirks:
            resource = _put(client, change, live_id, ids)
        else:
            operations = patch_operations(change, ids, client.service.quirks)
            resource = client.patch(change.kind, live_id, operations)
    except ScimError as error:
        if error.status not in _UNSUPPORTED or Quirk.NO_PATCH in client.service.quirks:
            raise
        resource = _put(client, change, live_id, ids)
        note = f"PATCH is not supported ({error.status}), sent as PUT: add the quirk no_patch"
    except TransportError as error:
        if not error.sent:
            raise
        resource = client.read(change.kind, live_id)
        if resource is None or not _has_taken(change, resource, ids):
            raise
    resource = resource or client.read(change.kind, live_id)
    return Written(live_id, resource, cost.requests, note)


def _put(client: ScimClient, change: Change, live_id: str, ids: Ids) -> dict[str, Any] | None:
    """Read, change, replace: nothing that is not ours gets lost on the way."""
    current = client.read(change.kind, live_id)
    if current is None:
        raise ScimError(404, f"{change.kind} {live_id} is gone", hint="Plan again.")
    return client.replace(change.kind, live_id, replaced_body(change, current, ids))


def _has_taken(change: Change, resource: Mapping[str, Any], ids: Ids) -> bool:
    """Tell whether *resource* shows every value that was sent."""
    for item in change.attributes:
        after = resolved(item.after, ids)
        definition = AttributeDefinition(
            item.path,
            type="boolean" if isinstance(after, bool) else "string",
            multi_valued=isinstance(after, tuple),
        )
        if not is_equal(
            canonical_value(read_path(item.path, resource), definition, after),
            after,
            definition,
        ):
            return False
    return True
