"""Read a whole list, and say how far it is proven to be whole.

Servers lie about totals, cap pages, repeat them, ignore startIndex. The rules: advance by the rows
received, stop when a page brings nothing new, and call it complete only where the unique ids are
as many as the total that every page gave.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import ScimError
from reconciler.scim.wire import ListResponse

MOST_PAGES = 100_000
_LIES = frozenset({50, 100})
"""Totals that servers were seen to give for a page where there is more: these are probed once."""

FetchPage = Callable[[dict[str, str | int]], ListResponse]


@dataclass(frozen=True, slots=True)
class Listing:
    """All that a list gave, each id once. *evidence* is one sentence for people."""

    resources: tuple[dict[str, Any], ...]
    complete: bool
    evidence: str


@dataclass(slots=True)
class _Collected:
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    totals: set[int | None] = field(default_factory=set)
    pages: int = 0
    repeats: int = 0
    nameless: int = 0

    def add(self, page: ListResponse) -> int:
        """Take a page in; return how many of its objects are new."""
        before = len(self.by_id)
        self.pages += 1
        self.totals.add(page.total)
        for item in page.resources:
            key = item.get("id")
            if key in (None, ""):
                self.nameless += 1
            elif str(key) in self.by_id:
                self.repeats += 1
            else:
                self.by_id[str(key)] = item
        return len(self.by_id) - before


def read_index_pages(noun: str, page_size: int, fetch: FetchPage) -> Listing:
    """Read by startIndex and count (RFC 7644 §3.4.2.4)."""
    found = _Collected()
    for page in _index_pages(found, page_size, fetch):
        new = found.add(page)
        if not page.resources or not new:
            break
        if len(found.by_id) == page.total:
            probes = found.pages == 1 and page.total in {*_LIES, page_size}
            if not probes:
                break
    return _judge(noun, found)


def _index_pages(found: _Collected, page_size: int, fetch: FetchPage) -> Iterator[ListResponse]:
    start, count = 1, page_size
    for _ in range(MOST_PAGES):
        try:
            page = fetch({"startIndex": start, "count": count})
        except ScimError as error:
            if found.pages or count <= 1 or error.status in (401, 403, 404):
                raise
            count = count // 10 or 1  # Some refuse a large count: 400, 422, even 500.
            continue
        yield page
        start += len(page.resources)


def read_cursor_pages(noun: str, page_size: int, fetch: FetchPage) -> Listing:
    """Read by cursor (RFC 9865); a page may be short or empty while there is a next cursor."""
    found = _Collected()
    cursor, seen = "", set()
    while cursor not in seen and found.pages < MOST_PAGES:
        seen.add(cursor)
        page = fetch({"cursor": cursor, "count": page_size})
        found.add(page)
        if page.next_cursor is None:
            found.totals.discard(None)
            return _judge(noun, found, ended=True)
        cursor = page.next_cursor
    return _judge(noun, found)


def _judge(noun: str, found: _Collected, *, ended: bool = False) -> Listing:
    """Call the list complete where the numbers prove it; say the numbers either way."""
    count, resources = len(found.by_id), tuple(found.by_id.values())
    pages = f"{_counted(count, noun)} in {_counted(found.pages, 'pages')}"
    if found.nameless:
        return Listing(resources, complete=False, evidence=f"{pages}, {found.nameless} without id")
    if ended and found.totals <= {count} and not found.repeats:
        return Listing(resources, complete=True, evidence=f"{pages}, the last cursor reached")
    totals = sorted(total for total in found.totals if total is not None)
    if None in found.totals or not totals:
        return Listing(resources, complete=False, evidence=f"{pages}, no totalResults")
    said = f"totalResults {totals[0]:,}"
    if len(totals) > 1:
        said = f"totalResults between {totals[0]:,} and {totals[-1]:,}"
    if found.repeats:
        # Where a page beyond the end repeats rows, startIndex may mean nothing at all.
        said += f", and {found.repeats:,} rows came twice"
    complete = totals == [count] and not found.repeats
    return Listing(resources, complete=complete, evidence=f"{pages}, {said}")


def _counted(count: int, plural: str) -> str:
    return f"{count:,} {plural[:-1] if count == 1 else plural}"
