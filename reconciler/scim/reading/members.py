"""Who is in the groups: as the list shows it, group by group, or by a filter on users.

Never more than one request a group. A list that cuts or hides members is found out by reading its
fullest groups again by themselves, and by what the users say of their groups.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from reconciler.errors import ScimError, TargetError
from reconciler.model.path import lookup
from reconciler.model.resource import Live
from reconciler.model.service import Quirk
from reconciler.model.values import Kind
from reconciler.scim.reader import ScimReader
from reconciler.scim.reading.proof import ask

SUSPICIOUS = 20
"""From so many members on, the fullest group of a list may have been cut."""
SAMPLE = 5
"""How many of the fullest groups are read again; where one has more, all that are as full."""

_Aliases = Mapping[str, str]


def read_memberships(
    reader: ScimReader, rows: Sequence[Mapping[str, Any]], users: Sequence[Live]
) -> tuple[tuple[Live, ...], str]:
    """Return the groups of *rows* with their members, and what is to say of them."""
    aliases = aliases_of(users)
    groups = tuple(_group(str(row["id"]), row, aliases) for row in rows)
    if not groups:
        return (), ""
    if Quirk.MEMBERS_BY_USER_FILTER in reader.service.quirks:
        found, said = _by_user_filter(reader, groups), ""
    elif Quirk.MEMBERS_BY_USERS in reader.service.quirks:
        found, said = _from_users(groups, users), ""
    elif Quirk.MEMBERS_BY_GROUP in reader.service.quirks:
        found, said = _one_by_one(reader, groups, aliases), ""
    else:
        found, said = _from_list(reader, groups, aliases)
    checked = _against_users(found, users)
    return checked, "; ".join(filter(None, (said, _said_of_unproven(checked))))


def read_members(resource: Mapping[str, Any], aliases: _Aliases) -> frozenset[str] | None:
    """Return the member ids of a group; *aliases* maps folded userNames to ids.

    Some servers put the userName where the id belongs; None means that nobody can tell.
    """
    members = lookup(resource, "members")
    if members is None:
        return frozenset()
    if isinstance(members, Mapping):
        members = [members]
    if not isinstance(members, list):
        return None
    values = [lookup(item, "value") if isinstance(item, Mapping) else item for item in members]
    if not all(isinstance(value, str | int) and value != "" for value in values):
        return None
    return frozenset(aliases.get(str(value).casefold(), str(value)) for value in values)


def members_now(
    reader: ScimReader, group: Mapping[str, Any], about: Iterable[str]
) -> frozenset[str] | None:
    """Return who is in *group*, as it was just read; None where nobody can tell.

    Where only users tell, it is who of *about* is in it: one request each.
    """
    live_id = str(group["id"])
    if Quirk.MEMBERS_BY_USER_FILTER in reader.service.quirks:
        return reader.members_by_filter([live_id])[live_id]
    if Quirk.MEMBERS_BY_USERS in reader.service.quirks:
        asked = tuple(about)
        users = ask(reader, asked, lambda one: reader.read(Kind.USER, one))
        found = [Live(Kind.USER, str(it["id"]), it) for it in users if isinstance(it, dict)]
        return frozenset(_claims(found).get(live_id, ()))
    return read_members(group, {})


def members_of_all(reader: ScimReader, group_id: str) -> frozenset[str]:
    """Return the members of a group that does not show them, as all users tell."""
    if Quirk.MEMBERS_BY_USERS not in reader.service.quirks:
        return reader.members_by_filter([group_id])[group_id]
    rows = reader.list_all(Kind.USER).resources
    users = [Live(Kind.USER, str(row["id"]), row) for row in rows]
    return frozenset(_claims(users).get(group_id, ()))


def aliases_of(users: Iterable[Live]) -> dict[str, str]:
    """Return folded userName → id, for the names that mean one user and are nobody's id."""
    found: dict[str, set[str]] = defaultdict(set)
    ids = set()
    for live in users:
        ids.add(live.id.casefold())
        found[str(lookup(live.resource, "userName") or "").casefold()].add(live.id)
    return {
        name: min(owners)
        for name, owners in found.items()
        if name and len(owners) == 1 and name not in ids
    }


def _group(live_id: str, resource: Mapping[str, Any], aliases: _Aliases) -> Live:
    members = read_members(resource, aliases)
    return Live(Kind.GROUP, live_id, resource, members, members_proven=members is not None)


