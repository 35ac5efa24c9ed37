"""One request and its answer on the wire, at most so long and so much."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from reconciler.scim.http.answer import LARGEST, Received


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What became of one request, for a log.

    *status* is None where no answer came; *error* says why. *seconds* is how long it took.
    """

    request: httpx.Request = field(repr=False)
    status: int | None
    seconds: float
    error: str = ""

    @property
    def method(self) -> str:
        """Return the HTTP method."""
        return self.request.method

    @property
    def url(self) -> str:
        """Return the URL without its query, which names people."""
        return str(self.request.url.copy_with(query=None, username="", password=""))

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names in the query."""
        return tuple(self.request.url.params)


def tell_nobody(_: Exchanged) -> None:
    """Let nobody hear of it."""


def exchange(
    client: httpx.Client,
    request: httpx.Request,
    stopwatch: Callable[[], float],
    tell: Callable[[Exchanged], object],
) -> Received:
    """Send *request*, read its whole answer within the client's time, and *tell* how it went.

    Raise `httpx.ReadTimeout` for one that goes on and on. One larger than `LARGEST` is cut there.
    """
    began = stopwatch()
    try:
        response = _read(client, request, stopwatch)
    except httpx.HTTPError as error:
        tell(Exchanged(request, None, stopwatch() - began, type(error).__name__))
        raise
    tell(Exchanged(request, response.status_code, stopwatch() - began))
    return response


def _read(client: httpx.Client, request: httpx.Request, stopwatch: Callable[[], float]) -> Received:
    most = request.extensions["timeout"]["read"]
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
        return Received(response.status_code, response.headers, b"".join(chunks))
    finally:
        response.close()
