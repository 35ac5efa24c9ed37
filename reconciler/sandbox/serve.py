"""Serve sandboxes over HTTP on this machine: each under its own prefix."""

from collections.abc import Iterable, Mapping
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class _Server(ThreadingMixIn, WSGIServer):
    """One thread a request, so that one slow client does not stop the others."""

    daemon_threads = True


class _Handler(WSGIRequestHandler):
    """Say nothing for each request."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the library's name
        """Drop the line that would go to stderr."""
        del format, args


def serve(apps: Mapping[str, Any], *, host: str, port: int) -> None:
    """Serve until interrupted; *apps* by the first part of the path."""
    with make_server(host, port, _router(apps), _Server, _Handler) as server:
        server.serve_forever()


def _router(apps: Mapping[str, Any]) -> Any:
    def route(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        prefix, _, rest = environ.get("PATH_INFO", "").lstrip("/").partition("/")
        app = apps.get(prefix)
        if app is None:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [f"Known are: {', '.join(apps)}\n".encode()]
        environ["SCRIPT_NAME"] = f"/{prefix}"
        environ["PATH_INFO"] = f"/{rest}"
        answer: Iterable[bytes] = app(environ, start_response)
        return answer

    return route
