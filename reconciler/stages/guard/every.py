"""Every guard, in the order in which the plan shows them."""

from collections.abc import Iterable

from reconciler.model.evidence import Evidence, Rule
from reconciler.model.plan import Change, Violation
from reconciler.stages.guard.counts import guard_removals, guard_revocations
from reconciler.stages.guard.daily import guard_daily
from reconciler.stages.guard.doubts import (
    guard_adoption,
    guard_empty,
    guard_first_run,
    guard_incomplete,
)
from reconciler.stages.guard.lockout import guard_last_member, guard_required
from reconciler.stages.guard.losses import guard_irreversible, guard_protected, guard_self
from reconciler.stages.guard.policies import guard_policies
from reconciler.stages.guard.sweep import guard_mass_change

_GUARDS: tuple[Rule, ...] = (
    guard_removals,
    guard_revocations,
    guard_daily,
    guard_mass_change,
    guard_adoption,
    guard_incomplete,
    guard_empty,
    guard_protected,
    guard_required,
    guard_last_member,
    guard_self,
    guard_first_run,
    guard_irreversible,
)


def guard_changes(changes: Iterable[Change], evidence: Evidence) -> tuple[Violation, ...]:
    """Return every guard that holds some of *changes* back, then every policy that is broken."""
    found = tuple(changes)
    held = (item for guard in _GUARDS for item in guard(found, evidence) if item.holds)
    return (*held, *guard_policies(found, evidence))
