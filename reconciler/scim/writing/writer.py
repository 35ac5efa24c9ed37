"""Carry one change to the server, and find out what really happened.

A lost answer is settled by reading back, never by blind repetition.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from reconciler.errors import ScimError, TargetError, TransportError
from reconciler.model.composing import Ids
from reconciler.model.path import lookup
from reconciler.model.plan import Action, Change
from reconciler.model.values import Ref
from reconciler.scim.client import ScimClient
from reconciler.scim.writing.agreement import shows_all
from reconciler.scim.writing.body import create_body
from reconciler.scim.writing.consistency import pauses, read_until
from reconciler.scim.writing.membership import change_members
from reconciler.scim.writing.patch import patch_operations, requests_of
from reconciler.scim.writing.precondition import note_written, send_onto, version_after
from reconciler.scim.writing.replacing import fall_back, goes_whole, replace_whole
from reconciler.scim.writing.taken import advice, is_taken, questions_of, sent_by
from reconciler.scim.writing.verifying import read_back, require_gone


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
    resource: Mapping[str, Any] | None
    try:
        if change.action is Action.CREATE:
            created = _create(client, change, ids)
            live_id = str(created["id"])
            client.findings.created.add(live_id)
            shown = created if len(created) > 1 else None  # Bulk answers may hold the id alone.
            resource, note = read_back(client, change, live_id, shown, ids)
            resource = resource or {**create_body(change, ids), **created}
        else:
            live_id = change.live_id or ids[Ref(change.kind, change.key)]
            resource, note = _change(client, change, live_id, ids)
    except TargetError as error:
        error.requests = cost.requests
        raise
    note_written(client, live_id, resource)
    return Written(live_id, resource, cost.requests, note)


class _Cost:
    """Count the requests of one change: it is sent by one thread, others count apart."""

    def __init__(self, client: ScimClient) -> None:
        self._transport = client.transport
        self._before = self._transport.requests_of_thread

    @property
    def requests(self) -> int:
        return self._transport.requests_of_thread - self._before


def _create(client: ScimClient, change: Change, ids: Ids) -> Mapping[str, Any]:
    try:
        return client.create(change.kind, create_body(change, ids))
    except TransportError as error:
        if not error.sent:
            raise
        return _created_after_all(client, change, error)
    except ScimError as error:
        if is_taken(error):
            error.hint = advice(client, change, error)
        raise


def _created_after_all(
    client: ScimClient, change: Change, error: TransportError
) -> Mapping[str, Any]:
    """Find what a create without an answer left behind; raise *error* where it left nothing."""
    sent, questions = sent_by(change), tuple(questions_of(client, change))
    for _ in chain([0.0], pauses(client)):
        for question in questions:
            try:
                found = client.reader.find(question)
            except TargetError:
                continue
            if len(found) == 1 and _looks_created(found[0], sent):
                return found[0]
    raise error


def _looks_created(resource: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    """Tell whether *resource* bears the externalId that was sent, or none where none is kept."""
    wanted = sent.get("externalid")
    return wanted is None or lookup(resource, "externalId") == wanted


def _change(
    client: ScimClient, change: Change, live_id: str, ids: Ids
) -> tuple[Mapping[str, Any] | None, str | None]:
    """Change what is there already; return it as it is then, and what is to be noted."""
    if change.action in (Action.ADD_MEMBERS, Action.REMOVE_MEMBERS):
        return change_members(client, change, live_id, ids)
    if change.action is Action.DELETE:
        _delete(client, change, live_id, ids)
        return None, None

    def has_arrived(found: Mapping[str, Any] | None) -> bool:
        return found is not None and shows_all(change, found, ids)

    try:
        resource, note = _update(client, change, live_id, ids)
    except TransportError as error:
        if not error.sent:
            raise
        resource, note = read_until(client, change.kind, live_id, has_arrived), None
        if not has_arrived(resource):
            raise
    found, said = read_back(client, change, live_id, resource, ids)
    return found, "; ".join(filter(None, (note, said))) or None


def _delete(client: ScimClient, change: Change, live_id: str, ids: Ids) -> None:
    def send(version: str | None) -> None:
        client.delete(change.kind, live_id, version)

    try:
        send_onto(client, change, live_id, ids, send)
    except ScimError as error:
        if error.status != 404:  # noqa: PLR2004 -- RFC 7644 §3.12: not found, which is deleted
            raise
        return
    require_gone(client, change, live_id)


def _update(
    client: ScimClient, change: Change, live_id: str, ids: Ids
) -> tuple[Mapping[str, Any] | None, str | None]:
    if goes_whole(client, change):
        return replace_whole(client, change, live_id, ids), None

    def send(version: str | None) -> Mapping[str, Any] | None:
        quirks, shown = client.service.quirks, None
        for operations in requests_of(patch_operations(change, ids, quirks), quirks):
            shown = client.patch(change.kind, live_id, operations, version)
            version = version_after(client, change.kind, live_id, shown)
        return shown

    try:
        return send_onto(client, change, live_id, ids, send), None
    except ScimError as error:
        note = fall_back(client, change, error)
    return replace_whole(client, change, live_id, ids), note
