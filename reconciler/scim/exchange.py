"""One request and its answer on the wire, at most so long and so much."""

import math
from collections.abc import Callable, Mapping

import httpx

from reconciler.scim.answer import LARGEST

_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})


def exchange(
    client: httpx.Client,
    request: httpx.Request,
    stopwatch: Callable[[], float],
    most: float | None,
) -> httpx.Response:
    """Send *request* and read its whole answer within *most* seconds, or as long as it takes.

    Raise `httpx.ReadTimeout` for one that goes on and on. One larger than `LARGEST` is cut there.
    """
    latest = stopwatch() + (most or math.inf)
    response = client.send(request, stream=True)
    try:
        chunks, size = [], 0
        for chunk in response.iter_bytes():
            chunks.append(chunk)
            size += len(chunk)
            if size > LARGEST:
                break
            if stopwatch() > latest:  # Each byte was in time, the answer is not.
                raise httpx.ReadTimeout("the answer goes on and on")
        return httpx.Response(
            response.status_code, headers=_said(response.headers), content=b"".join(chunks)
        )
    finally:
        response.close()


def _said(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that still hold of an answer that was read."""
    return {name: value for name, value in headers.items() if name not in _OF_THE_WIRE}
