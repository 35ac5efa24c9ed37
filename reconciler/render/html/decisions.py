"""What a person has to decide or mend before all of a plan can happen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from reconciler.model.fingerprint import fingerprint
from reconciler.model.plan import Plan, Violation
from reconciler.model.quarantine import Quarantine
from reconciler.model.remarks import Conflict
from reconciler.render.plan.text import SHORT
from reconciler.render.quarantine import state_of, way_out
from reconciler.render.values import show_place
from reconciler.render.words import BAD, CONFLICT, GOOD, HELD, WARN, Sign, count


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing to decide. *accept* is what to pass to let it happen, *way_out* what to do."""

    sign: Sign
    title: str
    target: str
    message: str
    accept: str = ""
    way_out: str = ""
    place: str = ""


def decisions_of(plan: Plan) -> tuple[Decision, ...]:
    """Return failures first, then target by target quarantine, guards and conflicts."""
    return tuple(_every(plan))


def reports_of(plan: Plan) -> tuple[Decision, ...]:
    """Return what is broken and holds nothing: no decision is waited for."""
    return tuple(
        Decision(
            BAD if item.severity == "error" else WARN,
            item.guard,
            target.target,
            f"{item.message}.",
            place=show_place(item.at) or item.setting,
        )
        for target in plan.targets
        for item in target.violations
        if not item.holds
    )


def quarantine_card(found: Quarantine, now: datetime, target: str) -> Decision:
    """Return what a target is in quarantine for, and the way out."""
    message = f"{state_of(found, now)}: {found.error}"
    return Decision(WARN, "Quarantine", target, message, way_out=way_out(found, now, target))


def conflict_card(conflict: Conflict, target: str) -> Decision:
    """Return who cannot be told apart, and what to do."""
    title = f"Conflict: {conflict.kind} {conflict.key}"
    place = show_place(conflict.at)
    message = f"{conflict.message}."
    return Decision(CONFLICT, title, target, message, way_out=conflict.hint, place=place)


def _every(plan: Plan) -> Iterator[Decision]:
    for name, reason in plan.failures:
        yield Decision(BAD, "Not planned", name, reason)
    mark = fingerprint(plan)[:SHORT]
    for target in plan.targets:
        if target.quarantine is not None:
            yield quarantine_card(target.quarantine, target.taken, target.target)
        held = target.held_by()
        for violation in target.violations:
            if violation.holds:
                yield _violation(violation, held[violation.guard], target.target, mark)
        for conflict in target.conflicts:
            yield conflict_card(conflict, target.target)


def _violation(violation: Violation, held: int, target: str, mark: str) -> Decision:
    message = f"{violation.message}."
    place = show_place(violation.at) or violation.setting
    if not held:
        title = f"{violation.guard} is accepted"
        return Decision(GOOD, title, target, message, place=place)
    title = f"{violation.guard} holds {count(held, 'change')}"
    accept = f"--accept {violation.guard}:{mark}"
    return Decision(HELD, title, target, message, accept=accept, place=place)
