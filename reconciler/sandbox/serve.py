"""Serve sandboxes over HTTP on this machine: each under its own prefix."""

import hmac
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class _Server(ThreadingMixIn, WSGIServer):
    """One thread a request, so that one slow client does not stop the others."""

    daemon_threads = True
    request_queue_size = 128  # 5 by default: 16 connections at once would see resets


class _Handler(WSGIRequestHandler):
    """Say nothing for each request."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the library's name
        """Drop the line that would go to stderr."""
        del format, args


def serve(apps: Mapping[str, Any], *, host: str, port: int, token: str | None = None) -> None:
    """Serve until interrupted; *apps* by the first part of the path, for bearers of *token*."""
    with _bind(apps, host, port, token) as server:
        server.serve_forever()


@contextmanager
def serving(
    apps: Mapping[str, Any], *, host: str, port: int = 0, token: str | None = None
) -> Iterator[int]:
    """Serve in a thread while the block runs; give the port, a free one for port 0."""
    with _bind(apps, host, port, token) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def _bind(apps: Mapping[str, Any], host: str, port: int, token: str | None) -> WSGIServer:
    return make_server(host, port, _router(apps, token), _Server, _Handler)


def _router(apps: Mapping[str, Any], token: str | None) -> Any:
    def route(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        plain = [("Content-Type", "text/plain; charset=utf-8")]
        if token is not None and not _bears(environ, token):
            challenge = ("WWW-Authenticate", 'Bearer realm="sandbox"')
            start_response("401 Unauthorized", [*plain, challenge])
            return [b"A bearer token is needed.\n"]
        prefix, _, rest = environ.get("PATH_INFO", "").lstrip("/").partition("/")
        app = apps.get(prefix)
        if app is None:
            start_response("404 Not Found", plain)
            return [f"Known are: {', '.join(apps)}\n".encode()]
        environ["SCRIPT_NAME"] = f"/{prefix}"
        environ["PATH_INFO"] = f"/{rest}"
        answer: Iterable[bytes] = app(environ, start_response)
        return answer

    return route


def _bears(environ: Mapping[str, Any], token: str) -> bool:
    scheme, _, given = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), token.encode())
