"""Refuse what is over a rate, as an app does that has one: 429, and when to come again."""

import json
import math
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any, TypedDict

from reconciler.sandbox.server import SandboxApplication

_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


class Limit(TypedDict):
    """At most *requests* in *seconds*, *burst* of them at once.

    It counts these *methods* (none: all) on *path* and below it (empty: everywhere).
    """

    requests: int
    seconds: float
    burst: int
    methods: frozenset[str]
    path: str


class RateLimited:
    """A WSGI application that stands before *app* and lets through what *limits* allow.

    Each limit is a bucket of tokens. It holds one more than the burst, for requests do not come as
    evenly as they are sent. *as_date* says when to come again as a moment, not in seconds.
    """

    def __init__(
        self,
        app: Any,
        limits: Sequence[Limit],
        clock: Callable[[], datetime],
        *,
        as_date: bool = False,
    ) -> None:
        self._app = app
        self._clock = clock
        self._as_date = as_date
        self._lock = threading.Lock()
        self._buckets = [_Bucket(limit, clock()) for limit in limits]
        self.refused = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer, or refuse."""
        path = SandboxApplication.split_path(environ.get("PATH_INFO", ""))
        wait = self._take(environ["REQUEST_METHOD"], path)
        if not wait:
            answer: Iterable[bytes] = self._app(environ, start_response)
            return answer
        seconds = math.ceil(wait)
        moment = format_datetime(self._clock() + timedelta(seconds=seconds), usegmt=True)
        after = moment if self._as_date else str(seconds)
        headers = [("Content-Type", "application/scim+json"), ("Retry-After", after)]
        start_response("429 Too Many Requests", headers)
        body = {"schemas": [_ERROR], "status": "429", "detail": f"come again in {seconds} s"}
        return [json.dumps(body).encode()]

    def _take(self, method: str, path: str) -> float:
        """Take a token of every bucket that counts the request; else none, and return the wait."""
        with self._lock:
            now = self._clock()
            buckets = [bucket for bucket in self._buckets if bucket.counts(method, path)]
            wait = max((bucket.wait(now) for bucket in buckets), default=0.0)
            if wait:
                self.refused += 1
            else:
                for bucket in buckets:
                    bucket.tokens -= 1
            return wait


class _Bucket:
    """The tokens that are left of one limit."""

    def __init__(self, limit: Limit, now: datetime) -> None:
        self._limit = limit
        self._most = limit["burst"] + 1.0
        self._filled = now
        self.tokens = self._most

    def counts(self, method: str, path: str) -> bool:
        """Tell whether a request takes one."""
        mine, asked = self._limit["path"].strip("/").lower(), path.strip("/").lower()
        below = not mine or asked == mine or asked.startswith(f"{mine}/")
        return below and (not self._limit["methods"] or method in self._limit["methods"])

    def wait(self, now: datetime) -> float:
        """Fill up to *now*; return the seconds until there is a token, 0 where there is one."""
        rate = self._limit["requests"] / self._limit["seconds"]
        passed = (now - self._filled).total_seconds()
        self.tokens = min(self._most, self.tokens + passed * rate)
        self._filled = now
        return max(0.0, (1 - self.tokens) / rate)
