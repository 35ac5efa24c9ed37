"""Lists as servers really give them: what was read, and whether it is called complete."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import ScimError
from reconciler.scim.http.wire import ListResponse
from reconciler.scim.lists.paging import MOST_FRUITLESS, read_cursor_pages, read_index_pages


class Server:
    """Rows behind pages; each way of lying is a number or a word.

    *cap* is the most rows of a page, *cut* the place after which no row is shown or counted,
    *most* the largest count that is not refused, *short* where pages begin that give less than
    asked, *hidden* the ids that are counted and never shown.
    """

    cap, cut, most = 10_000, None, 10_000
    total, start = "true", "obeyed"
    short = hidden = frozenset()

    def __init__(self, rows, **lies):
        self.rows = [{"id": f"{number:04}"} for number in range(rows)]
        vars(self).update(lies)
        self.rows = self.rows[: self.cut]
        self.asked = []
        self.busy = self.busiest = 0
        self.lock = threading.Lock()

    @property
    def requests(self):
        """How many requests it took, refusals included."""
        return len(self.asked)

    def __call__(self, params):
        with self.lock:
            self.asked.append(params.get("startIndex", 1))
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
        try:
            return self.answer(params)
        finally:
            with self.lock:
                self.busy -= 1

    def answer(self, params):
        if params.get("count", 0) > self.most:
            raise ScimError(400 if self.most else 500, "count is too large")
        start = params.get("startIndex", 1) - 1
        if self.start == "refused" and start >= len(self.rows):
            raise ScimError(400, "beyond the end")
        if self.start == "ignored" or (self.start == "wraps" and start >= len(self.rows)):
            start = 0
        if self.start == "from-zero":
            start += 1
        size = min(params.get("count", 10_000), self.cap)
        page = self.rows[start : start + size]
        if start in self.short:
            page = page[:-3]
        page = [item for item in page if item["id"] not in self.hidden]
        totals = {"true": len(self.rows), "page": len(page), "none": None, "moving": self.requests}
        total = totals[self.total] if isinstance(self.total, str) else self.total
        return ListResponse(resources=page, total=total)


CASES = {
    "honest": (Server(250), 250, True, 4),
    "empty": (Server(0), 0, True, 1),
    "alone": (Server(1), 1, True, 2),
    "alone-and-nothing-beyond-is-answered": (Server(1, start="refused"), 1, True, 2),
    "one-thousand": (Server(1000), 1000, True, 11),
    "exactly-one-page": (Server(100), 100, True, 2),
    "capped-below-what-was-asked": (Server(45, cap=20), 45, True, 4),
    "capped-at-one": (Server(3, cap=1), 3, True, 4),
    "large-counts-refused": (Server(25, most=10), 25, True, 5),
    "every-count-refused": (Server(25, most=0), 25, True, 4),
    "nothing-beyond-the-end-is-answered": (Server(100, start="refused"), 100, True, 2),
    "begins-anew-beyond-the-end": (Server(100, start="wraps"), 100, True, 2),
    "one-and-the-same-everywhere": (Server(1, start="wraps"), 1, False, 2),
    "total-is-the-length-of-the-page": (Server(130, cap=50, total="page"), 130, False, 5),
    "total-is-the-length-of-an-odd-page": (Server(60, cap=7, total="page"), 60, False, 11),
    "total-is-the-length-of-a-page-of-one": (Server(3, cap=1, total="page"), 3, False, 5),
    "total-stops-counting": (Server(250, total=200), 250, False, 5),
    "total-stops-counting-at-an-odd-place": (Server(207, total=203, cap=7), 207, False, 32),
    "start-ignored": (Server(250, cap=20, start="ignored"), 20, False, 2),
    "start-ignored-and-total-is-the-page": (
        Server(99, cap=9, start="ignored", total=9),
        9,
        False,
        2,
    ),
    "start-ignored-and-count-too": (Server(99, start="ignored"), 99, False, 2),
    "start-counts-from-zero": (Server(150, start="from-zero"), 149, False, 3),
    "no-totals": (Server(150, total="none"), 150, False, 3),
    "total-moves": (Server(150, total="moving"), 150, False, 3),
    "total-promises-more": (Server(30, total=50), 30, False, 2),
    "a-short-page-on-the-way": (Server(450, short={200}), 450, True, 6),
    "rows-missing-from-page-two": (Server(250, hidden={"0110", "0111"}), 248, False, 4),
    "rows-missing-from-the-only-page": (Server(60, hidden={"0050"}), 59, False, 2),
}
"""The server, how many are found, whether that is called complete, and the requests it takes."""


@pytest.mark.parametrize("abreast", [1, 4])
@pytest.mark.parametrize(("server", "found", "complete", "requests"), CASES.values(), ids=CASES)
def test_a_list_is_read_and_judged(server, found, complete, requests, abreast):
    server.asked.clear()
    listing = read_index_pages("users", 100, server, abreast=abreast)
    assert len(listing.resources) == found
    assert listing.complete is complete, listing.evidence
    assert requests <= server.requests <= requests + abreast - 1
    assert listing.evidence


@given(rows=st.integers(0, 700), size=st.integers(1, 300), cap=st.integers(1, 300))
def test_an_honest_server_is_believed_whatever_its_size_and_its_pages(rows, size, cap):
    listing = read_index_pages("users", size, Server(rows, cap=cap), abreast=3)
    assert [item["id"] for item in listing.resources] == [f"{n:04}" for n in range(rows)]
    assert listing.complete, listing.evidence


@pytest.mark.parametrize("rows", [50, 100, 200, 256, 500, 1000, 10_000])
@pytest.mark.parametrize("size", [50, 100, 200, 1000])
def test_an_honest_server_of_a_round_size_is_believed_for_one_request_more(rows, size):
    server = Server(rows)
    assert read_index_pages("users", size, server).complete
    assert server.requests == -(-rows // size) + 1


@given(
    rows=st.integers(2, 700),
    size=st.integers(1, 300),
    cap=st.integers(1, 300),
    said=st.integers(1, 699) | st.just("page"),
    start=st.sampled_from(["obeyed", "ignored"]),
)
def test_a_list_that_shows_less_than_there_is_is_never_believed(rows, size, cap, said, start):
    """Whatever the total stops at, and wherever a page does: if one row is hidden, it shows."""
    listing = read_index_pages("users", size, Server(rows, cap=cap, total=said, start=start))
    assert not listing.complete or len(listing.resources) == rows


@pytest.mark.parametrize("cut", [7, 50, 200, 500, 1000])
def test_a_list_that_is_cut_and_counted_so_looks_whole_from_here(cut):
    """Nothing in the list tells: what else is known of the target must (test_proof.py)."""
    assert read_index_pages("users", 100, Server(2000, cut=cut)).complete


def test_pages_are_read_abreast_and_stand_in_their_order():
    class Slow(Server):
        def answer(self, params):
            time.sleep(0.02 * (params["startIndex"] % 3))
            return super().answer(params)

    server = Slow(500, cap=20)
    listing = read_index_pages("users", 100, server, abreast=4)
    assert [item["id"] for item in listing.resources] == [f"{n:04}" for n in range(500)]
    assert listing.complete
    assert server.busiest == 4
    assert server.requests == 26
    assert server.asked[:2] == [1, 21]


def test_a_total_without_end_costs_no_more_than_the_pages_under_way():
    server = Server(250, total=10**12, cap=50)
    listing = read_index_pages("users", 50, server, abreast=4)
    assert len(listing.resources) == 250
    assert server.requests <= 2 + 3 + 4


def test_what_fails_abreast_fails_the_list():
    class Failing(Server):
        def answer(self, params):
            if params["startIndex"] == 61:
                raise ScimError(500, "boom")
            return super().answer(params)

    with pytest.raises(ScimError, match="boom"):
        read_index_pages("users", 20, Failing(200), abreast=4)


def test_a_refused_second_look_proves_nothing():
    class Once(Server):
        def answer(self, params):
            if params["count"] == 2:
                raise ScimError(500, "boom")
            return super().answer(params)

    listing = read_index_pages("users", 100, Once(30))
    assert not listing.complete
    assert "a second look at the end was refused (500)" in listing.evidence


def test_rows_without_an_id_prove_nothing():
    listing = read_index_pages(
        "users", 100, lambda _: ListResponse(resources=[{"id": "1"}, {"userName": "x"}], total=1)
    )
    assert not listing.complete
    assert "1 without id" in listing.evidence


@pytest.mark.parametrize(
    ("server", "evidence"),
    [
        (Server(1000), "1,000 users in 10 pages, totalResults 1,000, nothing after the last"),
        (Server(0), "0 users in 1 page, totalResults 0"),
        (Server(30, total=50), "30 users in 2 pages, totalResults 50"),
        (
            Server(60, cap=50, total=50),
            "60 users in 3 pages, totalResults 50, more came after the end",
        ),
        (
            Server(20, start="ignored"),
            "20 users in 1 page, totalResults 20, 2 came again from place 20 on",
        ),
    ],
)
def test_the_evidence_says_the_numbers(server, evidence):
    assert read_index_pages("users", 100, server).evidence == evidence


def test_a_list_that_is_not_proven_but_offers_a_cursor_says_so():
    page = ListResponse(resources=[{"id": "1"}], next_cursor="more")
    assert "try the quirk cursor_paging" in read_index_pages("users", 1, lambda _: page).evidence


def test_a_refusal_that_is_no_matter_of_size_is_passed_on():
    def refuse(_):
        raise ScimError(401, "no token")

    with pytest.raises(ScimError, match="401"):
        read_index_pages("users", 100, refuse)


def cursors(pages):
    """Serve scripted pages: cursor → (ids, next cursor); a count of one is a page of its own."""

    def fetch(params):
        ids, following = pages[params["cursor"]]
        if params["count"] == 1 and len(ids) > 1:
            ids, following = ids[:1], "rest"
        return ListResponse(resources=[{"id": item} for item in ids], next_cursor=following)

    return fetch


def test_cursor_pages_may_be_short_or_empty():
    pages = {"": (["1"], "a"), "a": ([], "b"), "b": (["2", "3"], None)}
    listing = read_cursor_pages("users", 100, cursors(pages))
    assert [item["id"] for item in listing.resources] == ["1", "2", "3"]
    assert listing.complete
    assert listing.evidence == "3 users in 3 pages, the last cursor reached"


def test_cursors_that_go_round_prove_nothing():
    pages = {"": (["1"], "a"), "a": (["2"], "a")}
    listing = read_cursor_pages("users", 100, cursors(pages))
    assert len(listing.resources) == 2
    assert not listing.complete


def test_cursors_that_lead_nowhere_are_left_after_a_while():
    listing = read_cursor_pages(
        "users", 100, lambda params: ListResponse(next_cursor=params["cursor"] + "x")
    )
    assert not listing.complete
    assert f"{MOST_FRUITLESS} pages, the cursors lead nowhere" in listing.evidence


def test_one_page_by_cursor_is_believed_where_cursors_are_known():
    assert read_cursor_pages("users", 100, cursors({"": (["1", "2"], None)})).complete
    assert read_cursor_pages("users", 100, cursors({"": (["1"], None)})).complete
    assert read_cursor_pages("users", 100, cursors({"": ([], None)})).complete


def test_a_server_that_ignores_cursors_shows_its_first_page_and_is_not_believed():
    rows = [{"id": str(number)} for number in range(50)]
    listing = read_cursor_pages("users", 100, lambda _: ListResponse(resources=rows, total=50))
    assert not listing.complete
    assert "cursors mean nothing here" in listing.evidence


def test_a_total_that_the_cursors_do_not_reach_proves_nothing():
    pages = [ListResponse(resources=[{"id": "1"}], total=5, next_cursor="a"), ListResponse(total=5)]
    listing = read_cursor_pages("users", 100, lambda _: pages.pop(0))
    assert not listing.complete
    assert listing.evidence == "1 user in 2 pages, the last cursor reached, totalResults 5"


@pytest.mark.parametrize("read", [read_index_pages, read_cursor_pages])
def test_a_list_without_end_is_given_up(read):
    asked = []

    def fetch(_):
        asked.append(1)
        rows = [{"id": f"{len(asked)}-{row}"} for row in range(2)]
        return ListResponse(
            resources=rows, total=2 * len(asked) + 2, next_cursor=f"c{len(asked)}", size=1 << 30
        )

    listing = read("users", 2, fetch)
    assert not listing.complete
    assert "no end after 4 pages and 4,096 MiB" in listing.evidence
    assert len(asked) == 4
