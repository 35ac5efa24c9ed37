"""Facts: everything that the scope of one user or group rests on, in the order of the decision.

Nothing is decided here: the answers are those that `resolve` and `scope` go by.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.model.directory import Desired, Directory, Group, Member, ResolvedUser, User
from reconciler.model.explanation import Fact, Verdict
from reconciler.model.mapping import Clause, Filter, ScopeRule
from reconciler.model.problem import Position
from reconciler.model.resource import Scoped
from reconciler.model.route import Step, route_to
from reconciler.model.target import Assignment, Standing, Target
from reconciler.model.values import Kind, Ref
from reconciler.model.window import ALWAYS
from reconciler.values import Value

_HIDDEN = "(sensitive)"


@dataclass(frozen=True, slots=True)
class _Scene:
    """Where the facts are looked for."""

    desired: Desired
    directory: Directory
    target: Target


def scope_facts(
    scoped: Scoped, desired: Desired, directory: Directory, target: Target
) -> tuple[Fact, ...]:
    """Return the facts about *scoped*; the first that says no is why it is not active."""
    scene = _Scene(desired, directory, target)
    if isinstance(scoped.source, User):
        resolved = directory.users[scoped.key]
        return (
            _user_assigned(scoped.key, scene),
            _filtered(target.users.filter, scoped.attributes, scene),
            *_enabled(resolved, directory),
        )
    return (
        _group_assigned(scoped.key, scene),
        _filtered(target.groups.filter, scoped.attributes, scene),
        _membership(scoped, scoped.source, scene),
    )


# --- assigned ---------------------------------------------------------------------------------


def _user_assigned(key: str, scene: _Scene) -> Fact:
    found = (_assignment(item, key, scene) for item in scene.target.assignments)
    parts = tuple(item for item in found if item is not None)
    if scene.target.scope == "all":
        text = "the scope is all: nobody needs an assignment"
        return Fact(Verdict.YES, text, scene.target.at, parts)
    if any(part.verdict is Verdict.YES for part in parts):
        return Fact(Verdict.YES, "it is assigned", None, parts)
    total = len(scene.target.assignments)
    text = "not assigned: no assignment counts for it today"
    if not parts:
        text = f"not assigned: none of the {total} assignments names it or a group that it is in"
    return Fact(Verdict.NO, text, scene.target.at, parts)


def _assignment(assignment: Assignment, key: str, scene: _Scene) -> Fact | None:
    """Return what *assignment* means for the user *key*, None where it is about others."""
    role = f" as {assignment.role}" if assignment.role else ""
    refusal = scene.target.refusal(assignment, scene.directory.today)
    if assignment.ref.kind is Kind.USER:
        if assignment.ref.key != key:
            return None
        return _judged(f"assigned directly{role}", refusal, assignment.at)
    route = route_to(key, assignment.ref.key, scene.desired, scene.directory.today)
    if route is None:
        return None
    parts = tuple(_step(step, key, scene) for step in reversed(route))
    text = f"assigned through the group {assignment.ref.key}{role}"
    if refusal is None and any(part.verdict is Verdict.NO for part in parts):
        refusal = "that membership does not count today"
    return _judged(text, refusal, assignment.at, parts)


def _judged(
    text: str, refusal: str | None, at: Position | None, parts: tuple[Fact, ...] = ()
) -> Fact:
    if refusal is None:
        return Fact(Verdict.YES, text, at, parts)
    return Fact(Verdict.NO, f"{text}, but {refusal}", at, parts)


def _step(step: Step, key: str, scene: _Scene) -> Fact:
    group, member = step.group, step.member
    if member is None:
        rule = group.members_where
        text = f"the rule {rule.key if rule else ''} makes {key} a member of {group.key}"
        user = scene.desired.users[key]
        parts = _filters(rule, user.attributes, scene) if rule else ()
        return Fact(Verdict.YES, text, group.position_of("members_where"), parts)
    verb = "is a member of" if member.ref.kind is Kind.USER else "is nested in"
    return _member(f"{member.ref.key} {verb} {group.key}", member, scene)


def _member(text: str, member: Member, scene: _Scene) -> Fact:
    reason = f" ({member.reason})" if member.reason else ""
    refusal = member.window.refusal(scene.directory.today)
    return _judged(f"{text}{reason}", refusal and f"that membership {refusal}", member.at)


def _group_assigned(key: str, scene: _Scene) -> Fact:
    provision, at = scene.target.groups.provision, scene.target.at
    if provision == "none":
        return Fact(Verdict.NO, "groups are not provisioned (groups.provision: none)", at)
    if provision == "all":
        return Fact(Verdict.YES, "groups.provision is all: no group needs an assignment", at)
    parts = tuple(
        _judged(
            "the group itself is assigned",
            scene.target.refusal(item, scene.directory.today),
            item.at,
        )
        for item in scene.target.assignments
        if item.ref == Ref(Kind.GROUP, key)
    )
    if any(part.verdict is Verdict.YES for part in parts):
        return Fact(Verdict.YES, "it is assigned", None, parts)
    text = "not assigned: being nested in a group that is assigned does not count"
    return Fact(Verdict.NO, text, at, parts)


# --- filtered ---------------------------------------------------------------------------------


def _filtered(rule: ScopeRule | None, attributes: Mapping[str, Value], scene: _Scene) -> Fact:
    if rule is None:
        return Fact(Verdict.YES, "no filter is set")
    parts = _filters(rule, attributes, scene)
    if rule.admits(attributes):
        return Fact(Verdict.YES, f"the filter {rule.key} admits it", rule.at, parts)
    text = f"the filter {rule.key} does not admit it: none of its parts holds in every clause"
    return Fact(Verdict.NO, text, rule.at, parts)


def _filters(rule: ScopeRule, attributes: Mapping[str, Value], scene: _Scene) -> tuple[Fact, ...]:
    return tuple(_filter(item, attributes, scene) for item in rule.filters)


def _filter(found: Filter, attributes: Mapping[str, Value], scene: _Scene) -> Fact:
    verdict = Verdict.YES if found.first_failure(attributes) is None else Verdict.NO
    parts = tuple(_clause(clause, attributes, scene) for clause in found.clauses)
    return Fact(verdict, found.name, None, parts)


def _clause(clause: Clause, attributes: Mapping[str, Value], scene: _Scene) -> Fact:
    verdict = Verdict.YES if clause.holds(attributes) else Verdict.NO
    seen = _shown(attributes.get(clause.attribute))
    if clause.attribute in scene.desired.sensitive:
        seen = _HIDDEN
    return Fact(verdict, f"{clause}: it is {seen}", clause.at)


def _shown(value: Value) -> str:
    match value:
        case None | "" | ():
            return "empty"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"'
        case tuple():
            return ", ".join(map(_shown, value))
        case _:
            return str(value)


# --- enabled ----------------------------------------------------------------------------------


def _enabled(resolved: ResolvedUser, directory: Directory) -> Iterator[Fact]:
    user = resolved.user
    at = user.position_of("accountEnabled")
    if user.is_switched_off:
        yield Fact(Verdict.NO, "accountEnabled is false", at)
    else:
        given = "is true" if at else "is not given, and so true"
        yield Fact(Verdict.YES, f"accountEnabled {given}", at)
    if user.window == ALWAYS:
        yield Fact(Verdict.YES, "no limit in time (from, until)")
        return
    refusal = user.window.refusal(directory.today)
    early = user.window.start is not None and directory.today < user.window.start
    at = user.position_of("from" if early else "until") or user.position_of("from")
    limits = (("from", user.window.start), ("until", user.window.end))
    text = " ".join(f"{word} {day}" for word, day in limits if day is not None)
    if refusal is None:
        yield Fact(Verdict.YES, f"valid {text}, both days included", at)
    else:
        yield Fact(Verdict.NO, f"its time {refusal}; today is {directory.today}", at)


# --- members ----------------------------------------------------------------------------------


def _left_out(member: ResolvedUser) -> str:
    reason = member.reason or "it is out of scope here"
    return f"{member.user.key} is a member, but has no account here: {reason}"


def _membership(scoped: Scoped, group: Group, scene: _Scene) -> Fact:
    """Count the members, and name those who do not count and why."""
    members = scene.directory.groups[group.key].members
    outside = tuple(
        Fact(Verdict.NO, _left_out(scene.directory.users[key]), at)
        for key, at in sorted(members.items())
        if key not in scoped.members and scoped.standing is not Standing.OUT
    )
    closed = tuple(
        fact
        for item in group.members
        if (fact := _member(f"{item.ref.key} is a member", item, scene)).verdict is Verdict.NO
    )
    noun = "member" if len(members) == 1 else "members"
    text = f"{len(members)} {noun}, nested groups and rules included"
    if outside:
        text += f"; {len(scoped.members)} of them should have an account here"
    return Fact(Verdict.NOTE, text, group.position_of("members"), (*closed, *outside))
