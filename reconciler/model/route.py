"""Routes: how somebody comes to be in a group, through which groups and by which line."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from reconciler.model.directory import Desired, Group, Member
from reconciler.model.values import Kind, Ref


@dataclass(frozen=True, slots=True)
class Step:
    """One step into *group*: by the line of a *member*, or by the group's rule where it is None."""

    group: Group
    member: Member | None


Route: TypeAlias = tuple[Step, ...]
"""From the group that is asked about down to whoever is in it: `employees`, `engineering`."""


def route_to(user: str, group: str, desired: Desired, day: date) -> Route | None:
    """Return the shortest route that is open on *day*, else one that is not; None where none is.

    Whoever has an open route is a member of *group* on that day, and nobody else is.
    """
    return _search(user, group, desired, lambda member: member.window.contains(day)) or _search(
        user, group, desired, lambda _: True
    )


def _search(
    user: str, group: str, desired: Desired, admits: Callable[[Member], bool]
) -> Route | None:
    """Look level by level, each group once; a circle would be a problem of the YAML."""
    waiting: deque[tuple[str, Route]] = deque([(group, ())])
    seen = {group}
    while waiting:
        key, route = waiting.popleft()
        here = desired.groups[key]
        for member in here.members:
            if not admits(member):
                continue
            if member.ref == Ref(Kind.USER, user):
                return (*route, Step(here, member))
            if member.ref.kind is Kind.GROUP and member.ref.key not in seen:
                seen.add(member.ref.key)
                waiting.append((member.ref.key, (*route, Step(here, member))))
        if here.members_where and here.members_where.admits(desired.users[user].attributes):
            return (*route, Step(here, None))
    return None
