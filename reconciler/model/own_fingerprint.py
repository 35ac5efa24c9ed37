"""The fingerprint of what a change under review causes itself, and of nothing else.

It stays the same while the base moves on with other things, so a review of these operations holds.
Pending changes and drift are not in it; neither are order, files, comments and lines.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from reconciler.model.fingerprint import canonical_operation, digest
from reconciler.model.plan import Action, Change, Plan

_MEMBERS = (Action.ADD_MEMBERS, Action.REMOVE_MEMBERS)


def own_fingerprint(plan: Plan) -> str | None:
    """Return 64 hex digits, None where *plan* was compared with no base.

    The settings that the change alters are in it too: they decide what is to happen later.
    """
    if plan.base is None or plan.base.errors:
        return None
    targets = [
        {
            "target": target.target,
            "url": target.url,
            "profile": target.profile,
            "operations": [operations[key] for key in sorted(operations)],
        }
        for target in sorted(plan.targets, key=lambda item: item.target)
        if (operations := _operations(target.changes))
    ]
    settings = [
        {"setting": item.name, "before": item.before, "after": item.after} for item in plan.settings
    ]
    return digest([*targets, *settings])


def _operations(changes: Iterable[Change]) -> dict[str, dict[str, Any]]:
    """Return the own operations by object; what order and guards have split is one again."""
    operations: dict[str, dict[str, Any]] = {}
    for change in filter(None, map(_own, changes)):
        key = (
            f"{change.object_id}/{change.action}" if change.action in _MEMBERS else change.object_id
        )
        found = canonical_operation(change) | {"id": key}
        known = operations.setdefault(key, found)
        if known is not found:
            known["attributes"] = sorted(
                [*known["attributes"], *found["attributes"]], key=lambda item: str(item["path"])
            )
            for side in ("add", "remove"):
                known["members"][side] = sorted(known["members"][side] + found["members"][side])
    return operations


def _own(change: Change) -> Change | None:
    """Return *change* with the parts that come from this change, None where there are none."""
    own = replace(
        change,
        attributes=tuple(item for item in change.attributes if item.origin == "this_change"),
        add=tuple(item for item in change.add if item.origin == "this_change"),
        remove=tuple(item for item in change.remove if item.origin == "this_change"),
    )
    if change.cause == "this_change":
        return own
    if not (own.attributes or own.add or own.remove):
        return None
    # How the object comes to be there is not for this change: what it adds is an update.
    return own if change.action in _MEMBERS else replace(own, action=Action.UPDATE)
