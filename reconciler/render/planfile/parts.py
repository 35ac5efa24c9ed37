"""Parts that the JSON of a plan and of drift have in common."""

from collections.abc import Iterable
from typing import Any

from reconciler.model.idle import Idle
from reconciler.model.problem import Position
from reconciler.model.remarks import Conflict, Withheld


def conflict_as_json(conflict: Conflict) -> dict[str, Any]:
    """Return a conflict as JSON data."""
    return {
        "kind": conflict.kind.value,
        "key": conflict.key,
        "message": conflict.message,
        "hint": conflict.hint,
        "at": place_as_json(conflict.at),
        "live_ids": list(conflict.live_ids),
    }


def withheld_as_json(item: Withheld) -> dict[str, Any]:
    """Return something that is not done as JSON data."""
    at = place_as_json(item.at)
    return {"object": item.object_id, "what": item.what, "why": item.why, "at": at}


def idle_as_json(item: Idle) -> dict[str, Any]:
    """Return somebody who is given something that nothing comes of as JSON data."""
    return {
        "kind": item.ref.kind.value,
        "key": item.ref.key,
        "given": item.given,
        "why": item.why,
        "at": place_as_json(item.at),
        "by": place_as_json(item.by),
    }


def rows_as_json(items: Iterable[object], *names: str) -> list[dict[str, Any]]:
    """Return the fields called *names* of every item."""
    return [{name: getattr(item, name) for name in names} for item in items]


def place_as_json(at: Position | None) -> str | None:
    """Return `file:line`, or None."""
    return str(at) if at else None
