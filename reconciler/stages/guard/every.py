"""Every guard, in the order in which the plan shows them."""

from collections.abc import Iterable

from reconciler.model.evidence import Evidence, Rule
from reconciler.model.plan import Change, Violation
from reconciler.stages.guard.counts import guard_removals, guard_revocations
from reconciler.stages.guard.doubts import (
    guard_adoption,
    guard_empty,
    guard_first_run,
    guard_incomplete,
)
from reconciler.stages.guard.losses import guard_irreversible, guard_protected, guard_self

_GUARDS: tuple[Rule, ...] = (
    guard_removals,
    guard_revocations,
    guard_adoption,
    guard_incomplete,
    guard_empty,
    guard_protected,
    guard_self,
    guard_first_run,
    guard_irreversible,
)


def guard_changes(changes: Iterable[Change], evidence: Evidence) -> tuple[Violation, ...]:
    """Return every guard that holds some of *changes* back; an empty tuple means go."""
    found = tuple(changes)
    return tuple(
        violation for guard in _GUARDS for violation in guard(found, evidence) if violation.holds
    )
