"""Read a whole list, whatever the server makes of startIndex, count and cursors.

Servers lie about totals, cap pages, repeat them, ignore startIndex. The rules: advance by the rows
received, stop when a page brings nothing new or the total is reached, and then look a second time
where the list seems to end. That look is made for every list, so no size need be guessed.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

from reconciler.errors import ScimError
from reconciler.scim.http.wire import ListResponse
from reconciler.scim.lists.listing import Listing, Pages, judge_cursor, judge_index

MOST_FRUITLESS = 100
"""Pages in a row that may bring nothing new while a cursor promises more."""
_REFUSES_SIZE = frozenset({400, 413, 422, 500})
_REFUSES_BEYOND = frozenset({400, 404, 416, 422})
_LOST_CURSOR = frozenset({"expiredCursor", "invalidCursor"})
"""RFC 9865 §2.1: a server may forget where a list stood; nothing read so far is of one moment."""

FetchPage = Callable[[dict[str, str | int]], ListResponse]


def read_index_pages(
    noun: str, page_size: int, fetch: FetchPage, *, abreast: int = 1, twice: bool = True
) -> Listing:
    """Read by startIndex and count (RFC 7644 §3.4.2.4).

    Once a second page has shown that startIndex is obeyed, *abreast* pages are read at a time.
    Without *twice* there is no second look at the end: where another list has had it already.
    """
    pages = Pages(noun)
    count, first = _first_page(page_size, fetch)
    with closing(_index_pages(fetch, count, first, abreast)) as coming:
        _collect(pages, coming)
    if twice and pages.by_id and pages.agree:
        _look_twice(pages, fetch, count)
    return judge_index(pages)


def _collect(pages: Pages, coming: Iterator[ListResponse]) -> None:
    """Take in pages until one brings nothing new, or there are as many objects as it says."""
    for page in coming:
        new = pages.add(page)
        if not new or len(pages.by_id) == page.total or pages.run_on():
            return


def _first_page(page_size: int, fetch: FetchPage) -> tuple[int | None, ListResponse]:
    """Return the count that the server takes and the first page.

    Some refuse a large count (400, 422, even 500), some any count: these are asked without.
    """
    for count in (page_size, max(1, page_size // 10)):
        try:
            return count, _page(fetch, 1, count)
        except ScimError as error:
            if error.status not in _REFUSES_SIZE:
                raise
    return None, fetch({})


def _page(fetch: FetchPage, start: int, count: int | None) -> ListResponse:
    return fetch({"startIndex": start} if count is None else {"startIndex": start, "count": count})


def _index_pages(
    fetch: FetchPage, count: int | None, page: ListResponse, abreast: int
) -> Generator[ListResponse, None, None]:
    """Yield page after page, from the first, until whoever takes them stops."""
    yield page
    start = 1 + len(page.resources)
    while True:
        step = len(page.resources)
        page = _page(fetch, start, count)
        yield page
        start += len(page.resources)
        if abreast > 1 and page.total and len(page.resources) == step:
            starts = range(start, page.total + 1, step)
            for following in _abreast(fetch, starts, count, abreast):
                yield following
                start += len(following.resources)
                if len(following.resources) != step:
                    break  # What was asked ahead no longer follows on: go on one by one.


def _abreast(
    fetch: FetchPage, starts: range, count: int | None, abreast: int
) -> Iterator[ListResponse]:
    """Yield the pages at *starts* in their order, *abreast* of them under way.

    Not more, for the total that *starts* comes from may be any number.
    """
    ahead: deque[Future[ListResponse]] = deque()
    with ThreadPoolExecutor(max_workers=abreast) as pool:
        try:
            for start in starts:
                ahead.append(pool.submit(_page, fetch, start, count))
                if len(ahead) == abreast:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _look_twice(pages: Pages, fetch: FetchPage, count: int | None) -> None:
    """Ask for two rows from the last one on: one more request, and only the last may come.

    A server that ignores startIndex gives others, one that counts its page gives another total,
    one with more gives one more: it is read on, as far as it goes. Where pages hold a single row,
    the place behind the last is asked for, and nothing may come.
    """
    known = len(pages.by_id)
    start = known if pages.longest > 1 else known + 1
    try:
        page = _page(fetch, start, None if count is None else 2)
    except ScimError as error:
        if start > known and error.status in _REFUSES_BEYOND:
            pages.checked = True
        else:
            pages.doubt = f"a second look at the end was refused ({error.status})"
        return
    pages.totals.add(page.total)
    if not pages.knows(page.resources):
        pages.doubt = "more came after the end"
        _collect(pages, _from(fetch, known + 1, count))
    elif len(page.resources) != known - start + 1:
        pages.doubt = f"{len(page.resources)} came again from place {start:,} on"
    else:
        pages.checked = True


def _from(fetch: FetchPage, start: int, count: int | None) -> Iterator[ListResponse]:
    while True:
        page = _page(fetch, start, count)
        yield page
        start += len(page.resources)


def read_cursor_pages(
    noun: str, page_size: int, fetch: FetchPage, *, twice: bool = True
) -> Listing:
    """Read by cursor (RFC 9865); a page may be short or empty while there is a next cursor.

    Where a cursor expires on the way, it is read once more from the start. Where all came in one
    page, without a cursor for more, a second look tells whether the server knows cursors at all.
    Without *twice* it is left out.
    """
    try:
        return _read_cursors(noun, page_size, fetch, twice=twice)
    except ScimError as error:
        if error.scim_type not in _LOST_CURSOR:
            raise
    return _read_cursors(noun, page_size, fetch, twice=twice)


def _read_cursors(noun: str, page_size: int, fetch: FetchPage, *, twice: bool) -> Listing:
    pages = Pages(noun)
    cursor, seen, fruitless = "", set[str](), 0
    while cursor not in seen and not pages.run_on() and fruitless < MOST_FRUITLESS:
        seen.add(cursor)
        page = fetch({"cursor": cursor, "count": page_size})
        fruitless = 0 if pages.add(page) else fruitless + 1
        if page.next_cursor is None:
            if twice and pages.read == 1 and len(pages.by_id) > 1:
                _require_cursors(pages, fetch)
            return judge_cursor(pages, ended=True)
        cursor = page.next_cursor
    return judge_cursor(pages, ended=False)


def _require_cursors(pages: Pages, fetch: FetchPage) -> None:
    """Ask for one row: there are more, so a cursor must come with it."""
    try:
        page = fetch({"cursor": "", "count": 1})
    except ScimError as error:
        pages.doubt = f"a second look was refused ({error.status})"
        return
    if page.next_cursor is None:
        pages.doubt = "no cursor came with the first of them, so cursors mean nothing here"
