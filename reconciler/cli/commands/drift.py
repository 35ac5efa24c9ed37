"""`reconciler drift`: what moved at the targets since they were last applied."""

import click

from reconciler.cli.codes import code_of_drift
from reconciler.cli.console import emit, look, say
from reconciler.cli.drifting import find_drifts
from reconciler.cli.notifying import tell_of_drift
from reconciler.cli.options import EVERYTHING, Output, Settings, with_output, with_settings
from reconciler.cli.workspace import require_workspace
from reconciler.render.driftjson import dump_drift
from reconciler.render.drifttext import render_drift
from reconciler.render.driftwords import headline
from reconciler.render.html.drift import render_drift_html
from reconciler.render.markdown.drift import render_drift_markdown


@click.command("drift", epilog="Example: reconciler drift --format markdown --output drift.md")
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    help="Exit with 2 where there is drift, and with 3 where mending it would be held.",
)
@with_settings(*EVERYTHING)
@with_output("text", "json", "markdown", "html")
def command(settings: Settings, output: Output, *, detailed_exitcode: bool) -> int:
    """Show what moved at the targets since the last apply; writes to none of them.

    What is seen is noted in the ledger, so that the next report knows since when. Markdown is for
    the one issue that a nightly job keeps up to date: at most 60,000 bytes, the most dangerous
    first. HTML is one page with drift over time and a matrix of who is in which group.
    """
    workspace = require_workspace(settings)
    drift = find_drifts(workspace, settings)
    if output.format == "json":
        emit(dump_drift(drift), output)
    elif output.format == "markdown":
        emit(render_drift_markdown(drift), output)
    elif output.format == "html":
        emit(render_drift_html(drift), output)
    else:
        emit(render_drift(drift, **look(output)), output)
    if output.file is not None:
        say(headline(drift))
    tell_of_drift(drift, workspace.targets, settings)
    return code_of_drift(drift, detailed=detailed_exitcode)
