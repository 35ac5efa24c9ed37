"""Lists as servers really give them: what was read, and whether it is called complete."""

import pytest

from reconciler.errors import ScimError
from reconciler.scim.paging import read_cursor_pages, read_index_pages
from reconciler.scim.wire import ListResponse


class Server:
    """Rows behind pages; each way of lying is a number or a flag."""

    def __init__(self, rows, *, cap=10_000, total="true", start="obeyed", most=10_000):
        self.rows = [{"id": f"{number:04}"} for number in range(rows)]
        self.cap = cap
        self.total = total
        self.start = start
        self.most = most
        self.pages = 0

    def __call__(self, params):
        if params["count"] > self.most:
            raise ScimError(400, "count is too large")
        self.pages += 1
        start = params["startIndex"] - 1
        if self.start == "ignored" or (self.start == "wraps" and start >= len(self.rows)):
            start = 0
        page = self.rows[start : start + min(params["count"], self.cap)]
        totals = {"true": len(self.rows), "page": len(page), "none": None, "moving": self.pages}
        total = totals[self.total] if isinstance(self.total, str) else self.total
        return ListResponse(resources=page, total=total)


CASES = {
    "honest": (Server(250), 250, True, 3),
    "empty": (Server(0), 0, True, 1),
    "one-thousand-cost-ten-pages": (Server(1000), 1000, True, 10),
    "capped-below-what-was-asked": (Server(45, cap=20), 45, True, 3),
    "exactly-one-page-is-probed-once": (Server(100), 100, True, 2),
    "total-is-the-length-of-the-page": (Server(130, cap=50, total="page"), 130, False, 4),
    "total-capped-at-50": (Server(50, total=50), 50, True, 2),
    "start-ignored": (Server(250, cap=20, start="ignored"), 20, False, 2),
    "start-ignored-and-total-capped": (Server(100, start="ignored"), 100, False, 2),
    "begins-anew-beyond-the-end": (Server(100, start="wraps"), 100, False, 2),
    "no-totals": (Server(150, total="none"), 150, False, 3),
    "total-moves": (Server(150, total="moving"), 150, False, 3),
    "total-promises-more": (Server(30, total=50), 30, False, 2),
    "large-counts-refused": (Server(25, most=10), 25, True, 3),
}


@pytest.mark.parametrize(("server", "found", "complete", "pages"), CASES.values(), ids=CASES)
def test_a_list_is_read_and_judged(server, found, complete, pages):
    listing = read_index_pages("users", 100, server)
    assert len(listing.resources) == found
    assert listing.complete is complete
    assert server.pages == pages
    assert listing.evidence


def test_rows_without_an_id_prove_nothing():
    listing = read_index_pages(
        "users", 100, lambda _: ListResponse(resources=[{"id": "1"}, {"userName": "x"}], total=1)
    )
    assert not listing.complete
    assert "1 without id" in listing.evidence


def test_the_evidence_says_the_numbers():
    assert read_index_pages("users", 100, Server(1000)).evidence == (
        "1,000 users in 10 pages, totalResults 1,000"
    )
    assert "totalResults 50" in read_index_pages("users", 100, Server(30, total=50)).evidence


def test_a_refusal_that_is_no_matter_of_size_is_passed_on():
    def refuse(_):
        raise ScimError(401, "no token")

    with pytest.raises(ScimError, match="401"):
        read_index_pages("users", 100, refuse)


def cursors(pages):
    """Serve scripted pages: cursor → (ids, next cursor)."""

    def fetch(params):
        ids, following = pages[params["cursor"]]
        return ListResponse(resources=[{"id": item} for item in ids], next_cursor=following)

    return fetch


def test_cursor_pages_may_be_short_or_empty():
    pages = {"": (["1"], "a"), "a": ([], "b"), "b": (["2", "3"], None)}
    listing = read_cursor_pages("users", 100, cursors(pages))
    assert [item["id"] for item in listing.resources] == ["1", "2", "3"]
    assert listing.complete


def test_cursors_that_go_round_prove_nothing():
    pages = {"": (["1"], "a"), "a": (["2"], "a")}
    listing = read_cursor_pages("users", 100, cursors(pages))
    assert len(listing.resources) == 2
    assert not listing.complete
