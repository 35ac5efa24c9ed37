"""Ending: whose access ends soon by its windows, and which line says so.

What another way gives on the day after does not end: somebody may be in a group twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from reconciler.model.access import Ending, Thing
from reconciler.model.directory import User
from reconciler.model.grounds import Side
from reconciler.model.problem import Position
from reconciler.model.resource import Wanted
from reconciler.model.route import Routes
from reconciler.model.target import Standing
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
    later: dict[date, Routes] = field(default_factory=dict)

    def is_soon(self, end: date | None) -> bool:
        """Tell whether a window that is open today closes in time."""
        return end is not None and self.side.routes.day <= end <= self.horizon

    def after(self, end: date) -> Routes:
        """Return the ways into groups on the day after *end*."""
        day = end + timedelta(days=1)
        return self.later.setdefault(day, Routes(self.side.routes.desired, day))


def find_endings(side: Side, *, days: int = SOON) -> tuple[Ending, ...]:
    """Return the accounts, roles and memberships at one target that end within *days*."""
    scene = _Scene(side, side.routes.day + timedelta(days=days))
    found = [
        ending
        for key in sorted(_candidates(scene))
        if (item := side.account(key)) is not None and item.standing is Standing.ACTIVE
        for ending in _of_person(item, scene)
    ]
    return tuple(sorted(found, key=lambda item: item.until))


def _candidates(scene: _Scene) -> set[str]:
    """Return everybody whom a window that closes soon may concern."""
    desired, found = scene.side.routes.desired, set()
    for item in scene.side.wanted.values():
        if any(scene.is_soon(given.window.end) for given in item.assignments):
            found.add(item.key)
    found.update(key for key, user in desired.users.items() if scene.is_soon(user.window.end))
    for group in desired.groups.values():
        for member in group.members:
            if not scene.is_soon(member.window.end):
                continue
            if member.ref.kind is Kind.USER:
                found.add(member.ref.key)
            else:
                found.update(scene.side.routes.inside(member.ref.key))
    return found


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
        else given.ref.key == item.key
        for given in target.assignments
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
    for wanted in side.wanted.values():
        is_there = wanted.kind is Kind.GROUP and wanted.standing is Standing.ACTIVE
        if not is_there or item.key not in (wanted.members or ()):
            continue
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
