"""Separation of duties: nobody has two of what must stay apart."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from reconciler.model.policy import Finding, Part, Policy, Separation
from reconciler.model.problem import Position
from reconciler.model.target import Standing
from reconciler.stages.police.scene import Scene


def keep_apart(policy: Policy, demand: Separation, scene: Scene) -> Iterator[Finding]:
    """Yield everybody who has two or more parts, each with the line that gives it.

    A part that is not there any more is said: nobody can be held against it.
    """
    had: dict[str, list[tuple[Part, Position]]] = defaultdict(list)
    for part in demand.of:
        if part.group and scene.group(part.group) is None:
            message = f"there is no group {part.group}, so nobody is held against it"
            yield Finding(policy.key, policy.severity, message, policy.at, policy.targets)
        for key, at in _holders(part, scene).items():
            had[key].append((_as_it_is(part, scene), at))
    for user in scene.people(policy):
        parts = had.get(user.key, ())
        if len(parts) > 1:
            named = " and ".join(f"{part} ({at})" for part, at in parts)
            yield Finding(
                policy.key,
                policy.severity,
                f"{user.key} {named}",
                parts[-1][1],
                policy.targets,
                user=user.key,
                parts=tuple(part for part, _ in parts),
            )


def _holders(part: Part, scene: Scene) -> Mapping[str, Position]:
    """Return who has *part*, with the line that gives it."""
    if part.group:
        return scene.members(part.group)
    holders = {}
    for key, item in scene.accounts.get(part.target, {}).items():
        if item.standing is Standing.ACTIVE:
            lines = [given.at for given in item.assignments if part.role in (None, given.role)]
            if lines or part.role is None:
                holders[key] = lines[0] if lines else item.source.at
    return holders


def _as_it_is(part: Part, scene: Scene) -> Part:
    """Return *part* under the key that its group has now."""
    group = scene.group(part.group) if part.group else None
    return Part(group=group.key) if group else part
