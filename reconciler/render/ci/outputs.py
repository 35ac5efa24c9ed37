"""What a job tells the jobs after it: counts and words in the form of GITHUB_OUTPUT.

A value of data never stands here: numbers, hexadecimal digits and words of our own, so that
nobody can end a line and begin an output of another name.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from reconciler.model.access import Thing
from reconciler.model.drift_class import DriftClass
from reconciler.model.drift_report import Drift
from reconciler.model.fingerprint import fingerprint
from reconciler.model.outcome import Run, Status
from reconciler.model.own_fingerprint import own_fingerprint
from reconciler.model.plan import Plan
from reconciler.render.plan.idle import idle_by_change
from reconciler.render.plan.summary import count_plan

Outputs: TypeAlias = Mapping[str, int | bool | str]

_STRANGE: Final = re.compile(r"[^A-Za-z0-9_.:/-]")
_PLURALS: Final = {
    "creates": "create",
    "adopts": "adopt",
    "updates": "update",
    "enables": "enable",
    "disables": "disable",
    "deletes": "delete",
    "adds": "add_members",
    "removes": "remove_members",
}


def render_outputs(outputs: Outputs) -> str:
    """Return one `name=value` line for each; what could end a line or a value is replaced."""
    return "".join(f"{name}={_value(value)}\n" for name, value in outputs.items())


def outputs_of_plan(plan: Plan) -> Outputs:
    """Return the counts of a plan, what it would mean, and its fingerprint."""
    counts = count_plan(plan)
    origins = Counter(change.origin for change in plan.changes)
    return {
        "has_changes": bool(plan.changes),
        **{name: counts[word] for name, word in _PLURALS.items()},
        "grants": _effects(plan, gains=True),
        "revokes": _effects(plan, gains=False),
        "held": counts["held"],
        "conflicts": counts["conflicts"],
        "this_change": origins["this_change"],
        "pending": origins["pending"],
        "drift": origins["drift"],
        "ending": len(plan.ending),
        "idle": idle_by_change(plan),
        "problems": plan.problem_count,
        "failures": len(plan.failures),
        "fingerprint": fingerprint(plan),
        "own_fingerprint": own_fingerprint(plan) or "",
        "settings": len(plan.settings),
        "exit_reason": reason_of_plan(plan),
    }


def outputs_of_run(run: Run, plan: Plan) -> Outputs:
    """Return what became of *plan*: how the changes ended, beside what they were."""
    return {
        **outputs_of_plan(plan),
        **{status.value: run.count(status) for status in Status},
        "held": run.count(Status.HELD),
        "stale": len(run.stale),
        "failures": len(run.failures),
        "requests": run.requests,
        "fingerprint": run.plan,
        "exit_reason": reason_of_run(run, plan),
    }


def outputs_of_drift(drift: Drift) -> Outputs:
    """Return how much drift there is, by class, and what is counted beside it."""
    counts = drift.counts
    return {
        "has_drift": any(target.has_drift for target in drift.targets),
        "drift": len(drift.items),
        **{name.value.replace("-", "_"): counts[name] for name in DriftClass},
        "privileged": sum(item.danger == 0 for item in drift.items),
        "ignored": drift.ignored,
        "pending": drift.pending,
        "spared": drift.spared,
        "unsure": drift.unsure,
        "conflicts": sum(len(target.conflicts) for target in drift.targets),
        "failures": len(drift.failures),
        "exit_reason": reason_of_drift(drift),
    }


def reason_of_drift(drift: Drift) -> str:
    """Return in one word how the targets stand, in the order of the exit codes."""
    if drift.failures:
        return "failed"
    if any(target.is_held for target in drift.targets):
        return "held"
    has_drift = any(target.has_drift for target in drift.targets)
    return "drift" if has_drift else "no-drift"


def outputs_of_problems(number: int) -> Outputs:
    """Return what a command says that came no further than the YAML."""
    return {"has_changes": False, "problems": number, "exit_reason": "problems"}


def reason_of_plan(plan: Plan) -> str:
    """Return in one word how a plan stands; the exit code says so only on request."""
    if plan.failures:
        return "failed"
    if plan.is_held:
        return "held"
    return "changes" if plan.changes else "no-changes"


def reason_of_run(run: Run, plan: Plan) -> str:
    """Return in one word how an apply ended, in the order of the exit codes."""
    if run.failures or run.count(Status.FAILED) or run.count(Status.SKIPPED):
        return "failed"
    if run.stale:
        return "stale"
    if plan.is_held:
        return "held"
    return "applied" if run.outcomes else "no-changes"


def _effects(plan: Plan, *, gains: bool) -> int:
    """Count the roles and groups that people gain or lose; accounts are counted by themselves."""
    views = (target.access for target in plan.targets if target.access is not None)
    effects: Iterable[bool] = (
        effect.turn.gains == gains and effect.thing is not Thing.ACCOUNT and not effect.held_by
        for view in views
        for person in view.people
        for effect in person.effects
    )
    return sum(effects)


def _value(value: int | bool | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _STRANGE.sub("_", str(value))
