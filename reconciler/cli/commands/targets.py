"""`reconciler targets`: where the desired state goes, for people and for jobs that spread it."""

import click

from reconciler.cli.codes import DONE
from reconciler.cli.console import emit, look
from reconciler.cli.options.settings import Output, Settings
from reconciler.cli.options.shared import with_output, with_settings
from reconciler.cli.workspace.workspace import require_desired
from reconciler.render.targets import dump_matrix, dump_targets, render_targets


@click.command("targets", epilog="Example: reconciler targets --format matrix")
@with_settings("desired_state", "targets", "shard")
@with_output("text", "json", "matrix")
def command(settings: Settings, output: Output) -> int:
    """List the targets: app, host, and which variable or file holds the token.

    Needs no network and no token. `--format matrix` is one line for the matrix of a GitHub
    workflow, and leaves out targets whose provisioning is off.
    """
    _, targets = require_desired(settings)
    match output.format:
        case "json":
            emit(dump_targets(targets), output)
        case "matrix":
            emit(dump_matrix(targets), output)
        case _:
            emit(render_targets(targets, **look(output)), output)
    return DONE
