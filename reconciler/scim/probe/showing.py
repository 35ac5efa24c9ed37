"""Where the members of a group show: in lists, in the group read by itself, or by a filter."""

import uuid
from collections.abc import Iterator
from typing import Final

from reconciler.model.probe import Fact, Subject, quirk
from reconciler.model.service import Quirk
from reconciler.model.values import Kind
from reconciler.scim.literal import literal
from reconciler.scim.probe.asking import Reader, Reply, Resource
from reconciler.scim.probe.samples import Samples
from reconciler.scim.reading.members import read_members

_LOOKED_AT: Final = 3
"""How many groups are read by themselves, of those that a list shows without members."""
_NO_GROUP: Final = str(uuid.uuid5(uuid.NAMESPACE_URL, "no group"))


def probe_groups(reader: Reader, samples: Samples) -> Iterator[Fact]:
    """Hold what a list shows of a group against what the group and its members show."""
    reply = samples.groups
    if not reply.is_list:
        yield Fact(Subject.GROUPS, "groups", reply.refusal, (str(reply),))
        return
    yield Fact(Subject.GROUPS, "groups", "there", (str(reply),))
    for group in _fullest(reader, samples):
        yield from _shown(reader, samples, group)
        break
    else:
        yield Fact(Subject.GROUPS, "members", "not told: no group is there")


def _fullest(reader: Reader, samples: Samples) -> Iterator[Resource]:
    """Yield groups, one with members first: what a probe made, else the fullest of the list."""
    made = [resource for kind, resource in samples.made if kind is Kind.GROUP]
    if made:
        yield made[0]
        return
    rows = sorted(samples.groups.rows, key=lambda row: -len(members_of(row)))
    if rows and not members_of(rows[0]):
        for row in rows[:_LOOKED_AT]:
            if members_of(reader.read(Kind.GROUP, str(row["id"])).body):
                yield row
    yield from rows


def _shown(reader: Reader, samples: Samples, group: Resource) -> Iterator[Fact]:
    live_id = str(group["id"])
    alone = reader.read(Kind.GROUP, live_id)
    listed = _listed(reader, samples, group)
    condition = f"groups.value eq {literal(live_id)}"
    by_filter = reader.find(Kind.USER, condition, hidden=live_id)
    nobody = reader.find(Kind.USER, f"groups.value eq {literal(_NO_GROUP)}")
    in_list, in_group = len(members_of(listed)), len(members_of(alone.body))
    found = len(by_filter.rows) if by_filter.is_list and not nobody.rows else 0
    shown = (str(samples.groups), str(alone), str(by_filter), str(nobody))
    by_group = None if not (in_list or in_group or found) else in_group > in_list
    by_user = None if by_group is None else bool(found and not in_list and not in_group)
    says = f"{in_list} in the list, {in_group} in the group by itself"
    yield Fact(Subject.GROUPS, "members", says, shown[:2], quirk(Quirk.MEMBERS_BY_GROUP), by_group)
    says = f"{found} found" if by_filter.is_list else by_filter.refusal
    says = "ignored: others come back" if by_filter.is_list and nobody.rows else says
    yield Fact(
        Subject.GROUPS,
        "users by groups.value",
        says,
        shown[2:],
        quirk(Quirk.MEMBERS_BY_USER_FILTER),
        by_user,
    )


def _listed(reader: Reader, samples: Samples, group: Resource) -> Resource:
    """Return *group* as a list shows it; one that is not on the first page is asked for."""
    live_id = str(group["id"])
    replies: list[Reply] = [samples.groups]
    if live_id not in samples.groups.ids:
        name = str(group.get("displayName", ""))
        replies.append(reader.find(Kind.GROUP, f"displayName eq {literal(name)}", hidden=name))
    rows = (row for reply in replies for row in reply.rows)
    return next((row for row in rows if str(row["id"]) == live_id), {})


def members_of(resource: Resource) -> frozenset[str]:
    """Return the ids of the members that *resource* shows."""
    return read_members(resource, {}) or frozenset()
