"""Take a snapshot: everything that is live at a target, with the proof that it is everything."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.model.resource import Expected, Live, LookUp, Snapshot
from reconciler.model.service import Quirk
from reconciler.model.values import Kind
from reconciler.scim.lists.listing import Listing
from reconciler.scim.reader import ScimReader
from reconciler.scim.reading.absence import look_up_all
from reconciler.scim.reading.members import read_members, read_memberships
from reconciler.scim.reading.one_by_one import read_one_by_one
from reconciler.scim.reading.proof import Proof, Shown, check_list

__all__ = ["read_members", "read_snapshot"]

_NOTHING = Expected()


def read_snapshot(
    reader: ScimReader,
    *,
    now: datetime,
    look_ups: Sequence[LookUp] = (),
    expected: Expected = _NOTHING,
    read_groups: bool = True,
) -> Snapshot:
    """Read users and groups, and hold the lists against what is *expected*.

    Where a list is not proven complete, ask for each of *look_ups* that it does not answer. Raise
    `TargetError` where the target cannot be read at all.
    """
    before = reader.requests
    kinds = (Kind.USER, Kind.GROUP) if read_groups else (Kind.USER,)
    if Quirk.FILTER_ONLY in reader.service.quirks:
        return _sought(reader, now, kinds, look_ups, expected)
    listings = _listings(reader, kinds)
    users = tuple(Live(Kind.USER, str(item["id"]), item) for item in listings[Kind.USER].resources)
    rows = listings[Kind.GROUP].resources if Kind.GROUP in listings else ()
    groups, said = read_memberships(reader, rows, users)
    found, whole = _Found(), list[Shown]()
    for kind, listing in listings.items():
        shown = Shown(kind, users if kind is Kind.USER else groups)
        proof = check_list(reader, shown, expected, tuple(_strangers(groups, kind)))
        found.add(listing, proof)
        if proof.disproved or not listing.complete:
            questions = [item for item in look_ups if item.kind is kind]
            found.add_answers(*look_up_all(reader, shown, questions))
        else:
            whole.append(shown)
    if not found.complete:
        found.add_answers((), _absent_from(whole, look_ups))
    everybody = (*users, *found.hidden_of(Kind.USER))
    left_out = [live.resource for live in found.hidden_of(Kind.GROUP)]
    hidden_groups, said_of_hidden = read_memberships(reader, left_out, everybody)
    return Snapshot(
        taken=now,
        users=everybody,
        groups=(*groups, *hidden_groups),
        complete=found.complete,
        evidence=(*found.evidence, *filter(None, (said, said_of_hidden))),
        absent=frozenset(found.absent),
        self_id=reader.me(),
        requests=reader.requests - before,
    )


def _sought(
    reader: ScimReader,
    now: datetime,
    kinds: Sequence[Kind],
    look_ups: Sequence[LookUp],
    expected: Expected,
) -> Snapshot:
    before = reader.requests
    found = {kind: read_one_by_one(reader, kind, look_ups, expected) for kind in kinds}
    users = found[Kind.USER].lives
    rows = [live.resource for live in found[Kind.GROUP].lives] if Kind.GROUP in found else []
    groups, said = read_memberships(reader, rows, users)
    return Snapshot(
        taken=now,
        users=users,
        groups=groups,
        complete=False,
        evidence=(*(item.evidence for item in found.values()), *filter(None, (said,))),
        absent=frozenset[LookUp]().union(*(item.absent for item in found.values())),
        self_id=reader.me(),
        requests=reader.requests - before,
        one_by_one=True,
    )


@dataclass(slots=True)
class _Found:
    """What became known beside the lists: who is hidden, who is proven absent."""

    hidden: dict[tuple[Kind, str], Live] = field(default_factory=dict)
    absent: set[LookUp] = field(default_factory=set)
    evidence: list[str] = field(default_factory=list)
    complete: bool = True

    def add(self, listing: Listing, proof: Proof) -> None:
        self.complete &= listing.complete and not proof.disproved
        self.evidence.append("; ".join(filter(None, (listing.evidence, proof.evidence))))
        self.hidden.update(((live.kind, live.id), live) for live in proof.hidden)

    def add_answers(self, hidden: Iterable[Live], absent: Iterable[LookUp]) -> None:
        self.hidden.update(((live.kind, live.id), live) for live in hidden)
        self.absent.update(absent)

    def hidden_of(self, kind: Kind) -> list[Live]:
        return [live for live in self.hidden.values() if live.kind is kind]


def _absent_from(whole: Iterable[Shown], look_ups: Sequence[LookUp]) -> Iterator[LookUp]:
    """Yield what a list that is proven leaves unanswered, whatever became of the other list."""
    for shown in whole:
        for question in look_ups:
            if question.kind is shown.kind and not shown.answers(question):
                yield question


def _listings(reader: ScimReader, kinds: Sequence[Kind]) -> dict[Kind, Listing]:
    with ThreadPoolExecutor(max_workers=len(kinds)) as pool:
        return dict(zip(kinds, pool.map(reader.list_all, kinds), strict=True))


def _strangers(groups: Sequence[Live], kind: Kind) -> Iterator[str]:
    """Yield the members that must be of *kind*: those that are no groups must be users."""
    if kind is Kind.USER:
        nested = {group.id for group in groups}
        for group in groups:
            yield from sorted((group.members or frozenset()) - nested)
