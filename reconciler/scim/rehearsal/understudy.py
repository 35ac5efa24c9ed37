"""The server at a rehearsal: it takes everything, and time passes as fast as it is told."""

import heapq
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple, TypeAlias

import httpx

from reconciler.errors import ScimError
from reconciler.model.composing import Ids
from reconciler.model.plan import Change, TargetPlan
from reconciler.model.service import Service
from reconciler.model.values import Kind, Ref
from reconciler.model.writing import Etag
from reconciler.scim.http.answer import Answer
from reconciler.scim.http.rate import Throttle
from reconciler.scim.http.retry import Pacing, Patience
from reconciler.scim.http.transport import Transport
from reconciler.scim.writing.body import member_id, replaced_body

Request: TypeAlias = tuple[str, str]
"""Method and path."""


class Understudy(Transport):
    """A server that does every write at once; it *shows* what was written, or has no body.

    In bulk it then shows of what is new the id alone.

    It knows the object that is being changed, as it was read, and groups that were changed before.
    """

    def __init__(
        self, plan: TargetPlan, service: Service, answer_seconds: float, *, shows: bool
    ) -> None:
        self.clock = clock = _Clock(service.concurrency)
        patience = Patience(
            attempts=0,
            sleep=clock.sleep,
            random=lambda: 0.0,
            clock=lambda: plan.taken + timedelta(seconds=clock.now),
            stopwatch=lambda: clock.now,
        )
        self.throttle = Throttle(clock.hold, patience.stopwatch)
        nowhere = httpx.Client(transport=httpx.BaseTransport(), trust_env=False)
        super().__init__(nowhere, plan.url, Pacing(patience, self.throttle, service.rate))
        self._answer_seconds = answer_seconds
        self._shows = shows
        self._shows_new = shows or service.bulk is None
        self._meta = {"meta": {"version": "1"}} if service.etag is Etag.REQUIRED else {}
        self._groups: dict[str, _Object] = {}
        self._new = 0

    def begin(self, change: Change, ids: Ids) -> list[Request]:
        """Go on with *change*; return what will hold the requests for it."""
        self._change, self._ids = change, ids
        live_id = change.live_id or ids.get(Ref(change.kind, change.key), "")
        self._object = self._groups.get(live_id) or _as_read(change, live_id)
        self._noted: list[Request] = []
        return self._noted

    def repeat(self, requests: list[Request]) -> None:
        """Count and time the *requests* of another change once more."""
        for method, path in requests:
            self._take(method, path)

    def new_id(self) -> str:
        """Return an id as long as most are: that of a UUID."""
        self._new += 1
        return f"{self._new:036}"

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        version: str | None = None,
    ) -> Answer:
        """Note one request and answer it."""
        del version  # It is the right one.
        self._take(method, path)
        self._noted.append((method, path))
        if method == "GET":
            if ("DELETE", path) in self._noted:
                raise ScimError(404, "it is deleted")
            return Answer(200, self._read(path, params or {}))
        if method == "DELETE":
            return Answer(204, None)
        if method == "POST":
            resource = {**(body or {}), "id": self.new_id(), **self._meta}
            self._object = _Object(resource, frozenset())
        else:
            self._object = _written(self._object, self._change, self._ids)
        if self._change.kind is Kind.GROUP:
            self._groups[self._object.resource["id"]] = self._object
        shown = self._object.shown(self._change.kind)
        if method == "POST":
            return Answer(201, shown if self._shows_new else {"id": shown["id"]})
        return Answer(200, shown if self._shows else None)

    def _take(self, method: str, path: str) -> None:
        self._pacing.take(method, path, awaited=False)
        self.clock.sleep(self._answer_seconds)
        self.sent[method] += 1
        self._thread.sent = self.requests_of_thread + 1

    def _read(self, path: str, params: Mapping[str, str | int]) -> dict[str, Any]:
        if path == "Users":  # By a filter on groups: who is in this one.
            return _page(sorted(self._object.members), params)
        return {} if path == "Schemas" else self._object.shown(self._change.kind)


class _Object(NamedTuple):
    """An object as it stands; members apart, for there may be many."""

    resource: dict[str, Any]
    members: frozenset[str]

    def shown(self, kind: Kind) -> dict[str, Any]:
        """Return it as a server shows it."""
        if kind is Kind.USER:
            return self.resource
        return {**self.resource, "members": [{"value": member} for member in sorted(self.members)]}


def _as_read(change: Change, live_id: str) -> _Object:
    if change.live is None:
        return _Object({"id": live_id}, frozenset())
    read = change.live.resource.items()
    resource = {key: value for key, value in read if key.casefold() != "members"}
    return _Object(resource, change.live.members or frozenset())


def _written(found: _Object, change: Change, ids: Ids) -> _Object:
    resource = replaced_body(replace(change, add=(), remove=()), found.resource, ids)
    resource |= {key: found.resource[key] for key in ("id", "meta") if key in found.resource}
    joined = found.members | {member_id(member, ids) for member in change.add}
    return _Object(resource, joined - {member_id(member, ids) for member in change.remove})


class _Clock:
    """Time at a rehearsal: each of so many threads is somewhere else in it."""

    def __init__(self, threads: int) -> None:
        self._free = [0.0] * threads
        self.now = 0.0
        self.held = 0.0

    @contextmanager
    def thread(self) -> Iterator[None]:
        """Be the thread that is free first."""
        self.now = heapq.heappop(self._free)
        yield
        heapq.heappush(self._free, self.now)

    def meet(self) -> None:
        """Let all threads wait for the last one."""
        self.now = max(self._free)
        self._free = [self.now] * len(self._free)

    def sleep(self, seconds: float) -> None:
        """Let time go by."""
        self.now += seconds

    def hold(self, seconds: float) -> None:
        """Wait for the rate."""
        self.held += seconds
        self.now += seconds


def _page(members: list[str], params: Mapping[str, str | int]) -> dict[str, Any]:
    """Return one page of a list, by index or by cursor."""
    is_cursor = "cursor" in params
    start = int(params["cursor"] or 0) if is_cursor else int(params.get("startIndex", 1)) - 1
    end = start + int(params.get("count", len(members)))
    page: dict[str, Any] = {"Resources": [{"id": member} for member in members[start:end]]}
    if not is_cursor:
        return page | {"totalResults": len(members), "startIndex": start + 1}
    return page | ({"nextCursor": str(end)} if end < len(members) else {})
