"""Say what a plan means for people, once it is final."""

from reconciler.cli.before import Before
from reconciler.cli.options import Settings
from reconciler.cli.workspace import Workspace
from reconciler.model.grounds import Side
from reconciler.model.plan import Plan
from reconciler.model.route import Routes
from reconciler.model.target import Target
from reconciler.pipeline import see_people, side_of


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
    return see_people(plan, sides)


def _base_of(target: Target, before: Before | None, past: Routes | None) -> Side | None:
    """Return the base as *target* sees it: where the base has no such target, all of it is new."""
    if before is None or past is None:
        return None
    own = past.desired.targets.get(target.key)
    return side_of(own, before.of(target.key) or (), past) if own else None