def _by_user_filter(reader: ScimReader, groups: Sequence[Live]) -> tuple[Live, ...]:
    if not _is_filter_obeyed(reader):
        return tuple(replace(group, members=None, members_proven=False) for group in groups)
    listings = ask(reader, [group.id for group in groups], reader.members_of)
    return tuple(
        replace(group, members=None, members_proven=False)
        if isinstance(listing, TargetError)
        else replace(
            group,
            members=frozenset(str(item["id"]) for item in listing.resources),
            members_proven=listing.complete,
        )
        for group, listing in zip(groups, listings, strict=True)
    )


def _is_filter_obeyed(reader: ScimReader) -> bool:
    """Tell whether nobody is in a group that does not exist; else everybody is in every group."""
    try:
        return not reader.members_of(str(uuid5(NAMESPACE_URL, "nobody"))).resources
    except ScimError:
        return True  # It was read, and refused for naming no group.


def _one_by_one(reader: ScimReader, groups: Sequence[Live], aliases: _Aliases) -> tuple[Live, ...]:
    """Read each group by itself; of one that does not answer, the members are not proven."""
    found = ask(reader, groups, lambda group: reader.read(Kind.GROUP, group.id))
    return tuple(
        _group(group.id, resource, aliases)
        if isinstance(resource, dict)
        else replace(group, members_proven=False)
        for group, resource in zip(groups, found, strict=True)
    )


def _from_list(
    reader: ScimReader, groups: tuple[Live, ...], aliases: _Aliases
) -> tuple[tuple[Live, ...], str]:
    """Take what the list shows, and read the fullest groups again: a cut shows in them first."""
    size = max(map(_size, groups))
    fullest = [group for group in groups if _size(group) == size]
    if 0 < size < SUSPICIOUS:
        return groups, ""
    sample = _one_by_one(reader, _spread(fullest), aliases)
    told = {group.id: group for group in sample}
    if all(_size(group) <= size for group in sample):
        agrees = size and all(group.members_proven for group in sample)
        said = f"the fullest group has {size:,} members when read by itself too" if agrees else ""
        return tuple(told.get(group.id, group) for group in groups), said
    rest = [group for group in fullest if group.id not in told]
    told.update((group.id, group) for group in _one_by_one(reader, rest, aliases))
    verb = f"cuts members at {size:,}" if size else "shows no members"
    said = f"the list {verb}: {len(told):,} read one by one"
    return tuple(told.get(group.id, group) for group in groups), said


def _size(group: Live) -> int:
    return len(group.members or ())


def _spread(groups: Sequence[Live]) -> list[Live]:
    """Return at most SAMPLE of *groups*: the first, the last, and some between."""
    step = max(1, (len(groups) - 1) / (SAMPLE - 1))
    places = dict.fromkeys(min(round(step * place), len(groups) - 1) for place in range(SAMPLE))
    return [groups[place] for place in places]


def _against_users(groups: tuple[Live, ...], users: Iterable[Live]) -> tuple[Live, ...]:
    """Doubt a group of which a listed user says that it is in it, and that does not show it.

    Groups that hold groups are left out: a user may name those that it is in through others.
    """
    claimed = _claims(users)
    ids = {group.id for group in groups}
    return tuple(
        replace(group, members_proven=False)
        if group.members is not None
        and not group.members & ids
        and not claimed.get(group.id, set()) <= group.members
        else group
        for group in groups
    )


def _from_users(groups: Sequence[Live], users: Sequence[Live]) -> tuple[Live, ...]:
    """Take members from the users; where not one tells of a group, perhaps none ever does."""
    claimed = _claims(users)
    return tuple(
        replace(
            group,
            members=frozenset(claimed.get(group.id, ())),
            members_proven=bool(claimed) or not users,
        )
        for group in groups
    )


def _claims(users: Iterable[Live]) -> Mapping[str, set[str]]:
    """Return by group who says to be in it, and not only through another one."""
    claimed: dict[str, set[str]] = defaultdict(set)
    for user in users:
        told = lookup(user.resource, "groups")
        for item in told if isinstance(told, list) else (told,):
            if isinstance(item, Mapping) and lookup(item, "type") != "indirect":
                claimed[str(lookup(item, "value"))].add(user.id)
    return claimed


def _said_of_unproven(groups: Iterable[Live]) -> str:
    names = [group.display for group in groups if not group.members_proven]
    if not names:
        return ""
    shown, rest = names[:SAMPLE], names[SAMPLE:]
    more = f" and {len(rest):,} more" if rest else ""
    return f"the members of {', '.join(shown)}{more} are not proven"
