"""Take a snapshot: everything that is live at a target, with the proof that it is everything."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from reconciler.errors import TargetError
from reconciler.model.path import lookup
from reconciler.model.resource import Live, LookUp, Snapshot
from reconciler.model.target import Quirk
from reconciler.model.values import Kind
from reconciler.scim.client import ScimClient
from reconciler.scim.listing import Listing


def read_snapshot(
    client: ScimClient,
    *,
    now: datetime,
    look_ups: Sequence[LookUp] = (),
    read_groups: bool = True,
) -> Snapshot:
    """Read users and groups. Where a list is not proven complete, ask for each of *look_ups*.

    Raise `TargetError` where the target cannot be read at all.
    """
    before = client.requests
    with ThreadPoolExecutor(max_workers=2) as pool:
        later = pool.submit(client.list_all, Kind.GROUP) if read_groups else None
        listings = {Kind.USER: client.list_all(Kind.USER)}
        if later is not None:
            listings[Kind.GROUP] = later.result()
    users = _lives(Kind.USER, listings[Kind.USER].resources)
    groups = _groups(client, listings.get(Kind.GROUP), users)
    open_questions = [item for item in look_ups if not _is_complete(listings, item.kind)]
    found, absent = _ask(client, open_questions, (*users, *groups))
    return Snapshot(
        taken=now,
        users=(*users, *(live for live in found if live.kind is Kind.USER)),
        groups=(*groups, *(live for live in found if live.kind is Kind.GROUP)),
        complete=all(listing.complete for listing in listings.values()),
        evidence=tuple(listing.evidence for listing in listings.values()),
        absent=absent,
        self_id=client.me(),
        requests=client.requests - before,
    )


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


def _is_complete(listings: Mapping[Kind, Listing], kind: Kind) -> bool:
    return kind not in listings or listings[kind].complete


def _lives(kind: Kind, resources: Iterable[dict[str, Any]]) -> tuple[Live, ...]:
    return tuple(Live(kind, str(item["id"]), item) for item in resources)


def _groups(client: ScimClient, listing: Listing | None, users: Sequence[Live]) -> tuple[Live, ...]:
    if listing is None:
        return ()
    names = {live.display.casefold(): live.id for live in users}
    if Quirk.MEMBERS_BY_USER_FILTER not in client.service.quirks:
        return tuple(
            Live(Kind.GROUP, str(item["id"]), item, read_members(item, names))
            for item in listing.resources
        )
    members = client.members_by_filter(str(item["id"]) for item in listing.resources)
    return tuple(
        Live(Kind.GROUP, str(item["id"]), item, members[str(item["id"])])
        for item in listing.resources
    )


def _ask(
    client: ScimClient, questions: Sequence[LookUp], known: Sequence[Live]
) -> tuple[tuple[Live, ...], frozenset[LookUp]]:
    """Look up what an incomplete list may hide; believe «nobody» only from a proven filter."""
    found: dict[str, Live] = {live.id: live for live in known}
    absent: set[LookUp] = set()
    proven: dict[str, bool] = {}
    filterable = {name.casefold() for name in client.service.filterable}
    for question in questions:
        if question.path.identity not in filterable:
            continue  # Nothing that this server answers would prove anything.
        path = f"{question.kind} {question.path.identity}"
        if path not in proven:
            proven[path] = _filter_works(client, question, known)
        hits = _try(client, question)
        for hit in hits or ():
            live_id = str(hit.get("id") or "")
            if live_id and live_id not in found:
                members = read_members(hit, {}) if question.kind is Kind.GROUP else None
                found[live_id] = Live(question.kind, live_id, hit, members)
        if hits == () and proven[path]:
            absent.add(question)
    old = {live.id for live in known}
    return tuple(live for key, live in found.items() if key not in old), frozenset(absent)


def _filter_works(client: ScimClient, question: LookUp, known: Sequence[Live]) -> bool:
    """Prove a filter: it finds somebody who is there, and nobody for a value nobody has."""
    attribute = str(question.path)
    sample = next(
        (
            str(value)
            for live in known
            if live.kind is question.kind and (value := lookup(live.resource, attribute))
        ),
        None,
    )
    if sample is None:
        return False
    nobody = f"nobody-{uuid.uuid5(uuid.NAMESPACE_URL, sample)}"
    finds = _try(client, LookUp(question.kind, question.path, sample))
    misses = _try(client, LookUp(question.kind, question.path, nobody))
    return bool(finds) and misses == ()


def _try(client: ScimClient, question: LookUp) -> tuple[dict[str, Any], ...] | None:
    try:
        return client.find(question)
    except TargetError:
        return None
