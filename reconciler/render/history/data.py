"""Earlier runs for machines and spreadsheets: JSON (`reconciler.history/1`) and CSV."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from reconciler.model.fingerprint import MASKED, wish_as_json
from reconciler.model.history import PastOperation, PastRun
from reconciler.model.plan import AttributeChange
from reconciler.render.history.steps import result_of, steps_of
from reconciler.render.jsontext import json_text
from reconciler.render.run import delivery_as_json
from reconciler.render.stamp import stamp
from reconciler.render.table import table
from reconciler.render.values import SENSITIVE

FORMAT: Final = "reconciler.history/1"


def dump_runs(runs: Sequence[PastRun]) -> str:
    """Return runs as JSON text."""
    return _document(runs=[_run(run) for run in runs])


def dump_operations(operations: Sequence[PastOperation], run: PastRun | None = None) -> str:
    """Return operations as JSON text, with the one *run* that they are of, if there is one."""
    told = [_operation(item) for item in operations]
    if run is None:
        return _document(operations=told)
    notices = [delivery_as_json(item) for item in run.notices or ()]
    return _document(run={**_run(run), "notices": notices}, operations=told)


def runs_as_csv(runs: Sequence[PastRun]) -> str:
    """Return runs as CSV, one row each."""
    rows = [_run(run) for run in runs]
    for row in rows:
        row["targets"] = " ".join(row["targets"])
        row["counts"] = " ".join(f"{state}={number}" for state, number in row["counts"].items())
    names = ("run", "started", "ended", "seconds", "result", "code", "counts", "targets")
    return table((*names, "trigger", "plan", "commit", "digest", "tool", "resumes"), rows)


def operations_as_csv(operations: Sequence[PastOperation]) -> str:
    """Return operations as CSV: a row for each attribute and member, and one where is none."""
    names = ("run", "id", "target", "action", "kind", "key", "display", "live_id", "status")
    more = ("code", "detail", "sent", "seconds", "requests", "why", "at")
    rows = (
        {**_operation(item), "path": path, "before": before, "after": after}
        for item in operations
        for path, before, after in _differences(item)
    )
    return table((*names, "path", "before", "after", *more), rows)


def _document(**content: Any) -> str:
    return json_text({"format": FORMAT, **content})


def _run(run: PastRun) -> dict[str, Any]:
    return {
        "run": run.number,
        "started": stamp(run.started),
        "ended": stamp(run.ended) if run.ended else None,
        "seconds": run.seconds,
        "result": result_of(run).word,
        "code": run.code,
        "targets": list(run.targets),
        "counts": {state.value: number for state, number in run.counts.items()},
        "failures": [{"target": name, "reason": reason} for name, reason in run.failures],
        "trigger": run.start.trigger,
        "plan": run.start.plan,
        "commit": run.start.commit,
        "digest": run.start.digest,
        "tool": run.start.tool,
        "resumes": run.start.resumes,
    }


def _operation(item: PastOperation) -> dict[str, Any]:
    return {
        "run": item.run,
        "id": item.id,
        "target": item.target,
        "url": item.url,
        "action": item.action.value if item.action else None,
        "kind": item.kind.value,
        "key": item.key,
        "display": item.display,
        "live_id": item.live_id,
        "status": item.state.value,
        "code": item.code,
        "detail": item.detail,
        "sent": item.sent.isoformat() if item.sent else None,
        "seconds": item.seconds,
        "requests": item.requests,
        "why": item.why,
        "at": item.at,
        "held_by": list(item.held_by),
        "steps": [step._asdict() for step in steps_of(item)],
        "attributes": [_attribute(change) for change in item.attributes],
        "members": {"add": list(item.add), "remove": list(item.remove)},
    }


def _attribute(change: AttributeChange) -> dict[str, Any]:
    sides = (change.before, change.after)
    before, after = (MASKED if change.sensitive else wish_as_json(side) for side in sides)
    return {"path": str(change.path), "before": before, "after": after}


def _differences(item: PastOperation) -> Iterator[tuple[str, str, str]]:
    """Yield path, old and new value as text; for a member, its key stands on one side."""
    for change in item.attributes:
        sides = (change.before, change.after)
        before, after = (SENSITIVE if change.sensitive else _text(side) for side in sides)
        yield str(change.path), before, after
    yield from (("members", "", name) for name in item.add)
    yield from (("members", name, "") for name in item.remove)
    if not (item.attributes or item.add or item.remove):
        yield "", "", ""


def _text(value: Any) -> str:
    plain = wish_as_json(value)
    return plain if isinstance(plain, str) else "" if plain is None else json.dumps(plain)
