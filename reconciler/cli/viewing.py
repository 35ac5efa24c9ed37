"""Say what a plan means for people, once it is final."""

from dataclasses import replace

from reconciler.cli.options import Settings
from reconciler.cli.workspace import Workspace
from reconciler.model.plan import Plan
from reconciler.model.route import Routes
from reconciler.pipeline import see_access, side_of


def view(plan: Plan, workspace: Workspace, settings: Settings) -> Plan:
    """Return *plan* with its access view: after guards were passed, and after it was cut down."""
    routes = Routes(workspace.desired, settings.now.date())
    targets = {target.key: target for target in workspace.targets}
    found = []
    for part in plan.targets:
        head = side_of(targets[part.target], workspace.wanted[part.target], routes)
        found.append(see_access(part, head))
    return replace(plan, targets=tuple(found))
