"""Routes: how somebody comes to be in a group, through which groups and by which line."""

from collections import deque
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import date
from heapq import heappop, heappush
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


@dataclass(frozen=True, slots=True)
class _Inside:
    """The lines of one group: a user or a group stands in it once."""

    group: Group
    users: dict[str, Member]
    nested: tuple[Member, ...]

    def admits(self, user: str, desired: Desired) -> bool:
        """Tell whether the rule of the group makes *user* a member."""
        rule, found = self.group.members_where, desired.users.get(user)
        return rule is not None and found is not None and rule.admits(found.attributes)


@dataclass(frozen=True, slots=True)
class Shut:
    """The line of a *member* of *group* whose window is not open, and why."""

    group: Group
    member: Member
    refusal: str


@dataclass(frozen=True, slots=True)
class Routes:
    """The ways into the groups of one desired state on one day; each group is read once."""

    desired: Desired
    day: date
    _read: dict[str, _Inside] = field(default_factory=dict)
    _shut: list[Shut] = field(default_factory=list)
    _parents: dict[str, list[str]] = field(default_factory=dict)

    def to(self, user: str, group: str) -> Route | None:
        """Return the shortest route that is open, None where *user* is not in *group*."""
        return self._search(user, group, lambda member: member.window.contains(self.day))

    def line(self, user: str, group: str) -> Member | None:
        """Return the line that names *user* in *group* itself, where it is open."""
        inside = self._inside(group)
        member = inside.users.get(user) if inside else None
        return member if member is not None and member.window.contains(self.day) else None

    def closed(self, user: str, group: str) -> Route | None:
        """Return the shortest route of whatever day."""
        return self._search(user, group, lambda _: True)

    def inside(self, group: str) -> frozenset[str]:
        """Return everybody who has an open way into *group*."""
        found: set[str] = set()
        waiting, seen = [group], {group}
        while waiting:
            inside = self._inside(waiting.pop())
            if inside is None:
                continue
            if inside.group.members_where is not None:
                found.update(key for key in self.desired.users if inside.admits(key, self.desired))
            found.update(key for key, own in inside.users.items() if own.window.contains(self.day))
            for member in inside.nested:
                if member.window.contains(self.day) and member.ref.key not in seen:
                    seen.add(member.ref.key)
                    waiting.append(member.ref.key)
        return frozenset(found)

    def shut(self) -> tuple[Shut, ...]:
        """Return every line that makes nobody a member on this day, in the order of the YAML."""
        self._read_lines()
        return tuple(self._shut)

    def leads_to(self, group: str, ends: Container[str]) -> bool:
        """Tell whether *group* is one of *ends*, or nested in one, whatever the day."""
        self._read_lines()
        waiting, seen = [group], {group}
        while waiting:
            key = waiting.pop()
            if key in ends:
                return True
            above = [item for item in self._parents.get(key, ()) if item not in seen]
            seen.update(above)
            waiting += above
        return False

    def last_day(self, user: str, group: str) -> date | None:
        """Return how long *user* stays in *group* by its windows: `date.max` where nothing ends it.

        None where *user* is not in it. Of several ways the one that stays open longest counts.
        """
        best: date | None = None
        waiting = [(-date.max.toordinal(), group)]
        seen: set[str] = set()
        while waiting:
            end, key = heappop(waiting)
            cap = date.fromordinal(-end)
            if best is not None and best >= cap:
                break
            inside = self._inside(key)
            if inside is None or key in seen:
                continue
            seen.add(key)
            own = inside.users.get(user)
            if inside.admits(user, self.desired):
                best = cap
            elif own is not None and own.window.contains(self.day):
                best = max(best or date.min, min(cap, own.window.end or date.max))
            for member in inside.nested:
                if member.window.contains(self.day):
                    last = min(cap, member.window.end or date.max)
                    heappush(waiting, (-last.toordinal(), member.ref.key))
        return best

    def holds(self, step: Step) -> bool:
        """Tell whether the same step, wherever it is written, is open here."""
        inside = self._inside(step.group.key)
        if inside is None:
            return False
        if step.member is None:
            return inside.group.members_where is not None
        ref = step.member.ref
        members = inside.users.get(ref.key) if ref.kind is Kind.USER else None
        if members is None:
            members = next((item for item in inside.nested if item.ref == ref), None)
        return members is not None and members.window.contains(self.day)

    def _read_lines(self) -> None:
        """Read every line of every group once."""
        if self._parents:
            return
        self._parents[""] = []  # Read once, also where no group is nested.
        for group in self.desired.groups.values():
            for member in group.members:
                if member.ref.kind is Kind.GROUP:
                    self._parents.setdefault(member.ref.key, []).append(group.key)
                if (refusal := member.window.refusal(self.day)) is not None:
                    self._shut.append(Shut(group, member, refusal))

    def _inside(self, key: str) -> _Inside | None:
        group = self.desired.groups.get(key)
        if group is None:
            return None
        if key not in self._read:
            users = {item.ref.key: item for item in group.members if item.ref.kind is Kind.USER}
            nested = tuple(item for item in group.members if item.ref.kind is Kind.GROUP)
            self._read[key] = _Inside(group, users, nested)
        return self._read[key]

    def _search(self, user: str, group: str, admits: Callable[[Member], bool]) -> Route | None:
        waiting: deque[tuple[str, Route]] = deque([(group, ())])
        seen = {group}
        while waiting:
            key, route = waiting.popleft()
            inside = self._inside(key)
            if inside is None:
                continue
            own = inside.users.get(user)
            if own is not None and admits(own):
                return (*route, Step(inside.group, own))
            if inside.admits(user, self.desired):
                return (*route, Step(inside.group, None))
            for member in inside.nested:
                if member.ref.key not in seen and admits(member):
                    seen.add(member.ref.key)
                    waiting.append((member.ref.key, (*route, Step(inside.group, member))))
        return None
