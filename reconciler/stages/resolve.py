"""Resolve: the directory on one day, windows applied and nested groups flattened."""

from collections.abc import Iterator, Mapping
from datetime import date

from reconciler.model.directory import (
    Desired,
    Directory,
    Group,
    ResolvedGroup,
    ResolvedUser,
    User,
)
from reconciler.model.problem import Position
from reconciler.model.values import Kind


def resolve_directory(desired: Desired, today: date) -> Directory:
    """Return who is enabled and who is in which group on *today* (a UTC day)."""
    users = {key: _resolve_user(user, today) for key, user in desired.users.items()}
    groups = {
        key: ResolvedGroup(group, _members(group, desired, today))
        for key, group in desired.groups.items()
    }
    return Directory(users, groups, today)


def _resolve_user(user: User, today: date) -> ResolvedUser:
    if user.is_switched_off:
        return ResolvedUser(
            user, enabled=False, reason="accountEnabled is false", asked_by="accountEnabled"
        )
    reason = user.window.refusal(today)
    if reason is None:
        return ResolvedUser(user, enabled=True)
    asked_by = "until" if user.window.start is None or user.window.start <= today else "from"
    return ResolvedUser(user, enabled=False, reason=reason, asked_by=asked_by)


def _members(group: Group, desired: Desired, today: date) -> Mapping[str, Position]:
    """Collect the members of *group*; each keeps the line in this group that grants it.

    A user named twice keeps the first line. A rule in `members_where` grants what no line does.
    """
    members: dict[str, Position] = {}
    for member in group.members:
        if not member.window.contains(today):
            continue
        if member.ref.kind is Kind.USER:
            members.setdefault(member.ref.key, member.at)
        else:
            for key in _nested(member.ref.key, desired, today):
                members.setdefault(key, member.at)
    for key in _computed(group, desired):
        members.setdefault(key, group.position_of("members_where") or group.at)
    return members


def _nested(key: str, desired: Desired, today: date) -> Iterator[str]:
    """Yield the users of the group *key* and of every group inside it, each group once."""
    waiting, seen = [key], {key}
    while waiting:
        group = desired.groups[waiting.pop()]
        yield from _computed(group, desired)
        for member in group.members:
            if not member.window.contains(today):
                continue
            if member.ref.kind is Kind.USER:
                yield member.ref.key
            elif member.ref.key not in seen:
                seen.add(member.ref.key)
                waiting.append(member.ref.key)


def _computed(group: Group, desired: Desired) -> Iterator[str]:
    """Yield the users that the group's rule admits."""
    rule = group.members_where
    if rule is not None:
        yield from (key for key, user in desired.users.items() if rule.admits(user.attributes))
