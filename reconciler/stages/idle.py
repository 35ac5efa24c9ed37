"""Idle: whom the YAML gives something at a target that nothing comes of, and what keeps it back.

Whoever adds such a line sees no change in the plan; here stands why.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal, NamedTuple

from reconciler.model.directory import User
from reconciler.model.grounds import Side
from reconciler.model.idle import Idle
from reconciler.model.plan import TargetPlan
from reconciler.model.problem import Position
from reconciler.model.resource import Wanted
from reconciler.model.target import Assignment, Standing
from reconciler.model.values import Kind, Ref


class _Found(NamedTuple):
    """*cause* is what keeps it back: a filter, that somebody is disabled, or the line itself.

    *ways* are the assignments by which somebody is given it.
    """

    idle: Idle
    cause: Literal["filter", "disabled", "line"]
    ways: tuple[Assignment, ...] = ()

    @property
    def mark(self) -> tuple[Ref, str, str]:
        """The same in two desired states where nothing is new; a filter may refuse anew."""
        if self.cause == "line":
            return (self.idle.ref, self.idle.given, self.idle.why)
        return (self.idle.ref, self.cause, "" if self.cause == "filter" else self.idle.why)


def mark_idle(plan: TargetPlan, head: Side, base: Side | None, *, is_compared: bool) -> TargetPlan:
    """Return *plan* with who is idle by this change, and how many are idle in all.

    Without a comparison nobody is so by this change; at a target that the base lacks everybody is.
    """
    told = _told(plan)
    found = [item for item in _every(head) if _is_silent(item, plan, told)]
    if not is_compared or not found:
        return replace(plan, idle_count=len(found))
    before = {item.mark: item.ways for item in _every(base)} if base is not None else {}
    fresh = (_fresh(item, before.get(item.mark)) for item in found)
    return replace(plan, idle=tuple(filter(None, fresh)), idle_count=len(found))


def _fresh(found: _Found, before: tuple[Assignment, ...] | None) -> Idle | None:
    """Return who is idle anew, by the assignment that the base lacks, or None."""
    if before is None:
        return found.idle
    known = {(one.ref, one.role) for one in before}
    new = next((one for one in found.ways if (one.ref, one.role) not in known), None)
    return replace(found.idle, given=new.words, at=new.at) if new else None


def _told(plan: TargetPlan) -> frozenset[Ref]:
    """Return of whom the plan says something already."""
    changes = (Ref(item.kind, item.key) for item in plan.changes)
    conflicts = (Ref(item.kind, item.key) for item in plan.conflicts)
    strangers = (item.ref for item in plan.unmanaged)
    kept = (item.object_id.split("/", 2) for item in plan.withheld)
    withheld = (Ref(Kind(kind), key) for _, kind, key in kept)
    return frozenset((*changes, *conflicts, *strangers, *withheld))


def _is_silent(found: _Found, plan: TargetPlan, told: frozenset[Ref]) -> bool:
    """Tell whether the plan shows nothing else of it, and whether it is about whom is planned."""
    ref = found.idle.ref
    if plan.only and not (ref.kind is Kind.USER and ref.key in plan.only):
        return False
    if found.cause == "disabled" and ref in plan.ids:
        return False  # There is an account, and it is as disabled as it should be.
    return found.cause == "line" or ref not in told


def _every(side: Side) -> Iterator[_Found]:
    assigned = _assigned(side)
    for item in side.wanted.values():
        if item.standing is not Standing.ACTIVE and (given := _given(item, side, assigned)):
            yield from _kept_back(item, side, *given)
    yield from _assignments(side)
    yield from _members(side, assigned)


def _assigned(side: Side) -> Mapping[Ref, Assignment]:
    """Return the first assignment that counts of each group."""
    found: dict[Ref, Assignment] = {}
    for one in side.target.assignments:
        if one.ref.kind is Kind.GROUP and side.target.refusal(one, side.routes.day) is None:
            found.setdefault(one.ref, one)
    return found


def _given(
    item: Wanted, side: Side, assigned: Mapping[Ref, Assignment]
) -> tuple[str, Position] | None:
    """Return what somebody is given, and by which line; None where that is nothing."""
    if item.kind is Kind.GROUP:
        if item.ref in assigned and side.target.groups.provision == "assigned":
            return "assigned", assigned[item.ref].at
        is_given = side.target.groups.provision == "all"
        return ("provisioned, as all groups are", item.source.at) if is_given else None
    if item.assignments:
        return item.assignments[0].words, item.assignments[0].at
    is_given = side.target.scope == "all"
    return ("in scope, as everybody is", item.source.at) if is_given else None


def _kept_back(item: Wanted, side: Side, given: str, at: Position) -> Iterator[_Found]:
    """Yield somebody whom a filter keeps back, or whose own lines do."""
    if item.standing is Standing.OUT:
        rule = side.target.rules(item.kind).filter
        idle = Idle(item.ref, given, item.why, at, rule.at if rule else None)
        yield _Found(idle, "filter", item.assignments)
    elif isinstance(item.source, User):
        by = item.source.position_of(item.asked_by)
        idle = Idle(item.ref, given, f"disabled: {item.why}", at, by)
        yield _Found(idle, "disabled", item.assignments)


def _assignments(side: Side) -> Iterator[_Found]:
    """Yield the assignments that count for nobody today: by their window, or by their role."""
    for one in side.target.assignments:
        refusal = side.target.refusal(one, side.routes.day)
        if refusal is not None:
            is_role = one.window.contains(side.routes.day)
            by = side.target.position_of("exclude_roles") if is_role else None
            given = f"assigned as {one.role}" if one.role else "assigned"
            yield _Found(Idle(one.ref, given, refusal, one.at, by), "line")


def _members(side: Side, assigned: Mapping[Ref, Assignment]) -> Iterator[_Found]:
    """Yield the lines of members outside their window, in groups that count at the target."""
    here = {ref.key for ref in assigned}
    here |= {
        item.key
        for item in side.wanted.values()
        if item.kind is Kind.GROUP and item.standing is Standing.ACTIVE
    }
    for shut in side.routes.shut():
        if side.routes.leads_to(shut.group.key, here):
            given = f"a member of {shut.group.key}"
            why = f"that membership {shut.refusal}"
            yield _Found(Idle(shut.member.ref, given, why, shut.member.at), "line")
