"""A proxy of the tests' own between client and server: one fault, at one request, all in view.

It speaks HTTP/1.1 with the client and forwards each request over a connection of its own. What was
sent and what the server said is logged here, so that nobody has to believe the client.
"""

import http.client
import os
import select
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.faults.kinds import FAULTS, Reply

LONGEST_HOLD = 5.0
"""Seconds that a reply is withheld where the client never gives up."""


class Request(NamedTuple):
    """One request as the client sent it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Seen:
    """A request in the log, with every status that the server gave: none where it never saw it."""

    request: Request
    statuses: list[int] = field(default_factory=list)

    @property
    def is_done_twice(self) -> bool:
        """Tell whether the server took the same request twice, and said yes to both."""
        return len(self.statuses) > 1 and all(status < 300 for status in self.statuses)


class Proxy:
    """Forward to the server at *address*; the request number `position` meets with `fault`."""

    def __init__(self, address: str) -> None:
        self._host = urlsplit(address).netloc
        self._lock = Lock()
        self.log: list[Seen] = []
        self.expect(None, 0)

    def expect(self, fault: str | None, position: int) -> None:
        """Begin to count anew: request *position*, from 0, will meet with *fault*."""
        with self._lock:
            self.fault, self.position, self.hit = fault, position, False
            self.log = []

    @property
    def count(self) -> int:
        """Return how many requests came since `expect`."""
        return len(self.log)

    def note(self, request: Request) -> tuple[Seen, str | None]:
        """Log *request*, and return the fault that it meets with, if any."""
        seen = Seen(request)
        with self._lock:
            is_met = self.fault is not None and len(self.log) == self.position
            self.hit = self.hit or is_met
            self.log.append(seen)
            return seen, self.fault if is_met else None

    def forward(self, seen: Seen) -> Reply:
        """Let the server handle a request; return what it said."""
        connection = http.client.HTTPConnection(self._host, timeout=60)
        try:
            method, path, headers, body = seen.request
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            kept = [pair for pair in answer.getheaders() if pair[0].lower() not in _OURS]
            reply = Reply(answer.status, kept, answer.read())
        finally:
            connection.close()
        seen.statuses.append(reply.status)
        return reply


_OURS = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})


@contextmanager
def proxying(address: str) -> Iterator[tuple[Proxy, str]]:
    """Serve a proxy before *address*; give it, and the address that the client is to use."""
    proxy = Proxy(address)
    handler = type("Handler", (_Handler,), {"proxy": proxy})
    server = _Server(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield proxy, f"http://127.0.0.1:{server.server_port}{urlsplit(address).path}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """A client that hung up is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # One segment for head and body: fewer wake-ups on a busy machine.
    proxy: Proxy

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {k: v for k, v in self.headers.items() if k.lower() not in (*_OURS, "host")}
        seen, name = self.proxy.note(Request(self.command, self.path, headers, body))
        if name is None:
            self.answer(self.proxy.forward(seen))
            return
        fault = FAULTS[name]
        replies = [self.proxy.forward(seen) for _ in range(fault.deliveries)]
        reply = fault.reply(replies)
        getattr(self, fault.then.value)(reply)

    def answer(self, reply: Reply, size: int | None = None, *, cut: int | None = None) -> None:
        """Send *reply*; *size* is announced in place of its length, -1 not at all."""
        lines = [f"HTTP/1.1 {reply.status} {http.client.responses.get(reply.status, 'Unknown')}"]
        lines += [f"{name}: {value}" for name, value in reply.headers]
        announced = len(reply.body) if size is None else size
        if reply.status not in (204, 304) and announced >= 0:
            lines.append(f"Content-Length: {announced}")
        if cut is not None:
            lines.append("Connection: close")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.wfile.write(head + reply.body[:cut])
        self.wfile.flush()
        if cut is not None:
            self._hang_up()

    def cut_announced(self, reply: Reply) -> None:
        """Break off an answer that says how long it is."""
        self._cut(reply, len(reply.body))

    def cut_unannounced(self, reply: Reply) -> None:
        """Break off an answer whose end is where the connection ends."""
        self._cut(reply, -1)

    def _cut(self, reply: Reply, size: int) -> None:
        """Break off in the middle; an answer without a body breaks off within its first line."""
        if reply.body:
            self.answer(reply, size, cut=len(reply.body) // 2)
            return
        self.wfile.write(b"HTTP/1.1 20")
        self.wfile.flush()
        self._hang_up()

    def hold(self, _: Reply) -> None:
        """Say nothing until the client has given up."""
        select.select([self.connection], [], [], LONGEST_HOLD)
        self._hang_up()

    def reset(self, _: Reply) -> None:
        """End the connection with a reset."""
        # Lingering for no time makes close() a reset (socket(7)): nobody can take it for an end.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())
        self.close_connection = True

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
