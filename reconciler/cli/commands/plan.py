"""`reconciler plan`: what would change, and nothing else."""

import click

from reconciler.cli.codes import code_of_plan
from reconciler.cli.console import emit, look, say
from reconciler.cli.forecasting import forecast
from reconciler.cli.options import EVERYTHING, Output, Settings, with_output, with_settings
from reconciler.cli.planning import plan_targets
from reconciler.cli.records import ledger_to_read
from reconciler.cli.signing import signing_key
from reconciler.cli.viewing import view
from reconciler.cli.workspace import require_workspace
from reconciler.render.html.plan import render_html
from reconciler.render.jsonplan import dump_plan
from reconciler.render.markdown.plan import render_markdown
from reconciler.render.summary import summary_line
from reconciler.render.text import next_step, render_text


@click.command("plan", epilog="Example: reconciler plan --format json --output plan.json")
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    help="Exit with 2 where there are differences, and with 3 where something is held.",
)
@with_settings(*EVERYTHING, "users")
@with_output("text", "json", "markdown", "html")
def command(settings: Settings, output: Output, *, detailed_exitcode: bool) -> int:
    """Show what would change at the targets; writes nothing.

    The JSON plan is what `reconciler apply PLAN` takes, signed where RECONCILER_PLAN_KEY is set.
    Markdown is for the comment on a pull request: at most 60,000 bytes, the most dangerous changes
    first. HTML is one page that needs nothing else, to filter, search, print and keep.
    """
    key = signing_key() if output.format == "json" else None
    workspace = require_workspace(settings)
    with ledger_to_read(settings) as ledger:
        plan, _ = plan_targets(workspace, ledger, settings)
        plan = view(forecast(plan, workspace, settings), workspace, settings)
    if output.format == "json":
        emit(dump_plan(plan, key), output)
    elif output.format == "markdown":
        emit(render_markdown(plan), output)
    elif output.format == "html":
        emit(render_html(plan), output)
    else:
        emit(render_text(plan, **look(output)), output)
        say(next_step(plan).rstrip("\n"))
    if output.file is not None:
        say(summary_line(plan))
    return code_of_plan(plan, detailed=detailed_exitcode)
