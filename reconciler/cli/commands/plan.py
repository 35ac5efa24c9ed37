"""`reconciler plan`: what would change, and nothing else."""

from typing import Any

import click

from reconciler.cli.console import say
from reconciler.cli.github import job_of, prefix_of, with_github
from reconciler.cli.ledger import ledger_to_read
from reconciler.cli.options.again import options_again
from reconciler.cli.options.settings import Output, Settings
from reconciler.cli.options.shared import EVERYTHING, with_output, with_settings
from reconciler.cli.plan.access import view
from reconciler.cli.plan.forecast import forecast
from reconciler.cli.plan.keys import signing_key
from reconciler.cli.plan.plan import plan_targets
from reconciler.cli.plan.readings import FORMATS, Readings, with_also
from reconciler.cli.verdicts import code_of_plan
from reconciler.cli.workspace.workspace import require_workspace
from reconciler.render.ci.annotations import annotate_plan
from reconciler.render.ci.outputs import outputs_of_plan
from reconciler.render.markdown.plan import render_markdown
from reconciler.render.plan.summary import summary_line
from reconciler.render.plan.text import next_step


@click.command("plan", epilog="Example: reconciler plan --format json --output plan.json")
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    help="Exit with 2 where there are differences, and with 3 where something is held.",
)
@click.option(
    "--environment",
    default="",
    metavar="NAME",
    help="Name it in the comment, and tell comments of several environments apart.",
)
@with_github
@with_also("plan", *FORMATS)
@with_settings(*EVERYTHING, "base", "head", "offline", "users")
@with_output(*FORMATS)
def command(
    settings: Settings,
    output: Output,
    *,
    detailed_exitcode: bool,
    also: tuple[Output, ...],
    **given: Any,
) -> int:
    """Show what would change at the targets; writes nothing.

    The JSON plan is what `reconciler apply PLAN` takes, signed where RECONCILER_PLAN_KEY is set.
    Markdown is for the comment on a pull request: at most 60,000 bytes, the most dangerous changes
    first; annotations are for its lines, a status for its commit. HTML is one page that needs
    nothing else, to filter, search, print and keep. --also gives several of one and the same plan.
    """
    outputs = (output, *also)
    job = job_of(settings.desired_state) if given["github"] else None
    key = signing_key() if any(item.format == "json" for item in outputs) else None
    workspace = require_workspace(settings, job)
    with ledger_to_read(settings) as ledger:
        plan, _ = plan_targets(workspace, ledger, settings)
        plan = view(forecast(plan, workspace, settings), workspace, settings)
    prefix = prefix_of(settings.desired_state)
    Readings(plan, key, prefix, given["environment"]).write(outputs)
    if output.format == "text":
        say(next_step(plan, options_again(settings)).rstrip("\n"))
    if output.file is not None:
        say(summary_line(plan))
    if job is not None:
        annotations = annotate_plan(plan, prefix=prefix)
        job.tell(outputs_of_plan(plan), annotations, lambda room: render_markdown(plan, limit=room))
    return code_of_plan(plan, detailed=detailed_exitcode)
