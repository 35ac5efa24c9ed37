"""Wait for a server that shows an older state for a while after a write."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from reconciler.errors import OutOfTimeError, ScimError
from reconciler.model.values import Kind
from reconciler.scim.client import ScimClient

_T = TypeVar("_T")
_NOT_FOUND: Final = 404


def pauses(client: ScimClient) -> Iterator[float]:
    """Wait 1 s, 2 s, 4 s and so on until the consistency delay is over; yield each after it.

    Raise `OutOfTimeError` where the deadline comes first.
    """
    patience = client.transport.patience
    left, pause = client.service.consistency_delay_seconds, 1.0
    while left > 0:
        pause = min(pause, left)
        if patience.stopwatch() + pause > patience.latest:
            raise OutOfTimeError("out of time: the server does not show yet what was written")
        patience.sleep(pause)
        yield pause
        left, pause = left - pause, 2 * pause


def read_until(
    client: ScimClient,
    kind: Kind,
    live_id: str,
    is_settled: Callable[[Mapping[str, Any] | None], bool],
) -> dict[str, Any] | None:
    """Read an object until it *is_settled* or the delay is over; return it as it was read last."""
    found, waits = client.reader.read(kind, live_id), pauses(client)
    while not is_settled(found) and next(waits, None) is not None:
        found = client.reader.read(kind, live_id)
    return found


def when_there(client: ScimClient, live_id: str, send: Callable[[], _T]) -> _T:
    """Send; where the object was created in this run and is not found, wait and send again."""
    waits = pauses(client)
    while True:
        try:
            return send()
        except ScimError as error:
            is_new = live_id in client.findings.created
            if error.status != _NOT_FOUND or not is_new or next(waits, None) is None:
                raise
