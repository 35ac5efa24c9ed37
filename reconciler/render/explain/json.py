"""Explanations as JSON: format `reconciler.explain/1`."""

from collections.abc import Iterable, Sequence
from typing import Any

from reconciler.model.explanation import (
    Course,
    Evaluated,
    Explanation,
    Fact,
    SourceAttribute,
    Trial,
)
from reconciler.model.fingerprint import MASKED, canonical_operation, wish_as_json
from reconciler.model.plan import Violation
from reconciler.model.problem import Position
from reconciler.model.values import Wish
from reconciler.render.jsontext import json_text
from reconciler.render.stamp import stamp

FORMAT = "reconciler.explain/1"


def dump_explanations(
    explanations: Sequence[Explanation], failures: Iterable[tuple[str, str]] = ()
) -> str:
    """Return everything that is known of one object at each target, as JSON text."""
    document = {
        "format": FORMAT,
        "targets": [_explanation(item) for item in explanations],
        "failures": [{"target": target, "reason": reason} for target, reason in failures],
    }
    return json_text(document)


def _explanation(item: Explanation) -> dict[str, Any]:
    return {
        "target": item.target,
        "profile": item.profile,
        "url": item.url,
        "now": stamp(item.now),
        "kind": item.ref.kind.value,
        "key": item.ref.key,
        "display": item.display,
        "at": _place(item.at),
        "requests": item.requests,
        "import": [_source(found) for found in item.source],
        "scope": {
            "standing": item.standing.value if item.standing else "gone",
            "why": item.why,
            "facts": [_fact(fact) for fact in item.facts],
        },
        "match": [_trial(trial) for trial in item.trials],
        "attributes": [_evaluated(found) for found in item.attributes],
        "action": [_course(course) for course in item.courses],
        "notes": list(item.notes),
    }


def _source(item: SourceAttribute) -> dict[str, Any]:
    return {
        "name": item.name,
        "value": _value(item.value, sensitive=item.sensitive),
        "derived": item.derived,
        "at": _place(item.at),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "verdict": fact.verdict.value,
        "text": fact.text,
        "at": _place(fact.at),
        "facts": [_fact(part) for part in fact.parts],
    }


def _trial(trial: Trial) -> dict[str, Any]:
    found = trial.found
    return {
        "by": trial.by,
        "value": trial.value,
        "found": None
        if found is None
        else [{"live_id": live.id, "display": live.display} for live in found],
        "note": trial.note,
    }


def _evaluated(found: Evaluated) -> dict[str, Any]:
    return {
        "path": str(found.path),
        "expression": found.expression,
        "value": _value(found.value, sensitive=found.sensitive),
        "on_create": _value(found.initial, sensitive=found.sensitive),
        "evaluated": found.evaluated,
        "problem": found.problem,
        "notes": list(found.notes),
        "at": _place(found.at),
        "sources": [_source(item) for item in found.sources],
    }


def _course(course: Course) -> dict[str, Any]:
    conflict = course.conflict
    return {
        "if": course.where,
        "text": course.text,
        "changes": [
            {**canonical_operation(change), "held_by": list(change.held_by)}
            for change in course.changes
        ],
        "conflict": conflict and {"message": conflict.message, "hint": conflict.hint},
        "held_by": [item.guard for item in course.violations],
        "violations": [_violation(item) for item in course.violations],
        "joining": [_violation(item) for item in course.joining],
        "withheld": [{"what": item.what, "why": item.why} for item in course.withheld],
    }


def _violation(item: Violation) -> dict[str, Any]:
    return {
        "guard": str(item.guard),
        "message": item.message,
        "setting": item.setting,
        "at": _place(item.at),
    }


def _value(value: Wish, *, sensitive: bool) -> Any:
    return MASKED if sensitive else wish_as_json(value)


def _place(at: Position | None) -> str | None:
    return str(at) if at else None
