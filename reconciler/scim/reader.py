"""What can be read of one service provider. There is no write in here, and no way to one."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from reconciler.errors import ScimError, TargetError, TransportError
from reconciler.model.canonical import is_equal
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import lookup, read_path
from reconciler.model.resource import LookUp
from reconciler.model.service import Quirk, Service
from reconciler.model.values import Kind
from reconciler.scim.http.tidy import tidied
from reconciler.scim.http.transport import Transport
from reconciler.scim.http.wire import ListResponse, read_list
from reconciler.scim.lists.listing import Listing
from reconciler.scim.lists.paging import read_cursor_pages, read_index_pages
from reconciler.scim.literal import literal

ENDPOINTS: Final = {Kind.USER: "Users", Kind.GROUP: "Groups"}
_NOT_IDS: Final = frozenset({"", ".", ".."})
"""Path segments that mean something else (RFC 3986 §5.2.4): DELETE Users/.. is DELETE of all."""


class ScimReader:
    """A service provider as what it can be asked. Threads may share it.

    It keeps of the transport nothing but GET: whoever holds a reader can change nothing.
    """

    def __init__(
        self,
        transport: Transport,
        service: Service,
        projection: Mapping[Kind, tuple[str, ...]] | None = None,
    ) -> None:
        self._get = partial(transport.send, "GET")
        self._sent = transport.sent
        self._projection = projection or {}
        self.url = transport.url
        self.service = service

    def __repr__(self) -> str:
        return f"ScimReader({self.url})"

    @property
    def requests(self) -> int:
        """Return how many requests were sent so far."""
        return self._sent.total()

    def list_all(self, kind: Kind, **params: str) -> Listing:
        """Read every object of *kind*, with the proof that it is every one, or without.

        With a projection, objects show what that names and no more. Several lists may be read at a
        time. A filtered list is read page by page in the calling thread, to which its requests
        count, and is not looked at twice: the list of all was.
        """
        endpoint, size = ENDPOINTS[kind], self.service.page_size
        names = self._projection.get(kind, ())
        asked = {**params, "attributes": ",".join(names)} if names else params

        def fetch(page: Mapping[str, str | int]) -> ListResponse:
            answer = self._get(endpoint, params={**asked, **self._counted(page)})
            return read_list(f"GET {endpoint}", answer.body, answer.size)

        if Quirk.CURSOR_PAGING in self.service.quirks:
            return read_cursor_pages(endpoint.lower(), size, fetch, twice=not params)
        abreast = 1 if params else self.service.concurrency
        return read_index_pages(endpoint.lower(), size, fetch, abreast=abreast, twice=not params)

    def _counted(self, page: Mapping[str, str | int]) -> Mapping[str, str | int]:
        """Return *page* as the server counts: from 1, or from 0."""
        if Quirk.COUNTS_FROM_ZERO not in self.service.quirks or "startIndex" not in page:
            return page
        return {**page, "startIndex": int(page["startIndex"]) - 1}

    def find(self, question: LookUp) -> tuple[dict[str, Any], ...]:
        """Return the objects that hold a value; what differs only by case is found too.

        Raise `TransportError` where others came back: then the filter is ignored, and neither
        finding nor missing somebody means anything. So does an object without an id.
        """
        endpoint = ENDPOINTS[question.kind]
        params = {"filter": f"{question.path} eq {literal(question.value)}"}
        answer = self._get(endpoint, params=params)
        found = read_list(f"GET {endpoint}", answer.body).resources
        definition = AttributeDefinition(question.path)
        if not all(_holds(item, question, definition) for item in found):
            raise TransportError(
                f"GET {endpoint}: the filter on {question.path} is not obeyed, others came back",
                hint="What this filter does not find proves nothing here.",
            )
        if not all(item.get("id") for item in found):
            raise TransportError(f"GET {endpoint}: the filter finds an object without an id")
        return tuple(found)

    def read(
        self, kind: Kind, live_id: str, *, attributes: Sequence[str] = ()
    ) -> dict[str, Any] | None:
        """Return one object, or these attributes of it; None where it does not exist."""
        params = {"attributes": ",".join(attributes)} if attributes else None
        try:
            found = resource_in(self._get(path_of(kind, live_id), params=params).body)
        except ScimError as error:
            if error.status == 404:  # noqa: PLR2004 -- RFC 7644 §3.12: not found
                return None
            raise
        if found is None:
            raise TransportError(f"GET {path_of(kind, live_id)}: the answer is no {kind}")
        if not is_of(found, live_id):
            raise TransportError(f"GET {path_of(kind, live_id)}: the answer is another {kind}")
        return found

    def me(self) -> str | None:
        """Return the id of the account behind the token (RFC 7644 §3.11); most do not say."""
        try:
            body = self._get("Me").body
        except TargetError:
            return None
        found = lookup(body or {}, "id")
        return str(found) if found else None

    def describe(self, document: str) -> Mapping[str, Any] | None:
        """Return a discovery document (RFC 7644 §4): for example Schemas."""
        return self._get(document).body

    def members_of(self, group_id: str) -> Listing:
        """Return the members of a group that does not show them: one query on users."""
        return self.list_all(Kind.USER, filter=f"groups.value eq {literal(group_id)}")

    def members_by_filter(self, group_ids: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Return the member ids of groups that do not show them, one query on users each."""
        return {
            group: frozenset(str(item["id"]) for item in self.members_of(group).resources)
            for group in group_ids
        }


def _holds(item: Mapping[str, Any], question: LookUp, definition: AttributeDefinition) -> bool:
    return is_equal(str(read_path(question.path, item)), question.value, definition)


def path_of(kind: Kind, live_id: str) -> str:
    """Return the path of one object; raise `TransportError` for an id that would be another's."""
    if live_id in _NOT_IDS:
        raise TransportError(f"{live_id!r} as the id of a {kind} would mean another address")
    return f"{ENDPOINTS[kind]}/{quote(live_id, safe='')}"


def is_of(resource: Mapping[str, Any], live_id: str) -> bool:
    """Tell whether *resource* is the object with that id; a list may write its id in another case.

    One server was asked for one and answered with another: its mistake must not become ours.
    """
    return str(resource.get("id")).casefold() == live_id.casefold()


def resource_in(body: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the object that an answer shows; None where it shows none."""
    found = {} if body is None else tidied(body)
    return found if found.get("id") else None
