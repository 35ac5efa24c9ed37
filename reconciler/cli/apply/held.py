"""Say at the end of an apply how to let happen what was held."""

from dataclasses import replace
from pathlib import Path
from shlex import quote

from reconciler.cli.console import say
from reconciler.model.approved import Approved
from reconciler.model.fingerprint import fingerprint
from reconciler.model.outcome import Run, Status
from reconciler.model.plan import Plan, TargetPlan
from reconciler.render.plan.text import SHORT, only_options
from reconciler.render.safe import escape


def tell_how_to_accept(plan: Plan, run: Run, approved: Approved | None, file: Path | None) -> None:
    """Name the acceptance for what is left: all else is done, so the next plan is another one.

    A plan *file* stays the one that it is, and what it shows as held can be accepted for it.
    """
    if run.count(Status.HELD) + run.count(Status.DONE) < len(run.outcomes) or run.failures:
        return
    left = replace(plan, targets=tuple(map(_only_held, plan.targets)))
    guards = {guard for change in left.changes for guard in change.held_by}
    options = only_options(plan)
    if approved is not None and file is not None:
        guards &= {guard for part in approved.targets.values() for guard in part.guards}
        options = (escape(quote(str(file))), *options)
    elif approved is not None:
        return
    mark = run.plan if approved else fingerprint(left)
    if guards:
        accepts = (f"--accept {escape(guard)}:{mark[:SHORT]}" for guard in sorted(guards))
        say(f"To let what is held happen: reconciler apply {' '.join((*options, *accepts))}")


def _only_held(target: TargetPlan) -> TargetPlan:
    waves = (tuple(change for change in wave if change.held_by) for wave in target.waves)
    return replace(target, waves=tuple(waves))
