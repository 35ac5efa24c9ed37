"""Operations as rows, and back: what was planned, sent, answered; sensitive values left out."""

import json
from datetime import datetime
from typing import Any

from reconciler.ledger.place import Page
from reconciler.model.fingerprint import MASKED, canonical_operation
from reconciler.model.history import PastOperation, State
from reconciler.model.path import parse_path
from reconciler.model.plan import Action, AttributeChange, Change
from reconciler.model.values import Kind, Ref, Wish


def operation_as_row(change: Change, page: Page) -> dict[str, Any]:
    """Return the row of a change that nobody has sent yet."""
    shown = canonical_operation(change)
    return {
        "run": page.run,
        **page.place.row,
        "change": change.id,
        "operation": change.operation,
        "kind": change.kind.value,
        "key": change.key,
        "action": change.action.value,
        "display": change.display,
        "live_id": change.live_id,
        "why": change.why,
        "at": str(change.at) if change.at else None,
        "held_by": ",".join(change.held_by),
        "values": json.dumps({name: shown[name] for name in ("attributes", "members")}),
    }


def operation_from_row(row: Any) -> PastOperation:
    """Return the operation that stands in *row*."""
    values = json.loads(row["values"])
    return PastOperation(
        run=row["run"],
        target=row["target"],
        url=row["url"],
        id=row["change"],
        operation=row["operation"],
        kind=Kind(row["kind"]),
        key=row["key"],
        action=Action(row["action"]) if row["action"] else None,
        display=row["display"],
        state=state_of(row["status"], row["sent"]),
        live_id=row["live_id"],
        why=row["why"],
        at=row["at"],
        held_by=tuple(name for name in row["held_by"].split(",") if name),
        attributes=tuple(map(_attribute, values["attributes"])),
        add=tuple(values["members"]["add"]),
        remove=tuple(values["members"]["remove"]),
        sent=_moment(row["sent"]),
        answered=_moment(row["answered"]),
        code=row["code"] or "",
        detail=row["detail"] or "",
        requests=row["requests"] or 0,
    )


def state_of(status: str | None, sent: str | None) -> State:
    """Return where an operation stands."""
    if status is not None:
        return State(status)
    return State.UNSENT if sent is None else State.UNANSWERED


def _attribute(item: dict[str, Any]) -> AttributeChange:
    path = parse_path(item["path"])
    if MASKED in (item["before"], item["after"]):
        return AttributeChange(path, None, None, sensitive=True)
    return AttributeChange(path, _wish(item["before"]), _wish(item["after"]))


def _wish(value: Any) -> Wish:
    """Undo `fingerprint.wish_as_json`."""
    if isinstance(value, dict):
        kind, _, key = str(value["ref"]).partition("/")
        return Ref(Kind(kind), key)
    return tuple(value) if isinstance(value, list) else value


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
