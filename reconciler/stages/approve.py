"""Approve: cut a fresh plan down to what was approved and still fits (design §7).

What has already happened is no longer in the fresh plan, and so is skipped. What is new is
reported and not run. What was approved but reads otherwise now is stale.
"""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.model.approved import ApprovedOperation, ApprovedTarget, Restriction
from reconciler.model.fingerprint import wish_as_json
from reconciler.model.plan import AttributeChange, Change, TargetPlan


def restrict_plan(plan: TargetPlan, approved: ApprovedTarget) -> Restriction:
    """Return *plan* with the operations that *approved* covers, and what is stale or new."""
    operations = approved.operations
    if (approved.url, approved.profile) != (plan.url, plan.profile):
        new = tuple(change.id for change in plan.changes)
        return Restriction(replace(plan, waves=()), tuple(sorted(operations)), new)
    fits = {change.id: _is_covered(change, operations) for change in plan.changes}
    unfit = {_operation_id(change) for change in plan.changes if not fits[change.id]}
    waves = (tuple(change for change in wave if fits[change.id]) for wave in plan.waves)
    return Restriction(
        replace(plan, waves=tuple(wave for wave in waves if wave)),
        stale=tuple(sorted(unfit & operations.keys())),
        new=tuple(sorted(unfit - operations.keys())),
    )


def _operation_id(change: Change) -> str:
    """Return the id as the plan file has it: parts of one membership change are one there."""
    return change.id.removesuffix("/" + change.part) if change.part else change.id


def _is_covered(change: Change, operations: Mapping[str, ApprovedOperation]) -> bool:
    """Tell whether everything that *change* does was approved, from the same before-values."""
    approved = operations.get(_operation_id(change))
    if approved is None or approved.sensitive or approved.action is not change.action:
        return False
    return (
        approved.live_id in (change.live_id, None)
        and all(_is_same(item, approved) for item in change.attributes)
        and approved.add.issuperset(member.name for member in change.add)
        and approved.remove.issuperset(member.name for member in change.remove)
    )


def _is_same(item: AttributeChange, approved: ApprovedOperation) -> bool:
    sides = (wish_as_json(item.before), wish_as_json(item.after))
    return approved.attributes.get(str(item.path)) == sides
