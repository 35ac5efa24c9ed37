"""The health endpoint of `reconciler run`: how the last cycle ended, in numbers alone."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

from reconciler.cli.loop.cycles import Health
from reconciler.errors import InputError

_PATHS: Final = ("/healthz", "/readyz")
_PATIENCE = 10
"""Seconds that a caller may take for its request: nobody holds a thread for ever."""


@contextmanager
def answering(health: Health, host: str, port: int) -> Iterator[int]:
    """Answer GET /healthz and /readyz while the block runs; give the port."""
    handler = type("_Handler", (_Answer,), {"health": health})
    try:
        server = _Server((host, port), handler)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"cannot listen on {host}:{port}: {reason}",
            hint="Name an address of this machine and a free port: --health 127.0.0.1:8080.",
        ) from error
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    """A server whose callers may hang up whenever they like; a bug keeps its traceback."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a caller that is gone: a probe waits a second and closes."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Answer(BaseHTTPRequestHandler):
    """/healthz: the loop lives. /readyz: its last cycle reached every target. Both say the same."""

    health: Health
    timeout = _PATIENCE
    server_version = "reconciler"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer with the state as JSON."""
        if self.path not in _PATHS:
            self.send_error(404)
            return
        is_well = self.path == "/healthz" or self.health.is_ready
        body = json.dumps(self.health.as_data(), indent=2).encode() + b"\n"
        self.send_response(200 if is_well else 503)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Log nothing: a probe comes every few seconds."""
