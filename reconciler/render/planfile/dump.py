"""A plan as JSON, for machines and for `apply PLAN`: format `reconciler.plan/1`."""

from dataclasses import asdict
from typing import Any

from reconciler.model.fingerprint import canonical_operation, fingerprint
from reconciler.model.own_fingerprint import own_fingerprint
from reconciler.model.plan import Change, Plan, TargetPlan, Violation
from reconciler.model.plankey import PlanKey
from reconciler.model.revision import Revision
from reconciler.model.trust import SettingChange
from reconciler.render.jsontext import json_text
from reconciler.render.plan.forecast import forecast_as_json
from reconciler.render.plan.summary import count_plan, count_target
from reconciler.render.planfile.access import access_as_json, endings_as_json, reviewers_as_json
from reconciler.render.planfile.documents import FORMAT, PlanDocument
from reconciler.render.planfile.parts import (
    conflict_as_json,
    idle_as_json,
    place_as_json,
    rows_as_json,
    withheld_as_json,
)
from reconciler.render.quarantine import quarantine_as_json
from reconciler.render.stamp import stamp


def dump_plan(plan: Plan, key: PlanKey | None = None) -> str:
    """Return *plan* as JSON text, non-ASCII characters escaped so that none can mislead.

    With *key* it is signed, and a code under the key stands for each sensitive value.
    """
    mark = fingerprint(plan)
    document: dict[str, Any] = {
        "format": FORMAT,
        "fingerprint": mark,
        "created": stamp(plan.created),
        "tool": plan.tool,
        "desired": {"commit": plan.commit, "digest": plan.digest, "planned": plan.planned},
        "base": _base(plan.base),
        "this_change": _own(plan),
        "settings": [_setting(item) for item in plan.settings],
        "summary": count_plan(plan),
        "targets": [_target(target, mark, key) for target in plan.targets],
        "failures": [{"target": name, "reason": reason} for name, reason in plan.failures],
        "ending": endings_as_json(plan),
        "reviewers": reviewers_as_json(plan),
        "moment": plan.moment.isoformat() if plan.moment else None,
    }
    document["signature"] = key.signature(document) if key else None
    return json_text(document)


def _base(base: Revision | None) -> dict[str, Any] | None:
    return asdict(base) if base else None


def _own(plan: Plan) -> dict[str, Any] | None:
    mark = own_fingerprint(plan)
    own = sum(change.origin == "this_change" for change in plan.changes)
    return {"fingerprint": mark, "changes": own} if mark else None


def _setting(item: SettingChange) -> dict[str, Any]:
    sides = {"name": item.name, "before": item.before, "after": item.after}
    return {**sides, "effect": item.effect.value, "at": place_as_json(item.at)}


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema of the plan file; `docs/plan.schema.json` is this."""
    schema = PlanDocument.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _target(target: TargetPlan, mark: str, key: PlanKey | None) -> dict[str, Any]:
    return {
        "target": target.target,
        "url": target.url,
        "profile": target.profile,
        "live": {
            "taken": stamp(target.taken),
            "users": target.live_users,
            "groups": target.live_groups,
            "complete": target.complete,
            "evidence": list(target.evidence),
            "unread": target.unread,
        },
        "counts": count_target(target),
        "changes": [_change(change, target.url, key) for change in target.changes],
        "violations": [_violation(item, mark) for item in target.violations],
        "conflicts": [conflict_as_json(item) for item in target.conflicts],
        "unmanaged": rows_as_json(target.unmanaged, "kind", "live_id", "display", "why"),
        "withheld": [withheld_as_json(item) for item in target.withheld],
        "rewritten": rows_as_json(target.rewritten, "kind", "live_id", "path", "sent", "kept"),
        "notes": list(target.notes),
        "quarantine": quarantine_as_json(target.quarantine, target.taken),
        "expected": forecast_as_json(target.forecast),
        "access": access_as_json(target.access),
        "idle": [idle_as_json(item) for item in target.idle],
    }


def _change(change: Change, url: str, key: PlanKey | None) -> dict[str, Any]:
    """Return what the fingerprint covers, and around it what people want to know."""
    operation = canonical_operation(change)
    lines = {str(item.path): item for item in change.attributes}
    for attribute in operation["attributes"]:
        item = lines[attribute["path"]]
        attribute |= {
            "sensitive": item.sensitive,
            "at": place_as_json(item.at),
            "origin": item.origin,
        }
        if item.sensitive and key is not None:
            attribute["before"], attribute["after"] = key.seal(url, change, item)
    members = {member.name: member.origin for member in (*change.add, *change.remove)}
    operation["members"]["origins"] = dict(sorted(members.items()))
    return {
        "id": change.id,
        "operation": change.operation,
        "action": change.action.value,
        "kind": change.kind.value,
        "key": change.key,
        "live_id": change.live_id,
        "display": change.display,
        "attributes": operation["attributes"],
        "members": operation["members"],
        "why": change.why,
        "at": place_as_json(change.at),
        "origin": change.origin,
        "held_by": list(change.held_by),
    }


def _violation(violation: Violation, mark: str) -> dict[str, Any]:
    return {
        "guard": str(violation.guard),
        "message": violation.message,
        "numbers": dict(violation.numbers),
        "setting": violation.setting,
        "accept": f"{violation.guard}:{mark}" if violation.holds else None,
        "holds": sorted(violation.holds),
        "severity": violation.severity,
        "at": place_as_json(violation.at),
    }
