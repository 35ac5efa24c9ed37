"""Membership: who must join and who must leave each group, as sets.

Never as lists: there one member seems to become another, which in an access plan is a lie.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.model.difference import Difference
from reconciler.model.pairing import Pairing
from reconciler.model.plan import Action, Change, MemberChange
from reconciler.model.remarks import Withheld
from reconciler.model.resource import Live, Wanted
from reconciler.model.target import Standing, Target
from reconciler.model.values import Kind, Ref


@dataclass(frozen=True, slots=True)
class _People:
    """Who has or gets an account at the target: *ids* and *created* by the key of the user.

    *doubtful* are the live ids that a conflict is about, and the app's own: nobody removes them
    from a group.
    """

    ids: Mapping[str, str]
    by_id: Mapping[str, Ref]
    created: frozenset[str]
    doubtful: frozenset[str]
    displays: Mapping[str, str]


def diff_memberships(pairing: Pairing, target: Target) -> Difference:
    """Return the members to add and remove; membership of a group that is ours is exact."""
    people = _people(pairing, target)
    changes: list[Change] = []
    withheld: list[Withheld] = []
    for wanted, live in _groups(pairing, target):
        joining, homeless = _joining(wanted, live, people)
        leaving = _leaving(wanted, live, people)
        withheld.extend(_without_account(wanted, homeless, target))
        if not (joining or leaving):
            continue
        if live is not None and "update" not in target.groups.actions:
            why = "update is not among the actions"
            what = "change the members"
            withheld.append(Withheld(_object_id(wanted, target), what, why, wanted.source.at))
        else:
            changes.extend(_changes(wanted, live, (joining, leaving), target))
    return Difference(tuple(changes), tuple(withheld))


def _people(pairing: Pairing, target: Target) -> _People:
    users = {ref: live_id for ref, live_id in pairing.ids().items() if ref.kind is Kind.USER}
    displays = {pair.live.id: pair.live.display for pair in pairing.pairs}
    displays.update({item.live.id: item.live.display for item in pairing.leavers})
    displays.update({item.live_id: item.display for item in pairing.unmanaged})
    by_id = {live_id: ref for ref, live_id in users.items()}
    by_id.update({item.live.id: Ref(item.kind, item.key) for item in pairing.leavers})
    return _People(
        ids={ref.key: live_id for ref, live_id in users.items()},
        by_id=by_id,
        created=frozenset(
            item.key
            for item in pairing.missing
            if item.kind is Kind.USER and "create" in target.users.actions
        ),
        doubtful=frozenset(live for item in pairing.conflicts for live in item.live_ids)
        | set(pairing.untouchable),
        displays=displays,
    )


def _groups(pairing: Pairing, target: Target) -> Iterator[tuple[Wanted, Live | None]]:
    """Yield every group whose membership is mapped and readable, with its live object."""
    for pair in pairing.pairs:
        wanted, live = pair.wanted, pair.live
        readable = wanted.members is not None and live.members is not None
        if readable and wanted.standing is Standing.ACTIVE:
            yield wanted, live
    if "create" in target.groups.actions:
        yield from ((item, None) for item in pairing.missing if item.members is not None)


def _joining(
    wanted: Wanted, live: Live | None, people: _People
) -> tuple[tuple[MemberChange, ...], tuple[str, ...]]:
    """Return who joins, and the keys of those who should but have no account here."""
    current = live.members or frozenset() if live else frozenset()
    members = wanted.members or {}
    outside = sorted(key for key in members if people.ids.get(key) not in current)
    ready = tuple(
        MemberChange(Ref(Kind.USER, key), people.ids.get(key), key, members[key])
        for key in outside
        if key in people.ids or key in people.created
    )
    homeless = (key for key in outside if key not in people.ids and key not in people.created)
    return ready, tuple(homeless)


def _leaving(wanted: Wanted, live: Live | None, people: _People) -> tuple[MemberChange, ...]:
    if live is None:
        return ()
    staying = {people.ids.get(key) for key in wanted.members or ()}
    leaving = (live.members or frozenset()) - staying - people.doubtful
    members = (_member(live_id, people) for live_id in leaving)
    return tuple(sorted(members, key=lambda member: member.name))


def _member(live_id: str, people: _People) -> MemberChange:
    ref = people.by_id.get(live_id)
    display = ref.key if ref else people.displays.get(live_id, live_id)
    return MemberChange(ref, live_id, display)


def _changes(
    wanted: Wanted,
    live: Live | None,
    members: tuple[tuple[MemberChange, ...], tuple[MemberChange, ...]],
    target: Target,
) -> Iterator[Change]:
    joining, leaving = members
    display = live.display if live else wanted.display
    if joining:
        lines = {item.at for item in joining if item.at is not None}
        at = lines.pop() if len(lines) == 1 else wanted.source.at
        yield Change(
            target.key,
            Kind.GROUP,
            wanted.key,
            Action.ADD_MEMBERS,
            display=display,
            why=wanted.why,
            at=at,
            live=live,
            add=joining,
        )
    if leaving:
        yield Change(
            target.key,
            Kind.GROUP,
            wanted.key,
            Action.REMOVE_MEMBERS,
            display=display,
            why="not among the members that the YAML gives it here",
            at=wanted.source.at,
            live=live,
            remove=leaving,
        )


def _without_account(
    wanted: Wanted, homeless: tuple[str, ...], target: Target
) -> Iterator[Withheld]:
    for key in homeless:
        what, why = f"add the member {key}", f"{key} has no account here"
        at = (wanted.members or {}).get(key)
        yield Withheld(_object_id(wanted, target), what, why, at, key)


def _object_id(wanted: Wanted, target: Target) -> str:
    return f"{target.key}/{wanted.kind}/{wanted.key}"
