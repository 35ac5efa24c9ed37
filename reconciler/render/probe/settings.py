"""What a target has to say so that it goes by what a probe learned: YAML to paste."""

from typing import Any

from reconciler.model.learning import differences, learned
from reconciler.model.probe import Difference, Fact, Part
from reconciler.model.target import Target


def overrides(target: Target, facts: tuple[Fact, ...]) -> dict[str, Any]:
    """Return what a target has to say so that it goes by *facts*, as plain data."""
    found = differences(facts, target.service, target.profile)
    service = learned(target.service, facts)
    said: dict[str, Any] = {}
    for item in found:
        match item.knob.part:
            case Part.PAGE_SIZE:
                said["page_size"] = service.page_size
            case Part.MEMBERS_PER_REQUEST:
                said["members_per_request"] = service.members_per_request
            case Part.QUIRKS:
                said["quirks"] = sorted(map(str, service.quirks))
            case Part.FILTERABLE:
                said["filterable"] = sorted(service.filterable)
            case Part.STORES_EXTERNAL_ID:
                said.setdefault("stores_external_id", {})[str(item.knob.kind)] = bool(item.server)
            case _:
                pass
    return ({"service": said} if said else {}) | _attributes(found)


def _attributes(found: tuple[Difference, ...]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for item in found:
        if item.knob.part is Part.STORED:
            kind = said.setdefault(f"{item.knob.kind}s", {"attributes": {}})
            kind["attributes"][item.knob.name] = {"stored": bool(item.server)}
    return said
