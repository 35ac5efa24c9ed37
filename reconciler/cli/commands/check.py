"""`reconciler check`: test the connection, before anything depends on it."""

import click

from reconciler.cli.codes import DONE, FAILED
from reconciler.cli.console import emit, look
from reconciler.cli.inspecting import inspect_target
from reconciler.cli.options import Output, Settings, with_output, with_settings
from reconciler.cli.workspace import require_workspace
from reconciler.render.check import dump_check, render_check


@click.command("check", epilog="Example: reconciler check --target front-desk")
@with_settings("desired_state", "targets", "sandbox", "state_dir")
@with_output("text", "json")
def command(settings: Settings, output: Output) -> int:
    """Test the connection to each target, against its profile.

    Shows what the server says it supports, what the profile says, and what fails and why. Reads
    only. Exits with 4 where a test fails.
    """
    workspace = require_workspace(settings)
    found = tuple(inspect_target(target, settings) for target in workspace.targets)
    is_json = output.format == "json"
    emit(dump_check(found) if is_json else render_check(found, **look(output)), output)
    return FAILED if any(item.failed for item in found) else DONE
