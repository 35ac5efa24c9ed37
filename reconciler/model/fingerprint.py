"""The fingerprint of a plan: what binds the plan that was read to the one that is applied.

It covers operations with before and after values, target, URL and profile; not time, order,
commit, what is held, or ids that do not exist yet (design §7).
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from reconciler.model.plan import Change, Plan
from reconciler.model.values import Ref, Wish
from reconciler.values import Complex

MASKED = {"sensitive": True}
"""What stands for a sensitive value: not even a hash of it, which could be guessed at. A plan file
adds a code that takes a key; the fingerprint is the same with any key and with none."""


def fingerprint(plan: Plan) -> str:
    """Return 64 hex digits; equal exactly when the same operations would happen."""
    targets = [
        {
            "target": target.target,
            "url": target.url,
            "profile": target.profile,
            "operations": [operations[key] for key in sorted(operations)],
        }
        for target in sorted(plan.targets, key=lambda item: item.target)
        if (operations := canonical_operations(target.changes))
    ]
    return digest(targets)


def digest(targets: list[dict[str, Any]]) -> str:
    """Return the fingerprint of canonical targets, whether made from a plan or read from a file."""
    return hashlib.sha256(canonical_text(targets).encode()).hexdigest()


def canonical_text(data: Any) -> str:
    """Return *data* as the one JSON text, all ASCII, that is hashed and signed."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def canonical_operations(changes: Iterable[Change]) -> dict[str, dict[str, Any]]:
    """Return the operations by id; parts of one membership change are one operation again."""
    operations: dict[str, dict[str, Any]] = {}
    for change in changes:
        key = change.id.removesuffix("/" + change.part) if change.part else change.id
        operation = canonical_operation(change)
        if key in operations:
            members = operations[key]["members"]
            for side in ("add", "remove"):
                members[side] = sorted({*members[side], *operation["members"][side]})
        else:
            operations[key] = {**operation, "id": key}
    return operations


def canonical_operation(change: Change) -> dict[str, Any]:
    """Return what *change* does as plain JSON data."""
    return {
        "id": change.id,
        "action": change.action.value,
        "live_id": change.live_id,
        "attributes": sorted(
            (
                {
                    "path": str(item.path),
                    "before": MASKED if item.sensitive else wish_as_json(item.before),
                    "after": MASKED if item.sensitive else wish_as_json(item.after),
                }
                for item in change.attributes
            ),
            key=lambda item: str(item["path"]),
        ),
        "members": {
            "add": sorted(member.name for member in change.add),
            "remove": sorted(member.name for member in change.remove),
        },
    }


def wish_as_json(value: Wish) -> Any:
    """Return *value* as JSON; a reference whose id may not exist yet as `{"ref": "user/ada"}`."""
    match value:
        case Ref():
            return {"ref": str(value)}
        case Complex():
            return dict(value.parts)
        case tuple():
            return [wish_as_json(item) for item in value]
        case _:
            return value
