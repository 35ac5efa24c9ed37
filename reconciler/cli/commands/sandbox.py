"""`reconciler sandbox`: the embedded SCIM server that stands in for every target."""

import json
from contextlib import ExitStack
from typing import Any

import click

from reconciler.cli.codes import DONE
from reconciler.cli.console import emit, look, say
from reconciler.cli.options.settings import Output, Settings
from reconciler.cli.options.shared import with_output, with_settings
from reconciler.cli.sandboxes import forget_records, limits_of, sandbox_for
from reconciler.cli.workspace.workspace import require_workspace
from reconciler.errors import InputError
from reconciler.model.target import Target
from reconciler.render.live import render_live
from reconciler.sandbox import serve
from reconciler.sandbox.delay import Delayed
from reconciler.sandbox.rate import RateLimited

_HOST = "127.0.0.1"
"""The embedded server asks for no token, so nobody else may reach it."""


@click.group("sandbox", epilog="Example: reconciler sandbox show --target front-desk")
def command() -> None:
    """Serve, empty or show the embedded SCIM server.

    It stands in for every target wherever --sandbox is given, keeps its data in --state-dir, and
    behaves like the app as far as the profile knows. No command needs it to be served.
    """


@command.command("serve", epilog="Example: reconciler sandbox serve --port 8080")
@click.option("--port", default=8080, show_default=True, help="The port on this machine.")
@click.option(
    "--with-rate",
    type=click.Choice(("seconds", "date")),
    help="Refuse with 429 what is over the target's rate, with Retry-After in this form.",
)
@click.option(
    "--with-delay",
    is_flag=True,
    help="Show a write only after the target's consistency delay.",
)
@with_settings("desired_state", "targets", "state_dir")
def serve_targets(settings: Settings, *, port: int, with_rate: str | None, with_delay: bool) -> int:
    """Serve the embedded servers over HTTP on this machine, until Ctrl-C."""
    with ExitStack() as stack:
        apps: dict[str, Any] = {}
        for target in require_workspace(settings).targets:
            app: Any = stack.enter_context(sandbox_for(target, settings.state_dir)).app
            if with_delay:
                delay = target.service.consistency_delay_seconds
                app = Delayed(app, delay, settings.clock)
            apps[target.key] = _limited(app, target, settings, with_rate) if with_rate else app
        for key in apps:
            say(f"{key}: http://{_HOST}:{port}/{key}/scim/v2")
        try:
            serve(apps, host=_HOST, port=port)
        except OSError as error:
            hint = "Choose another: --port 8081."
            raise InputError(f"port {port}: {error.strerror}", hint=hint) from error
    return DONE


def _limited(app: Any, target: Target, settings: Settings, form: str) -> Any:
    return RateLimited(app, limits_of(target.service), settings.clock, as_date=form == "date")


@command.command("reset", epilog="Example: reconciler sandbox reset")
@with_settings("desired_state", "targets", "state_dir")
def reset_targets(settings: Settings) -> int:
    """Empty the embedded servers, and forget what was recorded about them."""
    for target in require_workspace(settings).targets:
        with sandbox_for(target, settings.state_dir) as sandbox:
            sandbox.reset()
        say(f"{target.key}: empty.")
    if not settings.targets:
        forget_records(settings.state_dir)
    return DONE


@command.command("show", epilog="Example: reconciler sandbox show --format json")
@with_settings("desired_state", "targets", "state_dir")
@with_output("text", "json")
def show_targets(settings: Settings, output: Output) -> int:
    """Show the users and groups that the embedded servers hold."""
    found = {}
    for target in require_workspace(settings).targets:
        with sandbox_for(target, settings.state_dir) as sandbox:
            found[target.key] = tuple(sandbox.show())
    if output.format == "json":
        emit(json.dumps(found, indent=2) + "\n", output)
    else:
        emit(render_live(found, **look(output)), output)
    return DONE
