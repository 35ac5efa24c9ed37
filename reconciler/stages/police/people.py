"""Policies on people: an end date, an address within the domains, a scope that all must pass."""

from collections.abc import Iterator
from datetime import date, timedelta

from reconciler.model.directory import User
from reconciler.model.policy import Domain, EndDate, Finding, Fit, Policy
from reconciler.model.problem import Position
from reconciler.model.window import Window
from reconciler.stages.police.scene import Scene, attributes_of


def need_end(policy: Policy, demand: EndDate, scene: Scene) -> Iterator[Finding]:
    """Yield everybody whose account has no end, or one too far away."""
    for user in scene.people(policy):
        wrong = endless(user.window, demand.days, scene.directory.today)
        if wrong is not None:
            at = user.position_of("until") or user.at
            yield _about(user, policy, f"{user.key} {wrong}", at)


def endless(window: Window, days: int | None, today: date) -> str | None:
    """Say what is wrong with the end of *window*, None where nothing is."""
    if window.end is None:
        return "has no end date (until)"
    latest = today + timedelta(days=days) if days is not None else None
    if latest is not None and window.end > latest:
        return f"ends on {window.end}, which is more than {days} days ahead"
    return None


def need_domain(policy: Policy, demand: Domain, scene: Scene) -> Iterator[Finding]:
    """Yield every address that is outside the domains; no address is none outside."""
    for user in scene.people(policy):
        for name in demand.attributes:
            value = user.attributes.get(name)
            items = value if isinstance(value, tuple) else (value,)
            if any(item and not demand.admits(str(item)) for item in items):
                shown = "it" if name in scene.desired.sensitive else _listed(items)
                message = f"{user.key}: {name} is not within the domains allowed: {shown}"
                at = user.position_of(name) or user.at
                yield _about(user, policy, message, at, frozenset([name]))


def need_fit(policy: Policy, demand: Fit, scene: Scene) -> Iterator[Finding]:
    """Yield everybody whom the scope does not admit, with the first clause that keeps them out."""
    rule = demand.must
    admitted = scene.admitted(rule)
    reads = frozenset(clause.attribute for item in rule.filters for clause in item.clauses)
    for user in scene.people(policy):
        if user.key not in admitted:
            attributes = attributes_of(user)
            failures = (item.first_failure(attributes) for item in rule.filters)
            clauses = "; ".join(str(clause) for clause in failures if clause is not None)
            message = f"{user.key} does not pass the scope {rule.key} ({clauses})"
            yield _about(user, policy, message, user.at, reads)


def _about(
    user: User, policy: Policy, message: str, at: Position, reads: frozenset[str] = frozenset()
) -> Finding:
    return Finding(
        policy.key,
        policy.severity,
        message,
        at,
        policy.targets,
        user=user.key,
        reads=reads,
    )


def _listed(items: tuple[object, ...]) -> str:
    return ", ".join(str(item) for item in items if item)
