"""Take a snapshot: everything that is live at a target, with the proof that it is everything."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reconciler.model.path import lookup
from reconciler.model.resource import Expected, Live, LookUp, Snapshot
from reconciler.model.target import Quirk
from reconciler.model.values import Kind
from reconciler.scim.absence import look_up_all
from reconciler.scim.client import ScimClient
from reconciler.scim.listing import Listing
from reconciler.scim.proof import Proof, Shown, check_list

_NOTHING = Expected()


def read_snapshot(
    client: ScimClient,
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
    before = client.requests
    listings = _listings(client, (Kind.USER, Kind.GROUP) if read_groups else (Kind.USER,))
    users = tuple(Live(Kind.USER, str(item["id"]), item) for item in listings[Kind.USER].resources)
    names = {live.display.casefold(): live.id for live in users}
    rows = listings[Kind.GROUP].resources if Kind.GROUP in listings else ()
    groups = _groups(client, rows, names)
    found = _Found()
    for kind, listing in listings.items():
        shown = Shown(kind, users if kind is Kind.USER else groups)
        proof = check_list(client, shown, expected, _strangers(groups, kind))
        found.add(listing, proof)
        if proof.disproved or not listing.complete:
            questions = [item for item in look_ups if item.kind is kind]
            found.add_answers(*look_up_all(client, shown, questions))
    hidden = [live.resource for live in found.hidden_of(Kind.GROUP)]
    return Snapshot(
        taken=now,
        users=(*users, *found.hidden_of(Kind.USER)),
        groups=(*groups, *_groups(client, hidden, names)),
        complete=found.complete,
        evidence=tuple(found.evidence),
        absent=frozenset(found.absent),
        self_id=client.me(),
        requests=client.requests - before,
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


def read_members(resource: Mapping[str, Any], users: Mapping[str, str]) -> frozenset[str] | None:
    """Return the member ids of a group; *users* maps folded userNames to ids.

    Some servers put the userName where the id belongs; None means that nobody can tell.
    """
    members = lookup(resource, "members")
    if members is None:
        return frozenset()
    if not isinstance(members, list):
        return None
    values = [lookup(item, "value") if isinstance(item, Mapping) else item for item in members]
    if any(value in (None, "") for value in values):
        return None
    known = set(users.values())
    return frozenset(
        str(value) if str(value) in known else users.get(str(value).casefold(), str(value))
        for value in values
    )


def _listings(client: ScimClient, kinds: Sequence[Kind]) -> dict[Kind, Listing]:
    with ThreadPoolExecutor(max_workers=len(kinds)) as pool:
        return dict(zip(kinds, pool.map(client.list_all, kinds), strict=True))


def _groups(
    client: ScimClient, rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]
) -> tuple[Live, ...]:
    if Quirk.MEMBERS_BY_USER_FILTER not in client.service.quirks:
        members = {str(row["id"]): read_members(row, names) for row in rows}
    else:
        members = dict(client.members_by_filter(str(row["id"]) for row in rows))
    return tuple(Live(Kind.GROUP, str(row["id"]), row, members[str(row["id"])]) for row in rows)


def _strangers(groups: Sequence[Live], kind: Kind) -> Iterator[str]:
    """Yield the members that must be of *kind*: those that are no groups must be users."""
    if kind is Kind.USER:
        nested = {group.id for group in groups}
        for group in groups:
            yield from sorted((group.members or frozenset()) - nested)
