"""Say what a plan means for people, once it is final."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.cli.options.settings import Settings
from reconciler.cli.workspace.before import Before
from reconciler.cli.workspace.workspace import Workspace
from reconciler.collector import without_collector
from reconciler.model.grounds import Grounds, Side, side_of
from reconciler.model.plan import Plan
from reconciler.model.route import Routes
from reconciler.model.target import Target
from reconciler.stages.access import view_access
from reconciler.stages.ending import find_endings
from reconciler.stages.idle import mark_idle
from reconciler.stages.reviewers import suggest_reviewers


@without_collector()
def view(plan: Plan, workspace: Workspace, settings: Settings) -> Plan:
    """Return *plan* with its access view: after guards were passed, and after it was cut down."""
    day = settings.now.date()
    routes = Routes(workspace.desired, day)
    before = workspace.before
    past = Routes(before.desired, day) if before and before.desired else None
    sides = {
        target.key: (
            side_of(target, workspace.wanted[target.key], routes),
            _base_of(target, before, past),
        )
        for target in workspace.targets
    }
    return _seen(plan, sides, is_compared=past is not None)


def _seen(plan: Plan, sides: Mapping[str, tuple[Side, Side | None]], *, is_compared: bool) -> Plan:
    """Return *plan* with access, by target: who is idle, whose ends soon, who answers for it."""
    targets = tuple(
        mark_idle(
            replace(part, access=view_access(part, Grounds(*sides[part.target]))),
            *sides[part.target],
            is_compared=is_compared,
        )
        for part in plan.targets
    )
    endings = (
        ending
        for part in plan.targets
        for ending in find_endings(sides[part.target][0])
        if not part.only or ending.key in part.only
    )
    views = [part.access for part in targets if part.access is not None]
    return replace(
        plan,
        targets=targets,
        ending=tuple(sorted(endings, key=lambda item: item.until)),
        reviewers=suggest_reviewers(views),
    )


def _base_of(target: Target, before: Before | None, past: Routes | None) -> Side | None:
    """Return the base as *target* sees it: where the base has no such target, all of it is new."""
    if before is None or past is None:
        return None
    own = past.desired.targets.get(target.key)
    return side_of(own, before.of(target.key) or (), past) if own else None
