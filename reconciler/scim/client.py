"""The operations of SCIM on one service provider; what they mean is decided elsewhere."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from urllib.parse import quote

from reconciler.errors import ScimError, TargetError, TransportError
from reconciler.model.canonical import is_equal
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import lookup, read_path
from reconciler.model.resource import LookUp
from reconciler.model.service import Quirk, Service
from reconciler.model.values import Kind
from reconciler.scim.bulk.gathering import Gathering
from reconciler.scim.bulk.operation import Operation
from reconciler.scim.findings import Findings
from reconciler.scim.http.answer import Answer
from reconciler.scim.http.tidy import tidied
from reconciler.scim.http.transport import Transport
from reconciler.scim.http.wire import ListResponse, read_list
from reconciler.scim.lists.listing import Listing
from reconciler.scim.lists.paging import read_cursor_pages, read_index_pages

PATCH_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_ENDPOINTS = {Kind.USER: "Users", Kind.GROUP: "Groups"}
_NOT_IDS = frozenset({"", ".", ".."})
"""Path segments that mean something else (RFC 3986 §5.2.4): DELETE Users/.. is DELETE of all."""


class ScimClient:
    """A service provider as its operations. Threads may share it."""

    def __init__(
        self,
        transport: Transport,
        service: Service,
        projection: Mapping[Kind, tuple[str, ...]] | None = None,
    ) -> None:
        self._projection = projection or {}
        self.transport = transport
        self.service = service
        self.findings = Findings()
        self._gathering = Gathering(transport, service.bulk) if service.bulk is not None else None

    def __repr__(self) -> str:
        return f"ScimClient({self.transport.url})"

    @property
    def requests(self) -> int:
        """Return how many requests were sent so far."""
        return self.transport.requests

    def expect(self, changes: int, threads: int) -> None:
        """Prepare for so many changes that do not depend on each other, in so many threads."""
        if self._gathering is not None:
            self._gathering.expect(changes, threads)

    def taking_part(self, *, alone: bool) -> AbstractContextManager[None]:
        """Carry out one of those changes: where bulk is on, its writes go with those of others.

        Not where the others wait until it is done, because it goes *alone*.
        """
        if self._gathering is None:
            return nullcontext()
        return self._gathering.taking_part(alone=alone)

    def age(self) -> float:
        """Return how many seconds ago the objects were read that the changes are planned on."""
        taken = self.findings.taken
        return (self.transport.patience.clock() - taken).total_seconds() if taken else 0.0

    def list_all(self, kind: Kind, **params: str) -> Listing:
        """Read every object of *kind*, with the proof that it is every one, or without.

        With a projection, objects show what that names and no more. Several lists may be read at a
        time. A filtered list is read page by page in the calling thread, to which its requests
        count, and is not looked at twice: the list of all was.
        """
        endpoint, size = _ENDPOINTS[kind], self.service.page_size
        names = self._projection.get(kind, ())
        asked = {**params, "attributes": ",".join(names)} if names else params

        def fetch(page: Mapping[str, str | int]) -> ListResponse:
            answer = self.transport.send("GET", endpoint, params={**asked, **page})
            return read_list(f"GET {endpoint}", answer.body)

        if Quirk.CURSOR_PAGING in self.service.quirks:
            return read_cursor_pages(endpoint.lower(), size, fetch, twice=not params)
        abreast = 1 if params else self.service.concurrency
        return read_index_pages(endpoint.lower(), size, fetch, abreast=abreast, twice=not params)

    def find(self, question: LookUp) -> tuple[dict[str, Any], ...]:
        """Return the objects that hold a value; what differs only by case is found too.

        Raise `TransportError` where others came back: then the filter is ignored, and neither
        finding nor missing somebody means anything. So does an object without an id.
        """
        endpoint = _ENDPOINTS[question.kind]
        literal = question.value.replace("\\", "\\\\").replace('"', '\\"')
        params = {"filter": f'{question.path} eq "{literal}"'}
        answer = self.transport.send("GET", endpoint, params=params)
        found = read_list(f"GET {endpoint}", answer.body).resources
        definition = AttributeDefinition(question.path)
        if not all(_holds(item, question, definition) for item in found):
            raise TransportError(
                f"GET {endpoint}: the filter on {question.path} is not obeyed, others came back",
                hint="What this filter does not find proves nothing here.",
            )
        if not all(item.get("id") for item in found):
            raise TransportError(f"GET {endpoint}: the filter finds an object without an id")
        return tuple(found)

    def read(
        self, kind: Kind, live_id: str, *, attributes: Sequence[str] = ()
    ) -> dict[str, Any] | None:
        """Return one object, or these attributes of it; None where it does not exist."""
        params = {"attributes": ",".join(attributes)} if attributes else None
        try:
            found = _resource(self.transport.send("GET", _path(kind, live_id), params=params).body)
        except ScimError as error:
            if error.status == 404:  # noqa: PLR2004 -- RFC 7644 §3.12: not found
                return None
            raise
        if found is None:
            raise TransportError(f"GET {_path(kind, live_id)}: the answer is no {kind}")
        return found

    def create(self, kind: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create an object and return it as the server shows it; it has an id."""
        answer = self._write(Operation("POST", _ENDPOINTS[kind], body))
        created = _resource(answer.body)
        if created is None:
            raise TransportError(
                f"POST {_ENDPOINTS[kind]}: {answer.status}, but the answer has no id", sent=True
            )
        return created

    def patch(
        self,
        kind: Kind,
        live_id: str,
        operations: Sequence[Mapping[str, Any]],
        version: str | None = None,
    ) -> dict[str, Any] | None:
        """Change an object (RFC 7644 §3.5.2); return it if the server shows it.

        With a *version*, here and below, only if it still has that one (§3.14).
        """
        body = {"schemas": [PATCH_SCHEMA], "Operations": list(operations)}
        path = _path(kind, live_id)
        return _resource(self._write(Operation("PATCH", path, body, version)).body)

    def replace(
        self, kind: Kind, live_id: str, body: Mapping[str, Any], version: str | None = None
    ) -> dict[str, Any] | None:
        """Replace an object (RFC 7644 §3.5.1); return it if the server shows it."""
        path = _path(kind, live_id)
        return _resource(self._write(Operation("PUT", path, body, version)).body)

    def delete(self, kind: Kind, live_id: str, version: str | None = None) -> None:
        """Delete an object; one that is gone already is deleted."""
        try:
            self._write(Operation("DELETE", _path(kind, live_id), version=version))
        except ScimError as error:
            if error.status != 404:  # noqa: PLR2004 -- RFC 7644 §3.12: not found
                raise

    def _write(self, operation: Operation) -> Answer:
        if self._gathering is not None:
            return self._gathering.send(operation)
        method, path, body, version = operation
        return self.transport.send(method, path, body=body, version=version)

    def me(self) -> str | None:
        """Return the id of the account behind the token (RFC 7644 §3.11); most do not say."""
        try:
            body = self.transport.send("GET", "Me").body
        except TargetError:
            return None
        found = lookup(body or {}, "id")
        return str(found) if found else None

    def describe(self, document: str) -> Mapping[str, Any] | None:
        """Return a discovery document (RFC 7644 §4): for example Schemas."""
        return self.transport.send("GET", document).body

    def members_of(self, group_id: str) -> Listing:
        """Return the members of a group that does not show them: one query on users."""
        return self.list_all(Kind.USER, filter=f'groups.value eq "{group_id}"')

    def members_by_filter(self, group_ids: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Return the member ids of groups that do not show them, one query on users each."""
        return {
            group: frozenset(str(item["id"]) for item in self.members_of(group).resources)
            for group in group_ids
        }


def _holds(item: Mapping[str, Any], question: LookUp, definition: AttributeDefinition) -> bool:
    return is_equal(str(read_path(question.path, item)), question.value, definition)


def _path(kind: Kind, live_id: str) -> str:
    if live_id in _NOT_IDS:
        raise TransportError(f"{live_id!r} as the id of a {kind} would mean another address")
    return f"{_ENDPOINTS[kind]}/{quote(live_id, safe='')}"


def _resource(body: dict[str, Any] | None) -> dict[str, Any] | None:
    found = {} if body is None else tidied(body)
    return found if found.get("id") else None
