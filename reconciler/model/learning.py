"""Hold what a probe learned against what was known: pure, so that a table of facts can test it."""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from reconciler.model.path import parse_path
from reconciler.model.probe import Difference, Fact, Knob, Part, Setting
from reconciler.model.service import Quirk, Service
from reconciler.model.target import Profile
from reconciler.model.values import Kind

_Name = TypeVar("_Name", bound=str)


class Outcome(StrEnum):
    """How a fact stands to what was known."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    """There is a knob for it, and it could not be told how that should be set."""
    TOLD = "told"
    """There is no knob for it."""
    FAILED = "failed"


def outcome_of(fact: Fact, service: Service, profile: Profile) -> Outcome:
    """Return how *fact* stands to what *service* and *profile* say."""
    if fact.failed:
        return Outcome.FAILED
    if fact.knob is None:
        return Outcome.TOLD
    if fact.value is None:
        return Outcome.UNKNOWN
    known = expected(fact.knob, service, profile)
    return Outcome.AGREES if known == fact.value else Outcome.DIFFERS


def lessons(facts: Iterable[Fact]) -> dict[Knob, Fact]:
    """Return the fact that counts for each knob: the last that could tell.

    What was tried out comes after what was announced.
    """
    return {fact.knob: fact for fact in facts if fact.knob is not None and fact.value is not None}


def learned(service: Service, facts: Iterable[Fact]) -> Service:
    """Return *service* with what *facts* say over it; what they do not say stays."""
    for knob, fact in lessons(facts).items():
        value = fact.value
        match knob.part:
            case Part.PAGE_SIZE:
                service = replace(service, page_size=int(value or service.page_size))
            case Part.MEMBERS_PER_REQUEST:
                most = int(value or service.members_per_request)
                service = replace(service, members_per_request=most)
            case Part.QUIRKS:
                quirks = _with(service.quirks, Quirk(knob.name), there=bool(value))
                service = replace(service, quirks=quirks)
            case Part.FILTERABLE:
                names = _with(service.filterable, knob.name, there=bool(value))
                service = replace(service, filterable=names)
            case Part.STORES_EXTERNAL_ID if knob.kind is not None:
                kept = {**service.stores_external_id, knob.kind: bool(value)}
                service = replace(service, stores_external_id=kept)
            case _:
                pass  # No knob of the client: it stands elsewhere in a profile.
    return service


def expected(knob: Knob, service: Service, profile: Profile) -> Setting:
    """Return what *service*, and for the rest *profile*, say of *knob*."""
    kind = knob.kind or Kind.USER
    match knob.part:
        case Part.PAGE_SIZE:
            return service.page_size
        case Part.MEMBERS_PER_REQUEST:
            return service.members_per_request
        case Part.QUIRKS:
            return knob.name in service.quirks
        case Part.FILTERABLE:
            return knob.name in service.filterable
        case Part.STORES_EXTERNAL_ID:
            return service.stores_external_id.get(kind, True)
        case Part.ACTIONS:
            return knob.name in profile.of(kind).actions
        case Part.STORED:
            found = profile.of(kind).attributes.get(parse_path(knob.name).identity)
            return found is None or found.stored


def differences(
    facts: Iterable[Fact], service: Service, profile: Profile
) -> tuple[Difference, ...]:
    """Return where *facts* contradict what *service* and *profile* say, in order of the facts."""
    return tuple(
        Difference(knob, said, fact.value, fact.evidence)
        for knob, fact in lessons(facts).items()
        if fact.value is not None and (said := expected(knob, service, profile)) != fact.value
    )


def _with(names: frozenset[_Name], name: _Name, *, there: bool) -> frozenset[_Name]:
    return names | {name} if there else names - {name}
