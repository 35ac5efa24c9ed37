"""Ending: whose access ends soon by its windows, and which line says so.

What another way gives on the day after does not end: somebody may be in a group twice.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from reconciler.model.access import Ending, Thing
from reconciler.model.directory import User
from reconciler.model.grounds import Side
from reconciler.model.problem import Position
from reconciler.model.resource import Wanted
from reconciler.model.route import Routes
from reconciler.model.target import Assignment, Standing
from reconciler.model.values import Kind

SOON = 14
"""Days, today not counted."""


class _What(NamedTuple):
    """What ends."""

    thing: Thing
    name: str
    privileged: bool = False


@dataclass(frozen=True, slots=True)
class _Scene:
    """One target on its day, and the days on which something might go on."""

    side: Side
    horizon: date
    groups: Mapping[str, Sequence[Wanted]]
    """The groups that somebody is in, by key of the user."""
    direct: Mapping[str, Sequence[Assignment]]
    through: Sequence[Assignment]
    """Assignments of users, by key, and of groups."""
    later: dict[date, Routes] = field(default_factory=dict)

    def is_soon(self, end: date | None) -> bool:
        """Tell whether a window that is open today closes in time."""
        return _is_between(self.side.routes.day, end, self.horizon)

    def assigned(self, key: str) -> Iterator[Assignment]:
        """Yield every assignment that may give something to a user, on whatever day."""
        yield from self.direct.get(key, ())
        yield from self.through

    def after(self, end: date) -> Routes:
        """Return the ways into groups on the day after *end*."""
        day = end + timedelta(days=1)
        return self.later.setdefault(day, Routes(self.side.routes.desired, day))


def find_endings(side: Side, *, days: int = SOON) -> tuple[Ending, ...]:
    """Return the accounts, roles and memberships at one target that end within *days*."""
    horizon = side.routes.day + timedelta(days=days)
    candidates = _candidates(side, horizon)
    scene = _scene(side, horizon, candidates)
    found = [
        ending
        for key in sorted(candidates)
        if (item := side.account(key)) is not None and item.standing is Standing.ACTIVE
        for ending in _of_person(item, scene)
    ]
    return tuple(sorted(found, key=lambda item: item.until))


def _scene(side: Side, horizon: date, candidates: set[str]) -> _Scene:
    """Look once through groups and assignments, however many are asked about."""
    groups, direct = defaultdict[str, list[Wanted]](list), defaultdict[str, list[Assignment]](list)
    for wanted in side.wanted.values() if candidates else ():
        if wanted.kind is Kind.GROUP and wanted.standing is Standing.ACTIVE:
            for key in candidates.intersection(wanted.members or ()):
                groups[key].append(wanted)
    for given in side.target.assignments:
        if given.ref.kind is Kind.USER:
            direct[given.ref.key].append(given)
    through = [given for given in side.target.assignments if given.ref.kind is Kind.GROUP]
    return _Scene(side, horizon, groups, direct, through)


def _candidates(side: Side, horizon: date) -> set[str]:
    """Return everybody whom a window that closes soon may concern."""
    desired, today, found = side.routes.desired, side.routes.day, set[str]()
    for item in side.wanted.values():
        if any(_is_between(today, given.window.end, horizon) for given in item.assignments):
            found.add(item.key)
    users = desired.users.items()
    found.update(key for key, user in users if _is_between(today, user.window.end, horizon))
    for group in desired.groups.values():
        for member in group.members:
            if not _is_between(today, member.window.end, horizon):
                continue
            if member.ref.kind is Kind.USER:
                found.add(member.ref.key)
            else:
                found.update(side.routes.inside(member.ref.key))
    return found


def _is_between(today: date, end: date | None, horizon: date) -> bool:
    return end is not None and today <= end <= horizon


def _of_person(item: Wanted, scene: _Scene) -> Iterator[Ending]:
    """Yield the account alone where it ends, for everything goes with it; else what does end."""
    side, user = scene.side, scene.side.user(item.key)
    if user is None:
        return
    last = side.last_day(item.key)
    if last is not None and scene.is_soon(last) and not _goes_on(item, user, last, scene):
        at = _line_of_account(item, user, last, scene)
        yield _ending(item, _What(Thing.ACCOUNT, item.key), last, at, scene)
        return
    yield from _roles(item, user, scene)
    yield from _groups(item, scene)


def _goes_on(
    item: Wanted, user: User, last: date, scene: _Scene, *, role: str | None = None
) -> bool:
    """Tell whether some assignment, or one that gives *role*, still counts on the next day."""
    routes, target = scene.after(last), scene.side.target
    if not user.window.contains(routes.day):
        return False
    if target.scope == "all" and role is None:
        return True
    return any(
        routes.last_day(item.key, given.ref.key) is not None
        if given.ref.kind is Kind.GROUP
        else True
        for given in scene.assigned(item.key)
        if target.refusal(given, routes.day) is None and role in (None, given.role)
    )


def _roles(item: Wanted, user: User, scene: _Scene) -> Iterator[Ending]:
    marked = {role.casefold() for role in scene.side.target.sensitive_roles}
    for role in dict.fromkeys(given.role for given in item.assignments if given.role):
        last = scene.side.last_day(item.key, role)
        if last is None or not scene.is_soon(last) or _goes_on(item, user, last, scene, role=role):
            continue
        at = _line_of_account(item, user, last, scene, role=role)
        what = _What(Thing.ROLE, role, privileged=role.casefold() in marked)
        yield _ending(item, what, last, at, scene)


def _groups(item: Wanted, scene: _Scene) -> Iterator[Ending]:
    side = scene.side
    for wanted in scene.groups.get(item.key, ()):
        last = side.last_day_in(item.key, wanted.key)
        if last is None or not scene.is_soon(last):
            continue
        if scene.after(last).last_day(item.key, wanted.key) is None:
            at = _line_in(item.key, wanted.key, last, scene) or wanted.source.at
            sensitive = side.routes.desired.groups[wanted.key].sensitive
            what = _What(Thing.GROUP, wanted.display, privileged=sensitive)
            yield _ending(item, what, last, at, scene)


def _line_of_account(
    item: Wanted, user: User, last: date, scene: _Scene, *, role: str | None = None
) -> Position:
    """Return the line whose window ends on *last*."""
    if user.window.end == last:
        return user.position_of("until") or user.at
    for given in item.assignments:
        if role in (None, given.role):
            if given.window.end == last:
                return given.at
            if given.ref.kind is Kind.GROUP:
                at = _line_in(item.key, given.ref.key, last, scene)
                if at is not None:
                    return at
    return user.at


def _line_in(key: str, group: str, last: date, scene: _Scene) -> Position | None:
    route = scene.side.routes.to(key, group) or ()
    members = (step.member for step in route if step.member is not None)
    return next((member.at for member in members if member.window.end == last), None)


def _ending(item: Wanted, what: _What, until: date, at: Position, scene: _Scene) -> Ending:
    user = scene.side.user(item.key)
    return Ending(
        target=scene.side.target.key,
        key=item.key,
        display=item.display,
        thing=what.thing,
        name=what.name,
        until=until,
        at=at,
        privileged=what.privileged or (user is not None and user.sensitive),
    )
