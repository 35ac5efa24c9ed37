"""Connections on which all of an answer comes in time, and not only each byte of it.

httpx gives every read its time. A server that sends a byte now and then could keep us for ever: in
its headers, or by answers before the answer (RFC 9110 §15.2), which httpx reads over.
"""

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx


class _Due(threading.local):
    """How many seconds the request of this thread has left."""

    left: Callable[[], float] = staticmethod(lambda: math.inf)


_DUE = _Due()


@contextmanager
def ending(latest: float, stopwatch: Callable[[], float]) -> Iterator[None]:
    """Let what the calling thread sends and reads meanwhile end at *latest* by *stopwatch*."""
    _DUE.left = lambda: latest - stopwatch()
    try:
        yield
    finally:
        _DUE.left = _Due.left


def end_in_time(transport: httpx.BaseTransport | None) -> None:
    """Let every connection that *transport* opens from now on heed `ending`."""
    if isinstance(transport, httpx.HTTPTransport):
        # httpx does not let one say how connections are opened, as httpcore below it does. Where
        # these names change, opening a client fails.
        pool = vars(vars(transport)["_pool"])
        pool["_network_backend"] = _Network(pool["_network_backend"])


class _Network:
    """Opens connections (httpcore's `NetworkBackend`), each of which heeds `ending`."""

    def __init__(self, network: Any) -> None:
        self._network = network

    def connect_tcp(self, *where: Any, **how: Any) -> "_Stream":
        return _Stream(self._network.connect_tcp(*where, **how))

    def connect_unix_socket(self, *where: Any, **how: Any) -> "_Stream":
        return _Stream(self._network.connect_unix_socket(*where, **how))

    def sleep(self, seconds: float) -> None:
        self._network.sleep(seconds)


class _Stream:
    """One connection (httpcore's `NetworkStream`)."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.close = stream.close
        self.get_extra_info = stream.get_extra_info

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        found: bytes = self._stream.read(max_bytes, _least(timeout))
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _least(timeout))

    def start_tls(self, *how: Any, **more: Any) -> "_Stream":
        return _Stream(self._stream.start_tls(*how, **more))


def _least(timeout: float | None) -> float | None:
    left = _DUE.left()
    if left <= 0:
        raise httpx.ReadTimeout("the answer goes on and on")
    if timeout is None:
        return None if left == math.inf else left
    return min(timeout, left)
