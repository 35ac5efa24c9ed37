"""Matrix: groups × users, live beside desired, no larger than a page can show."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from reconciler.model.drift_report import AccessMatrix, MatrixLine, Membership
from reconciler.model.resource import Live, Snapshot, Wanted
from reconciler.model.target import Standing
from reconciler.model.values import Kind, Ref

_ROWS: Final = 60
_COLUMNS: Final = 120


def build_matrix(
    wanted: Sequence[Wanted], snapshot: Snapshot, ids: Mapping[Ref, str]
) -> AccessMatrix:
    """Return the membership of our groups, those that differ most first.

    *ids* are the live ids of whoever is paired. Groups whose members cannot be read have no row.
    """
    names = {live_id: ref.key for ref, live_id in ids.items() if ref.kind is Kind.USER}
    rows = list(_rows(wanted, snapshot, ids, names))
    everybody = {name for _, members in rows for name in members}
    rows.sort(key=lambda row: (-_differences(row[1]), not row[0].privileged, row[0].name))
    shown = rows[:_ROWS]
    columns = _columns([members for _, members in shown])[:_COLUMNS]
    place = {name: number for number, name in enumerate(columns)}
    displays = _displays(snapshot.users, names)
    return AccessMatrix(
        groups=tuple(line for line, _ in shown),
        users=tuple(MatrixLine(name, displays.get(name, name)) for name in columns),
        cells={
            (number, place[name]): membership
            for number, (_, members) in enumerate(shown)
            for name, membership in members.items()
            if name in place
        },
        all_groups=len(rows),
        all_users=len(everybody),
    )


_Row = tuple[MatrixLine, dict[str, Membership]]


def _rows(
    wanted: Iterable[Wanted],
    snapshot: Snapshot,
    ids: Mapping[Ref, str],
    names: Mapping[str, str],
) -> Iterator[_Row]:
    groups = {live.id: live for live in snapshot.groups}
    for item in wanted:
        if item.members is None or item.standing is not Standing.ACTIVE:
            continue
        live = groups.get(ids.get(item.ref, ""))
        members = frozenset[str]() if live is None else live.members
        if members is None:
            continue
        there = {names.get(one, f"id:{one}") for one in members}
        line = MatrixLine(item.key, item.display, item.source.sensitive)
        yield line, _members(there, item.members)


def _members(there: set[str], wanted: Mapping[str, object]) -> dict[str, Membership]:
    found = dict.fromkeys(there & wanted.keys(), Membership.AGREED)
    found |= dict.fromkeys(there - wanted.keys(), Membership.EXTRA)
    return found | dict.fromkeys(wanted.keys() - there, Membership.MISSING)


def _differences(members: Mapping[str, Membership]) -> int:
    return sum(membership is not Membership.AGREED for membership in members.values())


def _columns(rows: Sequence[Mapping[str, Membership]]) -> list[str]:
    """Return the names of the members, those that differ most often first."""
    differing, all_of = Counter[str](), Counter[str]()
    for members in rows:
        all_of.update(members.keys())
        differing.update(name for name, found in members.items() if found is not Membership.AGREED)
    return sorted(all_of, key=lambda name: (-differing[name], -all_of[name], name))


def _displays(users: Iterable[Live], names: Mapping[str, str]) -> dict[str, str]:
    return {names.get(live.id, f"id:{live.id}"): live.display for live in users}
