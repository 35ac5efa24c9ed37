"""What a probe learned, as JSON for machines: `reconciler.probe/1`."""

from typing import Any

from reconciler.model.learning import differences, expected, outcome_of
from reconciler.model.probe import Difference, Fact, Leftover, Probe
from reconciler.model.target import Target
from reconciler.render.jsontext import json_text
from reconciler.render.probe.settings import overrides


def dump_probe(probes: tuple[tuple[Target, Probe], ...]) -> str:
    """Return everything that was learned; `settings` is what the target would have to say."""
    data = {
        "format": "reconciler.probe/1",
        "targets": [_target(target, probe) for target, probe in probes],
    }
    return json_text(data)


def _target(target: Target, probe: Probe) -> dict[str, Any]:
    found = differences(probe.facts, target.service, target.profile)
    shipped = differences(probe.facts, target.profile.service, target.profile)
    return {
        "target": probe.target,
        "url": probe.url,
        "profile": probe.profile,
        "wrote": probe.wrote,
        "failed": probe.failed,
        "requests": probe.requests,
        "facts": [_fact(fact, target) for fact in probe.facts],
        "differences": _differences(found),
        "differences_from_profile": _differences(shipped),
        "settings": overrides(target, probe.facts),
        "leftovers": [_leftover(item) for item in probe.leftovers],
    }


def _differences(found: tuple[Difference, ...]) -> list[dict[str, Any]]:
    return [
        {"knob": str(item.knob), "known": item.profile, "learned": item.server} for item in found
    ]


def _fact(fact: Fact, target: Target) -> dict[str, Any]:
    knob = fact.knob
    return {
        "subject": fact.subject,
        "name": fact.name,
        "says": fact.says,
        "outcome": outcome_of(fact, target.service, target.profile),
        "knob": None if knob is None else str(knob),
        "learned": fact.value,
        "known": None if knob is None else expected(knob, target.service, target.profile),
        "evidence": list(fact.evidence),
    }


def _leftover(item: Leftover) -> dict[str, Any]:
    thing = item.thing
    return {
        "kind": thing.kind,
        "name": thing.name,
        "id": thing.live_id,
        "why": item.why,
        "inactive": item.inactive,
    }
