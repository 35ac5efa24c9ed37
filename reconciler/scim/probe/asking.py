"""Put questions to a server and keep what came back, whatever it was: the evidence of facts.

Names and ids of live people are left out of it: reports are passed on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from reconciler.errors import ScimError, TargetError, TransportError
from reconciler.model.path import lookup
from reconciler.model.values import Kind
from reconciler.scim.http.answer import Answer
from reconciler.scim.http.transport import Transport

ENDPOINTS: Final = {Kind.USER: "Users", Kind.GROUP: "Groups"}
ANYBODY: Final = "…"
"""What stands in evidence for the names and ids of live objects."""

_NOT_IDS: Final = frozenset({"", ".", ".."})
_SHORTEST_SECRET: Final = 3
_GOOD, _OTHER = 200, 300

Resource = Mapping[str, Any]
Params = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one request; *status* 0: nothing that can be used."""

    request: str
    status: int
    body: Resource = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether the server did as it was asked."""
        return _GOOD <= self.status < _OTHER

    @property
    def is_list(self) -> bool:
        """Tell whether it is a list of resources."""
        found = lookup(self.body, "Resources")
        return self.ok and (isinstance(found, list) or self.total is not None)

    @property
    def rows(self) -> tuple[Resource, ...]:
        """Return the resources of a list; what is none is left out."""
        found = lookup(self.body, "Resources")
        items = found if isinstance(found, list) else ()
        return tuple(item for item in items if isinstance(item, Mapping) and item.get("id"))

    @property
    def total(self) -> int | None:
        """Return how many there are in all, by what the server says."""
        found = lookup(self.body, "totalResults")
        return found if isinstance(found, int) else None

    @property
    def following(self) -> str:
        """Return the cursor for more (RFC 9865), or nothing."""
        return str(lookup(self.body, "nextCursor") or "")

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of the resources of a list."""
        return tuple(str(item["id"]) for item in self.rows)

    @property
    def refusal(self) -> str:
        """Return in a few words how it was refused."""
        return f"refused ({self.status})" if self.status else "not answered"

    def __str__(self) -> str:
        if not self.ok:
            return f"{self.request} → {self.status or 'no answer'}: {self.detail}"
        if lookup(self.body, "Resources") is None and self.total is None:
            return f"{self.request} → {self.status}"
        known = f" of {self.total}" if self.total is not None else ""
        more = ", a cursor for more" if self.following else ""
        return f"{self.request} → {self.status}, {len(self.rows)}{known}{more}"


class Reader:
    """Puts questions: it holds GET and nothing else of the way to the server.

    *labels* are what evidence calls the objects that a probe made itself, by id.
    """

    def __init__(self, transport: Transport) -> None:
        self._get: Callable[..., Answer] = partial(transport.send, "GET")
        self.labels: dict[str, str] = {}

    def get(self, path: str, params: Params | None = None, *, hidden: str = "") -> Reply:
        """Ask for *path*; *hidden* is a value in *params* that evidence leaves out."""
        query = "&".join(f"{name}={value}" for name, value in (params or {}).items())
        shown = f"{path}?{query}" if query else path
        return self._reply("GET", shown, partial(self._get, path, params=params), hidden)

    def read(self, kind: Kind, live_id: str) -> Reply:
        """Ask for one object."""
        place = self.place(kind, live_id)
        return self._reply("GET", place, lambda: self._get(address(kind, live_id)), live_id)

    def find(self, kind: Kind, condition: str, *, hidden: str = "") -> Reply:
        """Ask for the objects of which the filter *condition* holds."""
        return self.get(ENDPOINTS[kind], {"filter": condition}, hidden=hidden)

    def place(self, kind: Kind, live_id: str) -> str:
        """Return the address of an object as evidence shows it."""
        return f"{ENDPOINTS[kind]}/{self.labels.get(live_id, ANYBODY)}"

    def _reply(
        self, method: str, shown: str, send: Callable[[], Answer], hidden: str = ""
    ) -> Reply:
        request = f"{method} {_without(shown, hidden, self.labels)}"
        try:
            answer = send()
        except ScimError as error:
            said = error.detail.partition(": ")[2] or error.detail
            kind = f"{error.scim_type}, " if error.scim_type else ""
            detail = _without(f"{kind}{said}", hidden, self.labels)
            return Reply(request, error.status, detail=detail)
        except TargetError as error:
            said = error.message.partition(": ")[2] or error.message
            return Reply(request, 0, detail=_without(said, hidden, self.labels))
        return Reply(request, answer.status, answer.body or {}, answer.headers)


def address(kind: Kind, live_id: str) -> str:
    """Return where an object is; raise `TransportError` for an id that means another place."""
    if live_id in _NOT_IDS:  # RFC 3986 §5.2.4: DELETE Users/.. is DELETE of all.
        raise TransportError(f"{live_id!r} as the id of a {kind} would mean another address")
    return f"{ENDPOINTS[kind]}/{quote(live_id, safe='')}"


def _without(text: str, hidden: str, labels: Mapping[str, str]) -> str:
    if len(hidden) < _SHORTEST_SECRET:
        return text
    return text.replace(hidden, labels.get(hidden, ANYBODY))
