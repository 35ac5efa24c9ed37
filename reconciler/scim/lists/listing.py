"""What the pages of a list add up to, and how far that proves that the list is whole."""

from dataclasses import dataclass, field
from typing import Any

from reconciler.scim.http.wire import ListResponse

MOST_PAGES = 100_000
MOST_BYTES = 4 << 30
"""A million large users take half of it; a list without end would take all the memory there is."""


@dataclass(frozen=True, slots=True)
class Listing:
    """All that a list gave, each id once. *evidence* is one sentence for people."""

    resources: tuple[dict[str, Any], ...]
    complete: bool
    evidence: str


@dataclass(slots=True)
class Pages:
    """The pages read so far.

    *checked*: a second look at the end agreed with them. *doubt* is what speaks against the list
    beside its numbers, in words.
    """

    noun: str
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    totals: set[int | None] = field(default_factory=set)
    read: int = 0
    size: int = 0
    longest: int = 0
    repeats: int = 0
    nameless: int = 0
    offers_cursor: bool = False
    checked: bool = False
    doubt: str | None = None

    def add(self, page: ListResponse) -> int:
        """Take a page in; return how many of its objects are new."""
        before = len(self.by_id)
        self.read += 1
        self.size += page.size
        self.longest = max(self.longest, len(page.resources))
        self.totals.add(page.total)
        self.offers_cursor |= page.next_cursor is not None
        for item in page.resources:
            key = item.get("id")
            if key in (None, ""):
                self.nameless += 1
            elif str(key) in self.by_id:
                self.repeats += 1
            else:
                self.by_id[str(key)] = item
        return len(self.by_id) - before

    def run_on(self) -> bool:
        """Tell whether so much came that the list may have no end, and note that against it."""
        if self.read < MOST_PAGES and self.size < MOST_BYTES:
            return False
        self.doubt = f"no end after {self.read:,} pages and {self.size >> 20:,} MiB"
        return True

    @property
    def agree(self) -> bool:
        """Tell whether every page gave the number of unique ids as the total."""
        return self.totals == {len(self.by_id)} and self.is_plain

    @property
    def is_plain(self) -> bool:
        """Tell whether every row had an id, and came once."""
        return not self.repeats and not self.nameless

    def knows(self, resources: list[dict[str, Any]]) -> bool:
        """Tell whether all of *resources* were read before."""
        return all(str(item.get("id") or "") in self.by_id for item in resources)


def judge_index(pages: Pages) -> Listing:
    """Call it complete where every page gave the number of unique ids as the total, and no doubt.

    A total alone proves nothing: servers give the length of the page, or stop counting.
    """
    said = _said(pages.totals)
    if pages.checked:
        said += ", nothing after the last"
    proven = pages.agree and pages.doubt is None
    listing = _listing(pages, said, proven=proven)
    if proven or not pages.offers_cursor:
        return listing
    hint = f"{listing.evidence}; it offers a cursor: try the quirk cursor_paging"
    return Listing(listing.resources, complete=False, evidence=hint)


def judge_cursor(pages: Pages, *, ended: bool) -> Listing:
    """Call it complete where the last cursor was reached and no total says otherwise (RFC 9865)."""
    totals = pages.totals - {None}
    agrees = totals <= {len(pages.by_id)}
    said = "the last cursor reached" if ended else "the cursors lead nowhere"
    if not agrees:
        said += f", {_said(totals)}"
    proven = ended and agrees and pages.doubt is None and pages.is_plain
    return _listing(pages, said, proven=proven)


def _listing(pages: Pages, said: str, *, proven: bool) -> Listing:
    parts = [f"{_counted(len(pages.by_id), pages.noun)} in {_counted(pages.read, 'pages')}", said]
    if pages.nameless:
        parts.append(f"{pages.nameless:,} without id")
    if pages.repeats:
        parts.append(f"{pages.repeats:,} came twice")
    if pages.doubt is not None:
        parts.append(pages.doubt)
    return Listing(tuple(pages.by_id.values()), complete=proven, evidence=", ".join(parts))


def _said(totals: set[int | None]) -> str:
    numbers = sorted(total for total in totals if total is not None)
    if None in totals or not numbers:
        return "no totalResults"
    if len(numbers) > 1:
        return f"totalResults between {numbers[0]:,} and {numbers[-1]:,}"
    return f"totalResults {numbers[0]:,}"


def _counted(count: int, plural: str) -> str:
    return f"{count:,} {plural[:-1] if count == 1 else plural}"
