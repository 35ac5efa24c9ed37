"""The access view as JSON, for the plan file and whatever reads it."""

from typing import Any

from reconciler.model.access import Effect, Ending, GroupAccess, PersonAccess, TargetAccess
from reconciler.model.plan import Plan


def access_as_json(access: TargetAccess | None) -> dict[str, Any] | None:
    """Return the view of one target, None where there is none."""
    if access is None:
        return None
    return {
        "people": [_person(item) for item in access.people],
        "groups": [_group(item) for item in access.groups],
    }


def endings_as_json(plan: Plan) -> list[dict[str, Any]]:
    """Return whose access ends soon."""
    return [_ending(item) for item in plan.ending]


def reviewers_as_json(plan: Plan) -> list[dict[str, Any]]:
    """Return who answers for what is touched."""
    return [
        {"owner": item.owner, "groups": list(item.groups), "people": list(item.people)}
        for item in plan.reviewers
    ]


def _person(person: PersonAccess) -> dict[str, Any]:
    return {
        "name": person.name,
        "display": person.display,
        "privileged": person.privileged,
        "departs": person.departs,
        "effects": [_effect(item) for item in person.effects],
    }


def _effect(effect: Effect) -> dict[str, Any]:
    """Return the effect; what it does not have is left out, for there are many of them."""
    cause = effect.cause
    optional = {
        "at": str(cause.at) if cause.at else None,
        "line": cause.line,
        "why": cause.why,
        "through": list(cause.through),
        "rule": cause.rule,
        "until": cause.until.isoformat() if cause.until else None,
        "privileged": effect.privileged,
        "unheard": effect.unheard,
        "held_by": list(effect.held_by),
    }
    return {
        "thing": effect.thing.value,
        "key": effect.key,
        "name": effect.name,
        "turn": effect.turn.value,
        "gains": effect.turn.gains,
        "change": effect.change,
        "origin": effect.origin,
        **{name: value for name, value in optional.items() if value},
    }


def _group(group: GroupAccess) -> dict[str, Any]:
    return {
        "key": group.key,
        "display": group.display,
        "joins": list(group.joins),
        "leaves": list(group.leaves),
        "held": sorted(group.held),
        "owner": group.owner,
        "privileged": group.privileged,
    }


def _ending(ending: Ending) -> dict[str, Any]:
    return {
        "target": ending.target,
        "key": ending.key,
        "display": ending.display,
        "thing": ending.thing.value,
        "name": ending.name,
        "until": ending.until.isoformat(),
        "at": str(ending.at) if ending.at else None,
        "privileged": ending.privileged,
    }
