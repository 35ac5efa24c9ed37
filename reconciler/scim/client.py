"""What can be written to one service provider; what it means is decided elsewhere."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from reconciler.errors import ScimError, TransportError
from reconciler.model.service import Service
from reconciler.model.values import Kind
from reconciler.scim.bulk.gathering import Gathering
from reconciler.scim.bulk.operation import Operation
from reconciler.scim.findings import Findings
from reconciler.scim.http.answer import Answer
from reconciler.scim.http.transport import Transport
from reconciler.scim.reader import ENDPOINTS, ScimReader, is_of, path_of, resource_in

PATCH_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class ScimClient:
    """A service provider as what can be done to it, and its reader. Threads may share it."""

    def __init__(
        self,
        transport: Transport,
        service: Service,
        projection: Mapping[Kind, tuple[str, ...]] | None = None,
    ) -> None:
        self.reader = ScimReader(transport, service, projection)
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

    def create(self, kind: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create an object and return it as the server shows it; it has an id."""
        answer = self._write(Operation("POST", ENDPOINTS[kind], body))
        created = resource_in(answer.body)
        if created is None:
            raise TransportError(
                f"POST {ENDPOINTS[kind]}: {answer.status}, but the answer has no id", sent=True
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
        path = path_of(kind, live_id)
        return _shown(self._write(Operation("PATCH", path, body, version)), live_id)

    def replace(
        self, kind: Kind, live_id: str, body: Mapping[str, Any], version: str | None = None
    ) -> dict[str, Any] | None:
        """Replace an object (RFC 7644 §3.5.1); return it if the server shows it."""
        path = path_of(kind, live_id)
        return _shown(self._write(Operation("PUT", path, body, version)), live_id)

    def delete(self, kind: Kind, live_id: str, version: str | None = None) -> None:
        """Delete an object; one that is gone already is deleted."""
        try:
            self._write(Operation("DELETE", path_of(kind, live_id), version=version))
        except ScimError as error:
            if error.status != 404:  # noqa: PLR2004 -- RFC 7644 §3.12: not found
                raise

    def _write(self, operation: Operation) -> Answer:
        if self._gathering is not None:
            return self._gathering.send(operation)
        method, path, body, version = operation
        return self.transport.send(method, path, body=body, version=version)


def _shown(answer: Answer, live_id: str) -> dict[str, Any] | None:
    """Return the object that *answer* shows; another one than was written shows nothing."""
    found = resource_in(answer.body)
    return found if found is not None and is_of(found, live_id) else None
