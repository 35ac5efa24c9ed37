"""Say beforehand what an apply of a plan will cost, and whether it fits before the deadline."""

import math
from dataclasses import replace

from reconciler.cli.connect import host_of, service_of
from reconciler.cli.environment import stopwatch
from reconciler.cli.options.settings import Settings
from reconciler.cli.workspace.workspace import Workspace
from reconciler.model.plan import Plan, TargetPlan
from reconciler.scim.rehearsal.rehearse import rehearse


def forecast(plan: Plan, workspace: Workspace, settings: Settings) -> Plan:
    """Return *plan* with what its targets will cost, one after the other as an apply goes.

    An answer is taken to need as long as those needed that were waited for in this run.
    """
    services = {target.key: service_of(target, settings) for target in workspace.targets}
    hosts = {target.key: host_of(target, settings) for target in workspace.targets}
    left = settings.deadline - stopwatch()
    found: list[TargetPlan] = []
    for part in plan.targets:
        if all(change.held_by for change in part.changes):
            found.append(part)
            continue
        told = settings.traffic.answer_seconds(part.target)
        service, host = services[part.target], hosts[part.target]
        spent = settings.budgets.ages(host, service.rate)
        cost = rehearse(part, service, answer_seconds=told, spent=spent)
        cost = replace(cost, allowances=settings.budgets.allowances(host, service.rate))
        if left < math.inf:
            cost = replace(cost, left=max(0.0, left))
            left -= cost.seconds.least
        found.append(replace(part, forecast=cost))
    return replace(plan, targets=tuple(found))
