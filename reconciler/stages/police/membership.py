"""Policies on membership: who answers for a group, why somebody is in it, and how long."""

from collections import defaultdict
from collections.abc import Iterator

from reconciler.model.directory import Group, Member
from reconciler.model.policy import Finding, Membership, Policy
from reconciler.model.problem import Position
from reconciler.model.values import Kind
from reconciler.stages.police.people import endless
from reconciler.stages.police.scene import Scene


def need_grounds(policy: Policy, demand: Membership, scene: Scene) -> Iterator[Finding]:
    """Yield every group without an owner and every line of a member that lacks its grounds.

    A rule (`members_where`) is a line of its own that somebody reviewed: it needs neither.
    """
    for group in _groups(demand, scene):
        if "owner" in demand.needs and not group.owner:
            message = f"the group {group.key} has no owner"
            yield Finding(
                policy.key, policy.severity, message, group.at, policy.targets, group=group.key
            )
        yield from _lines(group, policy, demand, scene)


def _groups(demand: Membership, scene: Scene) -> Iterator[Group]:
    if demand.groups is None:
        yield from (group for group in scene.desired.groups.values() if group.sensitive)
    else:
        found = (scene.group(key) for key in sorted(demand.groups))
        yield from (group for group in found if group is not None)


def _lines(group: Group, policy: Policy, demand: Membership, scene: Scene) -> Iterator[Finding]:
    through: dict[Position, set[str]] = defaultdict(set)
    for key, at in scene.members(group.key).items():
        through[at].add(key)
    for member in group.members:
        wrong = " and ".join(_wrong(member, demand, scene))
        if wrong:
            yield Finding(
                policy.key,
                policy.severity,
                f"{_name(member)} in the group {group.key} {wrong}",
                member.at,
                policy.targets,
                user=member.ref.key if member.ref.kind is Kind.USER else "",
                group=group.key,
                members=frozenset(through[member.at]),
            )


def _wrong(member: Member, demand: Membership, scene: Scene) -> Iterator[str]:
    today = scene.directory.today
    if member.window.end is not None and member.window.end < today:
        return
    if "reason" in demand.needs and not member.reason:
        yield "has no reason"
    if "until" in demand.needs:
        found = endless(member.window, demand.days, today)
        if found is not None:
            yield found


def _name(member: Member) -> str:
    return member.ref.key if member.ref.kind is Kind.USER else f"the group {member.ref.key}"
