"""Drift as JSON, for machines: format `reconciler.drift/1`."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from reconciler.model.drift import DriftItem, SeenItem, Sighting
from reconciler.model.drift_class import DriftClass
from reconciler.model.drift_report import Drift, DriftPoint, IgnoredItem, TargetDrift
from reconciler.model.fingerprint import canonical_operation, wish_as_json
from reconciler.model.ignore import Ignore
from reconciler.model.lapse import Lapse
from reconciler.model.plan import Change
from reconciler.render.drift.documents import FORMAT, DriftDocument
from reconciler.render.jsontext import json_text
from reconciler.render.planfile.parts import (
    conflict_as_json,
    place_as_json,
    rows_as_json,
    withheld_as_json,
)
from reconciler.render.quarantine import quarantine_as_json
from reconciler.render.stamp import stamp


def dump_drift(drift: Drift) -> str:
    """Return *drift* as JSON text, non-ASCII characters escaped so that none can mislead."""
    totals = sum((Counter(_counts(target)) for target in drift.targets), Counter())
    names = (*map(_word, DriftClass), "ignored", "pending", "spared", "unsure", "conflicts")
    document = {
        "format": FORMAT,
        "created": stamp(drift.created),
        "tool": drift.tool,
        "desired": {"commit": drift.commit, "digest": drift.digest},
        "summary": {name: totals[name] for name in names},
        "targets": [_target(target) for target in drift.targets],
        "failures": [{"target": name, "reason": reason} for name, reason in drift.failures],
        "notes": list(drift.notes),
        "ignores": {
            "expired": [_ignore(item) for item in drift.expired],
            "ending": [_lapse(item) for item in drift.lapsing],
            "unused": [_ignore(item) for item in drift.unused],
        },
    }
    return json_text(document)


def drift_schema() -> dict[str, Any]:
    """Return the JSON Schema of the report; `docs/drift.schema.json` is this."""
    schema = DriftDocument.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _word(name: DriftClass) -> str:
    return name.value.replace("-", "_")


def _numbers(counts: Mapping[DriftClass, int]) -> dict[str, int]:
    return {_word(name): number for name, number in counts.items()}


def _counts(target: TargetDrift) -> dict[str, int]:
    return {
        **_numbers(target.counts),
        "ignored": len(target.ignored),
        "pending": len(target.pending),
        "spared": len(target.spared),
        "unsure": len(target.unsure),
        "conflicts": len(target.conflicts),
    }


def _target(target: TargetDrift) -> dict[str, Any]:
    return {
        "target": target.target,
        "url": target.url,
        "profile": target.profile,
        "applied": target.applied,
        "live": {
            "taken": stamp(target.taken),
            "users": target.live_users,
            "groups": target.live_groups,
            "complete": target.complete,
            "evidence": list(target.evidence),
        },
        "counts": _counts(target),
        "items": [_item(item) for item in target.items],
        "ignored": [_ignored(item) for item in target.ignored],
        "pending": [_pending(change) for change in target.pending],
        "spared": [withheld_as_json(item) for item in target.spared],
        "conflicts": [conflict_as_json(item) for item in target.conflicts],
        "withheld": [withheld_as_json(item) for item in target.withheld],
        "rewritten": rows_as_json(target.rewritten, "kind", "live_id", "path", "sent", "kept"),
        "unproven": _numbers(target.unproven),
        "unreadable": list(target.unreadable),
        "unlisted": target.unlisted,
        "untouchable": target.untouchable,
        "gone": [_past(item) for item in target.gone],
        "unsure": [_past(item) for item in target.unsure],
        "history": [_point(item) for item in target.history],
        "quarantine": quarantine_as_json(target.quarantine, target.taken),
    }


def _item(item: DriftItem) -> dict[str, Any]:
    part = f"/{item.part}" if item.part else ""
    return {
        "id": f"{item.target}/{item.kind}/{item.name}/{item.drift_class}{part}",
        "drift_class": item.drift_class.value,
        "kind": item.kind.value,
        "key": item.key,
        "live_id": item.live_id,
        "display": item.display,
        "path": str(item.path) if item.path else None,
        "expected": wish_as_json(item.expected),
        "found": wish_as_json(item.found),
        "sensitive": item.sensitive,
        "member": item.member or None,
        "member_display": item.member_display or None,
        "memberships": item.along,
        "references": item.referred,
        "privileged": item.privileged,
        "elevated": item.elevated,
        "origin": item.origin,
        "at": place_as_json(item.at),
        "made": stamp(item.made) if item.made else None,
        "modified": stamp(item.modified) if item.modified else None,
        "why": item.why,
        "left": item.left,
        "held_by": list(item.held_by),
        "seen": _seen(item.sighting) if item.sighting else None,
    }


def _seen(sighting: Sighting) -> dict[str, Any]:
    return {
        "first_seen": stamp(sighting.first_seen),
        "began": stamp(sighting.began),
        "last_seen": stamp(sighting.last_seen),
        "times": sighting.times,
        "episodes": sighting.episodes,
        "gone_since": stamp(sighting.gone_since) if sighting.gone_since else None,
    }


def _ignored(found: IgnoredItem) -> dict[str, Any]:
    return {"item": _item(found.item), "ignore": _ignore(found.ignore)}


def _ignore(entry: Ignore) -> dict[str, Any]:
    return {
        "key": entry.key,
        "at": str(entry.at),
        "target": entry.target,
        "reason": entry.reason,
        "until": entry.until.isoformat(),
        "what_for": entry.what_for.value,
    }


def _lapse(item: Lapse) -> dict[str, Any]:
    return {
        "name": item.name,
        "until": item.until.isoformat(),
        "reason": item.reason,
        "at": str(item.at),
    }


def _pending(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "action": change.action.value,
        "kind": change.kind.value,
        "key": change.key,
        "display": change.display,
        "paths": [str(item.path) for item in change.attributes],
        "members": canonical_operation(change)["members"],
        "at": place_as_json(change.at),
    }


def _past(seen: SeenItem) -> dict[str, Any]:
    return {
        "drift_class": seen.drift_class.value,
        "kind": seen.kind.value,
        "name": seen.name,
        "part": seen.part,
        "display": seen.display,
        "seen": _seen(seen.sighting),
    }


def _point(point: DriftPoint) -> dict[str, Any]:
    return {
        "taken": stamp(point.taken),
        "counts": _numbers(point.counts),
        "ignored": point.ignored,
        "pending": point.pending,
        "complete": point.complete,
    }
