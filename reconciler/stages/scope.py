"""Scope: who should have an account at one target, and why or why not."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from reconciler.model.directory import Directory, ResolvedGroup, ResolvedUser
from reconciler.model.guest import as_source
from reconciler.model.mapping import ScopeRule
from reconciler.model.resource import Scoped
from reconciler.model.target import Assignment, Standing, Target
from reconciler.model.values import Kind, Ref
from reconciler.values import Value


def scope_directory(directory: Directory, target: Target) -> tuple[Scoped, ...]:
    """Return every user and group with its standing at *target*, users first, by key."""
    assigned = _assigned_users(directory, target)
    users = [
        _scope_user(directory.users[key], target, assigned.get(key))
        for key in sorted(directory.users)
    ]
    accounts = {item.key for item in users if item.standing is Standing.ACTIVE}
    return (*users, *_scope_groups(directory, target, accounts))


def _valid_assignments(directory: Directory, target: Target) -> Iterator[Assignment]:
    for assignment in target.assignments:
        if target.refusal(assignment, directory.today) is None:
            yield assignment


def _assigned_users(directory: Directory, target: Target) -> Mapping[str, list[Assignment]]:
    """Return the assignments by user, directly or through a group, in the order of the YAML."""
    assigned: dict[str, list[Assignment]] = defaultdict(list)
    for assignment in _valid_assignments(directory, target):
        if assignment.ref.kind is Kind.USER:
            assigned[assignment.ref.key].append(assignment)
        else:
            for key in directory.groups[assignment.ref.key].members:
                assigned[key].append(assignment)
    return assigned


def _scope_user(
    resolved: ResolvedUser, target: Target, assignments: list[Assignment] | None
) -> Scoped:
    user = resolved.user
    roles = tuple(dict.fromkeys(item.role for item in assignments or () if item.role))
    derived: dict[str, Value] = {
        "accountEnabled": True,
        **as_source(user.attributes),
        "objectId": user.key,
        "appRoleAssignments": roles or None,
    }
    standing, why = _standing(resolved, target, assignments, derived)
    derived["IsSoftDeleted"] = standing is not Standing.ACTIVE
    asked_by = resolved.asked_by if standing is Standing.DISABLED else ""
    given = tuple(assignments or ())
    return Scoped(
        Kind.USER, user.key, standing, why, derived, user, asked_by=asked_by, assignments=given
    )


def _standing(
    resolved: ResolvedUser,
    target: Target,
    assignments: list[Assignment] | None,
    attributes: Mapping[str, Value],
) -> tuple[Standing, str]:
    if target.scope == "assigned" and not assignments:
        return Standing.OUT, "not assigned"
    failure = _failure(target.users.filter, attributes)
    if failure is not None:
        return Standing.OUT, failure
    if not resolved.enabled:
        return Standing.DISABLED, resolved.reason or "disabled"
    return Standing.ACTIVE, _reason(assignments)


def _failure(rule: ScopeRule | None, attributes: Mapping[str, Value]) -> str | None:
    """Say which clause keeps somebody out, or None where a filter lets them in."""
    if rule is None or rule.admits(attributes):
        return None
    failures = [
        f"{item.name}: {clause}"
        for item in rule.filters
        if (clause := item.first_failure(attributes)) is not None
    ]
    return f"the filter {rule.key} does not admit it ({'; '.join(failures)})"


def _reason(assignments: list[Assignment] | None) -> str:
    if not assignments:
        return "the scope is all"
    return assignments[0].words


def _scope_groups(directory: Directory, target: Target, accounts: set[str]) -> Iterator[Scoped]:
    if target.groups.provision == "none":
        return
    assigned = {
        item.ref: item
        for item in _valid_assignments(directory, target)
        if item.ref.kind is Kind.GROUP
    }
    for key in sorted(directory.groups):
        assignment = assigned.get(Ref(Kind.GROUP, key))
        yield _scope_group(directory.groups[key], target, assignment, accounts)


def _scope_group(
    resolved: ResolvedGroup, target: Target, assignment: Assignment | None, accounts: set[str]
) -> Scoped:
    group = resolved.group
    attributes = {**group.attributes, "objectId": group.key}
    standing, why = Standing.ACTIVE, "assigned" if assignment else "all groups are provisioned"
    if target.groups.provision == "assigned" and assignment is None:
        standing, why = Standing.OUT, "not assigned"
    elif (failure := _failure(target.groups.filter, attributes)) is not None:
        standing, why = Standing.OUT, failure
    members = {key: at for key, at in resolved.members.items() if key in accounts}
    return Scoped(Kind.GROUP, group.key, standing, why, attributes, group, members)
