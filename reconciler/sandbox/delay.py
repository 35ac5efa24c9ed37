"""Show for a while after a write what was there before, as apps do that read from a copy."""

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, NamedTuple, TypeAlias

from reconciler.sandbox.server import SandboxApplication

_Headers: TypeAlias = list[tuple[str, str]]
_CHANGES = frozenset({"PUT", "PATCH", "DELETE"})
_NOT_FOUND = "404 Not Found"
_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


class _Answer(NamedTuple):
    status: str
    headers: _Headers
    body: bytes


_ABSENT = _Answer(
    _NOT_FOUND,
    [("Content-Type", "application/scim+json")],
    json.dumps({"schemas": [_ERROR], "status": "404", "detail": "not here yet"}).encode(),
)


class Delayed:
    """A WSGI application that stands before *app* and lets reads lag behind.

    A write shows in reads of the object and in lists *consistency_delay_seconds* after it. The
    answer to the write itself shows it at once. What was deleted is missing in lists at once, and
    so are bulk requests of no delay.
    """

    def __init__(
        self, app: Any, consistency_delay_seconds: float, clock: Callable[[], datetime]
    ) -> None:
        self._app = app
        self._delay = timedelta(seconds=consistency_delay_seconds)
        self._clock = clock
        self._lock = threading.Lock()
        self._before: dict[str, list[tuple[datetime, _Answer]]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer, a read with what was there a while ago."""
        method = environ["REQUEST_METHOD"]
        path = SandboxApplication.split_path(environ.get("PATH_INFO", "")).rstrip("/")
        if method in _CHANGES:
            before = self._ask(_as_read(environ))
            answer = self._ask(environ)
            if answer.status.startswith("2"):
                self._note(path, before)
        else:
            answer = self._ask(environ)
            if method == "POST" and answer.status.startswith("201"):
                self._note(f"{path}/{json.loads(answer.body)['id']}", _ABSENT)
            elif method == "GET":
                answer = self._old(path) or self._listed(path, answer)
        start_response(answer.status, answer.headers)
        return [answer.body]

    def _ask(self, environ: dict[str, Any]) -> _Answer:
        heard: list[tuple[str, _Headers]] = []
        body = b"".join(self._app(environ, lambda status, headers: heard.append((status, headers))))
        return _Answer(*heard[0], body)

    def _note(self, path: str, before: _Answer) -> None:
        with self._lock:
            self._before.setdefault(path, []).append((self._clock(), before))

    def _old(self, path: str) -> _Answer | None:
        """Return what a read of *path* showed before the first write that does not show yet."""
        now = self._clock()
        with self._lock:
            known = self._before.get(path, ())
            return next((before for moment, before in known if now < moment + self._delay), None)

    def _listed(self, path: str, answer: _Answer) -> _Answer:
        body = json.loads(answer.body) if answer.status.startswith("200") and answer.body else {}
        if "Resources" not in body:
            return answer
        shown = [self._shown(path, item) for item in body["Resources"]]
        there = [item for item in shown if item is not None]
        missing = len(shown) - len(there)
        total = {"totalResults": body["totalResults"] - missing} if "totalResults" in body else {}
        said = json.dumps(
            {**body, **total, "itemsPerPage": len(there), "Resources": there}
        ).encode()
        others = [item for item in answer.headers if item[0].lower() != "content-length"]
        return _Answer(answer.status, [*others, ("Content-Length", str(len(said)))], said)

    def _shown(self, path: str, item: Mapping[str, Any]) -> Mapping[str, Any] | None:
        old = self._old(f"{path}/{item.get('id')}")
        if old is None:
            return item
        found: dict[str, Any] = json.loads(old.body)
        return found if old.status.startswith("200") else None


def _as_read(environ: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request that reads what *environ* is about to change."""
    kept = {name: value for name, value in environ.items() if not name.startswith("HTTP_IF_")}
    return {
        **kept,
        "REQUEST_METHOD": "GET",
        "QUERY_STRING": "",
        "CONTENT_LENGTH": "0",
        "wsgi.input": BytesIO(),
    }
