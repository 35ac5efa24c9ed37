"""Spare: tell what is pending from what an apply will leave out for an ignore."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from reconciler.model.drift_report import TargetDrift
from reconciler.model.plan import TargetPlan


def spare_pending(
    drift: TargetDrift, plan: TargetPlan, leave: Callable[[TargetPlan], TargetPlan]
) -> TargetDrift:
    """Return *drift* with what is pending cut down as *leave*, the stage of ignores, would cut it.

    *plan* is the one that *drift* was read off.
    """
    waiting = {change.id for change in drift.pending}
    if not waiting:
        return drift
    # Who is missing and not made again has no memberships either, so they are looked at as well.
    others = tuple(item for item in plan.changes if item.id not in waiting)
    alone = leave(replace(plan, waves=(others,)))
    kept = leave(replace(plan, waves=(others, drift.pending)))
    spared = Counter(kept.withheld) - Counter(alone.withheld)
    return replace(
        drift,
        pending=tuple(item for item in kept.changes if item.id in waiting),
        spared=tuple(spared.elements()),
    )
