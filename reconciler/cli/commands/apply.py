"""`reconciler apply`: plan, show, ask, do exactly that, and record what became of it."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click

from reconciler.cli.apply.apply import apply_plan
from reconciler.cli.apply.approval import MAX_AGE, in_part, read_approved, require_fresh
from reconciler.cli.apply.permission import Permission
from reconciler.cli.apply.recorder import DEFAULT_PREFIX, open_recorder
from reconciler.cli.console import emit, look
from reconciler.cli.github import job_of, with_github
from reconciler.cli.options.durations import Duration
from reconciler.cli.options.settings import Output, Settings
from reconciler.cli.options.shared import EVERYTHING, with_output, with_settings
from reconciler.cli.workspace.sources import applied_commit
from reconciler.cli.workspace.workspace import require_workspace
from reconciler.errors import InputError
from reconciler.model.outcome import Run
from reconciler.model.plan import Plan
from reconciler.render.ci.annotations import annotate_run
from reconciler.render.ci.outputs import outputs_of_run
from reconciler.render.markdown.run import render_run_markdown
from reconciler.render.quarantine import LEAVE
from reconciler.render.run import dump_run, render_run


@click.command(
    "apply", epilog="Example: reconciler apply plan.json --yes --accept removals:0123456789abcdef"
)
@click.argument(
    "plan_file", metavar="[PLAN]", required=False, type=click.Path(dir_okay=False, path_type=Path)
)
@click.option(
    "--max-age",
    type=Duration(),
    metavar="DURATION",
    help="Refuse a PLAN that was made longer ago: 7d, 36h.  [default: 7d]",
)
@click.option("--resume", is_flag=True, help="Finish the last run, if it was interrupted.")
@click.option(LEAVE, is_flag=True, help="Try targets in quarantine now, also disabled ones.")
@click.option("--yes", is_flag=True, help="Do not ask; for machines.")
@click.option(
    "--accept",
    "accepted",
    multiple=True,
    metavar="GUARD:FINGERPRINT",
    help="Let a guard or policy pass for the plan with this fingerprint; may be repeated.",
)
@click.option(
    "--record-ref",
    is_flag=False,
    flag_value=DEFAULT_PREFIX,
    metavar="[PREFIX]",
    help="Move a git ref for each target that took everything, so that no ledger has to be kept.  "
    "[default: refs/reconciler/applied/]",
)
@with_github
@with_settings(*EVERYTHING, "users")
@with_output("text", "json")
def command(
    settings: Settings,
    output: Output,
    *,
    plan_file: Path | None,
    max_age: timedelta | None,
    **given: Any,
) -> int:
    """Show the plan, ask, and make the targets as the YAML says.

    With PLAN, a file that `reconciler plan --format json` wrote, only what stands in it is done,
    and only where it still fits; where RECONCILER_PLAN_KEY is set, it must be signed with that.
    What a guard holds back is not done; all else is.
    With --resume, the same is done with what the last run left without an end.
    """
    if given["resume"] and plan_file:
        raise InputError("--resume finishes the last run's plan; leave out PLAN, or --resume")
    if max_age and not plan_file:
        raise InputError("--max-age says how old PLAN may be; name a plan file, or leave it out")
    approved = None
    if plan_file:
        approved = in_part(read_approved(plan_file), settings.shard)
        require_fresh(approved, now=settings.clock(), max_age=max_age or MAX_AGE)
        settings = replace(settings, moment=approved.moment)
    job = job_of(settings.desired_state) if given.pop("github") else None
    workspace = require_workspace(settings, job)
    workspace = replace(workspace, commit=applied_commit(settings))
    recorder = open_recorder(workspace, settings, given.pop("record_ref"))
    permission = Permission(
        approved, only=settings.targets, file=plan_file, recorder=recorder, **given
    )

    def report(run: Run, plan: Plan) -> None:
        is_json = output.format == "json"
        emit(dump_run(run) if is_json else render_run(run, **look(output)), output)
        if job is not None:
            summary = partial(render_run_markdown, run)
            job.tell(outputs_of_run(run, plan), annotate_run(run), summary)

    return apply_plan(workspace, settings, permission, report=report)
