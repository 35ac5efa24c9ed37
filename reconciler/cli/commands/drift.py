"""`reconciler drift`: what moved at the targets since they were last applied."""

from typing import Final

import click

from reconciler.cli.console import look, say
from reconciler.cli.drift import find_drifts
from reconciler.cli.github import job_of, with_github
from reconciler.cli.notices.teller import tell_of_drift
from reconciler.cli.options.settings import Output, Settings
from reconciler.cli.options.shared import EVERYTHING, with_output, with_settings
from reconciler.cli.plan.readings import with_also, write_readings
from reconciler.cli.verdicts import code_of_drift
from reconciler.cli.workspace.workspace import require_workspace
from reconciler.model.drift_report import Drift
from reconciler.render.ci.outputs import outputs_of_drift
from reconciler.render.drift.json import dump_drift
from reconciler.render.drift.text import render_drift
from reconciler.render.drift.words import headline
from reconciler.render.html.drift import render_drift_html
from reconciler.render.markdown.drift import render_drift_markdown

_FORMATS: Final = ("text", "json", "markdown", "html")


@click.command("drift", epilog="Example: reconciler drift --format markdown --output drift.md")
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    help="Exit with 2 where there is drift, and with 3 where mending it would be held.",
)
@with_github
@with_also("drift", *_FORMATS)
@with_settings(*EVERYTHING)
@with_output(*_FORMATS)
def command(
    settings: Settings,
    output: Output,
    *,
    detailed_exitcode: bool,
    github: bool,
    also: tuple[Output, ...],
) -> int:
    """Show what moved at the targets since the last apply; writes to none of them.

    What is seen is noted in the ledger, so that the next report knows since when. Markdown is for
    the one issue that a nightly job keeps up to date: at most 60,000 bytes, the most dangerous
    first. HTML is one page with drift over time and a matrix of who is in which group. --also gives
    several of one and the same look.
    """
    job = job_of(settings.desired_state) if github else None
    workspace = require_workspace(settings, job)
    drift = find_drifts(workspace, settings)
    write_readings((output, *also), lambda each: _text(drift, each))
    if output.file is not None:
        say(headline(drift))
    if job is not None:
        job.tell(outputs_of_drift(drift), "", lambda room: render_drift_markdown(drift, limit=room))
    tell_of_drift(drift, workspace.targets, settings)
    return code_of_drift(drift, detailed=detailed_exitcode)


def _text(drift: Drift, output: Output) -> str:
    match output.format:
        case "json":
            return dump_drift(drift)
        case "markdown":
            return render_drift_markdown(drift)
        case "html":
            return render_drift_html(drift)
        case _:
            return render_drift(drift, **look(output))
