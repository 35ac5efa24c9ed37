"""Gather the writes of many threads into bulk requests.

Each thread carries out one change, request after request, as if it were alone. A write waits until
enough have come, or nobody else can come before it has gone; then one thread sends the batch for
all. So what holds for a single write holds for one in a batch: what is read back, looked up or
tried again.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from reconciler.errors import OutOfTimeError, ScimError, TargetError, TransportError
from reconciler.model.service import Bulk
from reconciler.scim.bulk.limits import parted, within
from reconciler.scim.bulk.operation import Operation, bulk_body, read_results
from reconciler.scim.http.answer import Answer
from reconciler.scim.http.transport import Transport

_NO_BULK = frozenset({400, 403, 404, 405, 415, 422, 501})
"""What refuses a bulk request as such: nothing of it was done."""
_TOO_LARGE = 413
_TOO_MANY = 429
_FAULTS = 500
"""From here on an error is the server's own (RFC 9110 §15.6)."""
_UNKNOWN = "POST Bulk: nobody knows what became of it"
_REPEATABLE = frozenset({"PUT", "DELETE"})  # RFC 9110 §9.2.2


@dataclass(slots=True, eq=False)
class _Ticket:
    """A write that waits. *result* is None where it is to go singly; *batch* makes it the leader.

    Each has an error of its own, for that is raised in another thread.
    """

    operation: Operation
    woken: threading.Event = field(default_factory=threading.Event)
    batch: "Sequence[_Ticket]" = ()
    result: Answer | TargetError | None = None


class Gathering:
    """Where the writes of one run at one server meet. Threads share it."""

    def __init__(self, transport: Transport, limits: Bulk) -> None:
        self._transport = transport
        self._limits = limits
        self._lock = threading.Lock()
        self._thread = threading.local()
        self._waiting: list[_Ticket] = []
        self._unfinished = 0
        self._threads = 1
        self._is_refused = False
        self._asking = threading.Lock()
        self._is_asked = False

    def expect(self, changes: int, threads: int) -> None:
        """Expect so many changes, none of which depends on another, in so many threads.

        With none, whoever waits waits no longer, and nobody does from then on.
        """
        with self._lock:
            self._unfinished, self._threads = changes, threads
            self._call_leader()

    @contextmanager
    def taking_part(self, *, alone: bool) -> Iterator[None]:
        """Carry out one of the changes that are expected; its writes wait for others.

        Not where it goes *alone*: the others wait for it then.
        """
        self._thread.waits = not alone
        try:
            yield
        finally:
            self._thread.waits = False
            with self._lock:
                self._unfinished -= 1
                self._call_leader()

    def send(self, operation: Operation) -> Answer:
        """Send a write with those of others; return its answer or raise its error.

        Errors are those of `Transport.send`.
        """
        if not getattr(self._thread, "waits", False) or self._goes_singly(operation):
            return self._singly(operation)
        ticket = _Ticket(operation)
        with self._lock:
            self._waiting.append(ticket)
            self._call_leader()
        ticket.woken.wait()
        if ticket.batch:
            self._deliver(ticket.batch)
        if ticket.result is None:
            return self._singly(operation)
        self._transport.note_begun()
        if isinstance(ticket.result, TargetError):
            raise ticket.result
        return ticket.result

    def _goes_singly(self, operation: Operation) -> bool:
        return self._is_refused or operation.size > self._limits.bytes

    def _singly(self, operation: Operation) -> Answer:
        method, path, body, version = operation
        return self._transport.send(method, path, body=body, version=version)

    def _call_leader(self) -> None:
        """Let the first who waits send a batch, if it is time; the lock is held."""
        most = min(self._unfinished, self._threads, self._limits.operations)
        if self._waiting and len(self._waiting) >= most:
            number = next(parted([item.operation for item in self._waiting], self._limits))
            batch, self._waiting = self._waiting[:number], self._waiting[number:]
            batch[0].batch = batch
            batch[0].woken.set()

    def _deliver(self, batch: Sequence[_Ticket]) -> None:
        """Send *batch* and wake everybody in it, whatever happens."""
        try:
            if len(batch) > 1:
                self._ask()
            start = 0
            for number in parted([ticket.operation for ticket in batch], self._limits):
                self._send(batch[start : start + number])
                start += number
        finally:
            for ticket in batch[1:]:
                ticket.woken.set()

    def _ask(self) -> None:
        """Ask the server once how much it takes; one that does not say takes what we send."""
        with self._asking:
            if self._is_asked:
                return
            self._is_asked = True
            try:
                config = self._transport.send("GET", "ServiceProviderConfig").body
            except TargetError:
                return
            found = within(self._limits, config or {})
            with self._lock:
                self._is_refused = found is None
                self._limits = found or self._limits

    def _send(self, batch: Sequence[_Ticket]) -> None:
        if len(batch) == 1 or self._is_refused:
            _settle(batch, [None] * len(batch))
            return
        operations = [ticket.operation for ticket in batch]
        # Whatever happens now, nothing is sent twice.
        _settle(batch, [TransportError(_UNKNOWN, sent=True) for _ in batch])
        try:
            answer = self._transport.send("POST", "Bulk", body=bulk_body(operations))
        except ScimError as error:
            self._settle_refusal(batch, error)
        except TransportError as error:
            _settle(batch, [_lost(item, error) for item in operations])
        else:
            results = read_results(operations, answer.body)
            _settle(batch, list(map(_judged, operations, results)))

    def _settle_refusal(self, batch: Sequence[_Ticket], error: ScimError) -> None:
        if error.status == _TOO_LARGE:
            half = len(batch) // 2
            with self._lock:
                self._limits = replace(self._limits, operations=max(1, half))
            self._send(batch[:half])
            self._send(batch[half:])
        elif error.status in _NO_BULK:
            self._is_refused = True
            _settle(batch, [None] * len(batch))
        elif error.status == _TOO_MANY:
            _settle(batch, [None] * len(batch))
        else:
            _settle(batch, [_refused(ticket.operation, error) for ticket in batch])


def _settle(batch: Sequence[_Ticket], results: Sequence[Answer | TargetError | None]) -> None:
    for ticket, result in zip(batch, results, strict=True):
        ticket.result = result


def _judged(operation: Operation, result: Answer | ScimError | None) -> Answer | TargetError | None:
    """Return what one operation came to; None where it is to be sent singly."""
    if result is None:
        said = "POST Bulk: the answer does not say what became of it"
        return _lost(operation, TransportError(said, sent=True))
    if isinstance(result, ScimError) and result.status == _TOO_MANY:
        return None
    return result


def _refused(operation: Operation, error: ScimError) -> TargetError | None:
    """Return what the refusal of a whole request means for one operation of it."""
    if error.status < _FAULTS:
        return ScimError(error.status, error.detail, scim_type=error.scim_type, hint=error.hint)
    # Servers were seen that answer 500 after they have done a part; a 503 may be a proxy's.
    return _lost(operation, TransportError(f"{error.message}; some may be done", sent=True))


def _lost(operation: Operation, error: TransportError) -> TransportError | None:
    """Return the error of an operation without an answer; None where it may just be sent again."""
    if error.sent and operation.method in _REPEATABLE:
        return None
    said = f"{operation.method} {operation.path}: {error.message}"
    if isinstance(error, OutOfTimeError):
        return OutOfTimeError(said, sent=error.sent, hint=error.hint)
    return TransportError(said, sent=error.sent, hint=error.hint)
