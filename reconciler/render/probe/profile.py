"""What a probe learned, as a profile: every setting with the requests that show it."""

from collections.abc import Iterable, Mapping
from datetime import date
from math import ceil
from typing import Any, Final

from reconciler.model.learning import differences, learned, lessons
from reconciler.model.probe import Fact, Knob, Part, Probe
from reconciler.model.service import Quirk, Service
from reconciler.model.target import Target
from reconciler.model.values import Kind
from reconciler.render.safe import shorten
from reconciler.yamldoc.write import Inline, Remarked, write_yaml

_LONGEST: Final = 200
_PLAIN: Final = (
    "etag",
    "recheck",
    "recheck_after_seconds",
    "verify",
    "consistency_delay_seconds",
)
"""Knobs that no probe learns, and that a target may have set."""
_VERBS: Final = ("create", "update", "disable", "delete")
_GROUPS: Final[Mapping[str, Any]] = {
    "actions": [],
    "attributes": ["displayName", "externalId", "members"],
    "mapping": {
        "displayName": {"expression": "[displayName]", "match": 1},
        "members": "[members]",
    },
}
"""What a profile says of groups whose profile so far has none."""

Source = Mapping[str, Any]
"""The data of the profile that the target uses."""


def write_profile(source: Source, target: Target, probe: Probe, *, key: str, day: date) -> str:
    """Return *source* with what *probe* learned over it, as the file `<key>.yaml`."""
    found = lessons(probe.facts)
    data = {
        **source,
        "key": key,
        "title": f"{source['title']} (probed)",
        "service": {**source.get("service", {}), **_service(target, probe, found)},
        "users": _kind(Kind.USER, source["users"], found),
    }
    groups = source.get("groups")
    if groups is None and _is_so(found, Knob(Part.ACTIONS, "create", Kind.GROUP)):
        groups = _GROUPS
    if groups is not None:
        data["groups"] = _kind(Kind.GROUP, groups, found)
    return write_yaml(data, header=_header(target, probe, day))


def _header(target: Target, probe: Probe, day: date) -> str:
    shipped, asked = target.profile.key, "`reconciler check --probe --write`"
    lines = [
        f"Learned from the target {target.key} on {day.isoformat()} by {asked}.",
        "Above each setting stand the requests that show it.",
        f"What has none is as the target, or the profile {shipped}, says.",
    ]
    different = differences(probe.facts, target.profile.service, target.profile)
    lines.append(f"Different from {shipped}:" if different else f"Nothing differs from {shipped}.")
    lines += [f"  {item.knob}: {item.profile} -> {item.server}" for item in different]
    return "\n".join(shorten(line, _LONGEST) for line in lines)


def _service(target: Target, probe: Probe, found: Mapping[Knob, Fact]) -> dict[str, Any]:
    service = learned(target.service, probe.facts)
    quirks = {item: Knob(Part.QUIRKS, item) for item in Quirk}
    names = sorted(service.filterable)
    said = {name: getattr(service, name) for name in _PLAIN}
    return {
        **{
            name: ceil(value) if isinstance(value, float) else str(value)
            for name, value in said.items()
            if value != getattr(Service(), name)
        },
        "page_size": _proven(min(service.page_size, 1000), found, Knob(Part.PAGE_SIZE)),
        "members_per_request": _proven(
            service.members_per_request, found, Knob(Part.MEMBERS_PER_REQUEST)
        ),
        "members_bytes_per_request": service.members_bytes_per_request,
        "concurrency": service.concurrency,
        "timeout_seconds": ceil(service.timeout_seconds),
        "filterable": Remarked(
            [_proven(name, found, Knob(Part.FILTERABLE, name)) for name in names],
            _denied(knob for knob in found.items() if knob[0].part is Part.FILTERABLE),
        ),
        "quirks": Remarked(
            [_proven(str(item), found, quirks[item]) for item in sorted(service.quirks)],
            _denied(knob for knob in found.items() if knob[0].part is Part.QUIRKS),
        ),
    }


def _kind(kind: Kind, said: Source, found: Mapping[Knob, Fact]) -> dict[str, Any]:
    knobs = {verb: Knob(Part.ACTIONS, verb, kind) for verb in _VERBS}
    actions = [
        _proven(verb, found, knob)
        for verb, knob in knobs.items()
        if (found[knob].value if knob in found else verb in said["actions"])
    ]
    denied = _denied((knob, found[knob]) for knob in knobs.values() if knob in found)
    kept = Knob(Part.STORES_EXTERNAL_ID, kind=kind)
    stores = found[kept].value if kept in found else said.get("stores_external_id", True)
    own = _own_attributes(kind, said, found)
    return {
        **said,
        "actions": Remarked(actions, denied),
        "stores_external_id": _proven(stores, found, kept),
        **({"own_attributes": own} if own else {}),
        "mapping": {path: _inline(item) for path, item in said["mapping"].items()},
    }


def _own_attributes(kind: Kind, said: Source, found: Mapping[Knob, Fact]) -> dict[str, Any]:
    own: dict[str, Any] = dict(said.get("own_attributes", {}))
    for knob, fact in found.items():
        if knob.part is Part.STORED and knob.kind is kind:
            stored = {**own.get(knob.name, {}), "stored": bool(fact.value)}
            own[knob.name] = Remarked(Inline(stored), _evidence(fact))
    return {path: _inline(item) for path, item in own.items()}


def _inline(value: Any) -> Any:
    return Inline(value) if isinstance(value, dict) else value


def _proven(value: Any, found: Mapping[Knob, Fact], knob: Knob) -> Any:
    return Remarked(value, _evidence(found[knob])) if knob in found else value


def _denied(found: Iterable[tuple[Knob, Fact]]) -> str:
    """Return a remark on what was asked for and is not so."""
    return "\n".join(
        f"Not {knob.name}: {_evidence(fact)}" for knob, fact in found if fact.value is False
    )


def _evidence(fact: Fact) -> str:
    return "; ".join(shorten(text, _LONGEST) for text in (fact.says, *fact.evidence))


def _is_so(found: Mapping[Knob, Fact], knob: Knob) -> bool:
    return knob in found and found[knob].value is True
