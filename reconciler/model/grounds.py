"""Grounds: which line of the YAML a gain or a loss of access rests on, here or in the base."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from reconciler.model.access import UNKNOWN, Cause
from reconciler.model.directory import Member, User
from reconciler.model.problem import Position
from reconciler.model.resource import Wanted
from reconciler.model.route import Route, Routes, Step
from reconciler.model.target import Assignment, Standing, Target
from reconciler.model.values import Kind, Ref
from reconciler.model.window import ALWAYS

_GONE = "gone from the YAML"


@dataclass(frozen=True, slots=True)
class Side:
    """One desired state as one target sees it; *wanted* by kind and key."""

    target: Target
    routes: Routes
    wanted: Mapping[Ref, Wanted]
    _ended: dict[str, list[tuple[Position, str]]] = field(default_factory=dict)
    _given: dict[tuple[Ref, str | None], list[Assignment]] = field(default_factory=dict)

    def user(self, key: str) -> User | None:
        """Return the user as written, None where there is none."""
        return self.routes.desired.users.get(key)

    def account(self, key: str) -> Wanted | None:
        """Return how the user stands with the target."""
        return self.wanted.get(Ref(Kind.USER, key))

    def ways(self, key: str, role: str | None = None) -> Iterator[tuple[Assignment, Route]]:
        """Yield every assignment that counts for the user, or that gives *role*, with the route."""
        item = self.account(key)
        for assignment in item.assignments if item else ():
            if role is None or assignment.role == role:
                ref = assignment.ref
                route = self.routes.to(key, ref.key) if ref.kind is Kind.GROUP else ()
                if route is not None:
                    yield assignment, route

    def assigns(self, assignment: Assignment) -> bool:
        """Tell whether the same assignment counts here, wherever it is written."""
        same = self.same(assignment)
        return any(self.target.refusal(item, self.routes.day) is None for item in same)

    def same(self, assignment: Assignment) -> Sequence[Assignment]:
        """Return the assignments here that give the same to the same, read once."""
        if not self._given:
            for item in self.target.assignments:
                self._given.setdefault((item.ref, item.role), []).append(item)
        return self._given.get((assignment.ref, assignment.role), ())

    def last_day(self, key: str, role: str | None = None) -> date | None:
        """Return the last day of the account, or of *role*; None where nothing ends it."""
        user = self.user(key)
        if user is None:
            return None
        days = [self._last_day(key, assignment) for assignment, _ in self.ways(key, role)]
        last = min(user.window.end or date.max, max(days, default=date.max))
        return None if last == date.max else last

    def last_day_in(self, key: str, group: str) -> date | None:
        """Return the last day of the user in *group*; None where nothing ends it."""
        last = self.routes.last_day(key, group) or date.max
        user = self.user(key)
        last = min(last, (user.window.end if user else None) or date.max)
        return None if last == date.max else last

    def ended(self, key: str) -> tuple[Position, str] | None:
        """Return the first line that names the user and whose window is not open, and why."""
        if not self._ended:
            self._ended[""] = []  # Read once, also where there is none.
            for name, at, why in self._closed_lines():
                self._ended.setdefault(name, []).append((at, why))
        return next(iter(self._ended.get(key, ())), None)

    def _last_day(self, key: str, assignment: Assignment) -> date:
        end = assignment.window.end or date.max
        if assignment.ref.kind is Kind.USER:
            return end
        return min(end, self.routes.last_day(key, assignment.ref.key) or date.max)

    def _closed_lines(self) -> Iterator[tuple[str, Position, str]]:
        day = self.routes.day
        for assignment in self.target.assignments:
            refusal = self.target.refusal(assignment, day)
            if refusal is not None and assignment.ref.kind is Kind.USER:
                yield assignment.ref.key, assignment.at, f"assigned, but {refusal}"
        for shut in self.routes.shut():
            if shut.member.ref.kind is Kind.USER:
                why = f"in {shut.group.key}, but that {shut.refusal}"
                yield shut.member.ref.key, shut.member.at, why


def side_of(target: Target, wanted: Iterable[Wanted], routes: Routes) -> Side:
    """Return one desired state as *target* sees it."""
    return Side(target, routes, {item.ref: item for item in wanted})


@dataclass(frozen=True, slots=True)
class Grounds:
    """The desired state, and the base that it is compared with, where there is one."""

    head: Side
    base: Side | None = None

    def of_gained_account(self, key: str) -> Cause:
        """Say why somebody gets an account."""
        user = self.head.user(key)
        if user is None:
            return UNKNOWN
        until = self.head.last_day(key)
        ways = tuple(self.head.ways(key))
        through = _through(ways[0][1]) if ways else ()
        if self.base and self.base.user(key) is None:
            return Cause(user.at, "added", through=through, until=until)
        was = self.base.account(key) if self.base else None
        if was is not None and was.standing is Standing.DISABLED:
            at = user.position_of(was.asked_by) or user.at
            return Cause(at, why=f"before: {was.why}", through=through, until=until)
        if not ways:
            return Cause(user.at, until=until)
        return self._of_way(ways, until)

    def of_gained_role(self, key: str, role: str) -> Cause:
        """Say which assignment gives *role*."""
        ways = tuple(self.head.ways(key, role))
        return self._of_way(ways, self.head.last_day(key, role)) if ways else UNKNOWN

    def of_gained_group(self, key: str, group: str, at: Position | None) -> Cause:
        """Say which line puts somebody into *group*; *at* is the line in the group itself."""
        line = self.head.routes.line(key, group)
        if line is not None and line.window == ALWAYS:
            return self._of_line(key, group, line)
        until = self.head.last_day_in(key, group)
        route = self.head.routes.to(key, group)
        if route is None:
            return Cause(at, until=until)
        last, new = route[-1], self._new_step(route)
        return Cause(
            at=_line(new or last),
            line="added" if new else "",
            why=(last.member.reason if last.member else None) or "",
            through=_through(route)[1:],
            rule=_rule(last),
            until=until,
        )

    def _of_line(self, key: str, group: str, member: Member) -> Cause:
        """Say so of a line that names somebody for good: by far the most are."""
        user = self.head.user(key)
        until = user.window.end if user is not None else None
        step = Step(self.head.routes.desired.groups[group], member)
        is_new = self.base is not None and not self.base.routes.holds(step)
        return Cause(member.at, "added" if is_new else "", member.reason or "", until=until)

    def of_lost_account(self, key: str) -> Cause:
        """Say why somebody has no account any more."""
        user, item = self.head.user(key), self.head.account(key)
        was = self.base.user(key) if self.base else None
        if user is None:
            return Cause(was.at, "removed", _GONE) if was else Cause(why=_GONE)
        if item is None or item.standing is Standing.ACTIVE:
            return UNKNOWN
        if item.standing is Standing.DISABLED:
            is_new = was is not None and item.asked_by not in was.lines
            at = user.position_of(item.asked_by) or user.at
            return Cause(at, "added" if is_new else "", item.why)
        if item.assignments or self.head.target.scope == "all":
            rule = self.head.target.users.filter
            return Cause(rule.at if rule else user.at, why=item.why, rule=rule.key if rule else "")
        return self._of_lost_way(key, None) or Cause(user.at, why=item.why)

    def of_lost_role(self, key: str, role: str) -> Cause:
        """Say which assignment no longer gives *role*."""
        item = self.head.account(key)
        if item is None or item.standing is not Standing.ACTIVE:
            return self.of_lost_account(key)
        return self._of_lost_way(key, role) or UNKNOWN

    def of_lost_group(self, key: str, group: str) -> Cause:
        """Say why somebody is no longer in *group*."""
        item = self.head.account(key)
        if item is None or item.standing is not Standing.ACTIVE:
            return self.of_lost_account(key)
        if group not in self.head.routes.desired.groups:
            found = self.base.routes.desired.groups.get(group) if self.base else None
            why = f"the group is {_GONE}"
            return Cause(found.at, "removed", why) if found else Cause(why=why)
        route = self.base.routes.to(key, group) if self.base else None
        if route is not None:
            return self._of_lost_route(key, route)
        closed = self.head.routes.closed(key, group)
        for step in closed or ():
            refusal = step.member.window.refusal(self.head.routes.day) if step.member else None
            if refusal:
                through = _through(closed or ())[1:]
                return Cause(_line(step), why=f"that membership {refusal}", through=through)
        at = self.head.routes.desired.groups[group].at
        return Cause(at, why=f"no line makes {key} a member")

    def _of_way(self, ways: tuple[tuple[Assignment, Route], ...], until: date | None) -> Cause:
        """Return the first line that the base lacks, else the first assignment."""
        for assignment, route in ways if self.base else ():
            if self.base and not self.base.assigns(assignment):
                return Cause(assignment.at, "added", through=_through(route), until=until)
            if (new := self._new_step(route)) is not None:
                return Cause(
                    _line(new), "added", through=_through(route), rule=_rule(new), until=until
                )
        assignment, route = ways[0]
        return Cause(assignment.at, through=_through(route), until=until)

    def _of_lost_way(self, key: str, role: str | None) -> Cause | None:
        """Return the line of the base by which somebody was assigned, or one that has ended."""
        for assignment, route in self.base.ways(key, role) if self.base else ():
            if not self.head.assigns(assignment):
                return self._of_gone_assignment(assignment, route)
            if route:
                return self._of_lost_route(key, route)
        found = self.head.ended(key)
        return Cause(found[0], why=found[1]) if found else None

    def _of_gone_assignment(self, assignment: Assignment, route: Route) -> Cause:
        for item in self.head.same(assignment):
            refusal = self.head.target.refusal(item, self.head.routes.day)
            if refusal:
                return Cause(item.at, why=f"assigned, but {refusal}", through=_through(route))
        return Cause(assignment.at, "removed", through=_through(route))

    def _of_lost_route(self, key: str, route: Route) -> Cause:
        """Return the first step of a way in the base that does not lead on here."""
        through = _through(route)[1:]
        for step in route:
            if not self.head.routes.holds(step):
                return self._of_gone_step(step, through)
        last = route[-1]
        rule = _rule(last)
        here = self.head.routes.desired.groups.get(last.group.key, last.group)
        at = here.position_of("members_where") or here.at
        return Cause(at, why=f"the rule {rule} no longer admits {key}", through=through, rule=rule)

    def _of_gone_step(self, step: Step, through: tuple[str, ...]) -> Cause:
        here = self.head.routes.desired.groups.get(step.group.key)
        for member in here.members if here and step.member else ():
            if step.member and member.ref == step.member.ref:
                refusal = member.window.refusal(self.head.routes.day)
                return Cause(member.at, why=f"that membership {refusal}", through=through)
        return Cause(_line(step), "removed", through=through, rule=_rule(step))

    def _new_step(self, route: Route) -> Step | None:
        """Return the first step that the base lacks; None without a base."""
        if self.base is None:
            return None
        return next((step for step in route if not self.base.routes.holds(step)), None)


def _through(route: Route) -> tuple[str, ...]:
    return tuple(step.group.key for step in route)


def _rule(step: Step) -> str:
    found = step.group.members_where
    return found.key if step.member is None and found is not None else ""


def _line(step: Step) -> Position:
    if step.member is not None:
        return step.member.at
    return step.group.position_of("members_where") or step.group.at
