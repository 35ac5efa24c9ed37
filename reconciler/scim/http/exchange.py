"""One request and its answer on the wire, at most so long and so much."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from reconciler.scim.http.answer import LARGEST, Received
from reconciler.scim.http.due import ending
from reconciler.scim.http.unpack import unpacked


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
    with ending(latest, stopwatch):
        response = client.send(request, stream=True)
        try:
            content = _content(response, lambda: stopwatch() > latest)
        finally:
            response.close()
    return Received(response.status_code, response.headers, content)


def _content(response: httpx.Response, is_late: Callable[[], bool]) -> bytes:
    """Return all that *response* holds, unpacked; what is too large is cut."""
    pieces, size = [], 0
    for piece in unpacked(response.iter_raw(), response.headers.get("content-encoding", "")):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST:
            break
        if is_late():  # Each byte was in time, the answer is not.
            raise httpx.ReadTimeout("the answer goes on and on")
    return b"".join(pieces)
