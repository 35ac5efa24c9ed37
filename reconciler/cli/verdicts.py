"""How a command ends: the exit code of a plan, of a drift report, of a run."""

from reconciler.cli.codes import DIFFERENCES, DONE, FAILED, HELD, STALE
from reconciler.model.drift_report import Drift
from reconciler.model.outcome import Run, Status
from reconciler.model.plan import Plan

_PRECEDENCE = (FAILED, STALE, HELD, DIFFERENCES)
"""Where several apply; 130, 70 and 1 come before, and end a command before it gets here."""


def code_of_plan(plan: Plan, *, detailed: bool) -> int:
    """Return the code of `plan`: differences and holds count only if *detailed*."""
    found = set()
    if plan.failures:
        found.add(FAILED)
    if detailed and plan.is_held:
        found.add(HELD)
    if detailed and plan.changes:
        found.add(DIFFERENCES)
    return _first(found)


def code_of_drift(drift: Drift, *, detailed: bool) -> int:
    """Return the code of `drift`: what is pending, ignored or mended counts for nothing."""
    found = set()
    if drift.failures:
        found.add(FAILED)
    if detailed and any(target.is_held for target in drift.targets):
        found.add(HELD)
    if detailed and any(target.has_drift for target in drift.targets):
        found.add(DIFFERENCES)
    return _first(found)


def code_of_run(run: Run, plan: Plan) -> int:
    """Return the code of `apply`: what did not happen, and why."""
    found = set()
    if run.failures or run.count(Status.FAILED) or run.count(Status.SKIPPED):
        found.add(FAILED)
    if run.stale:
        found.add(STALE)
    if plan.is_held:
        found.add(HELD)
    return _first(found)


def _first(found: set[int]) -> int:
    return next((code for code in _PRECEDENCE if code in found), DONE)
