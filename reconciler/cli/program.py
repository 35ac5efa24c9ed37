"""The program: a table of commands, each imported only when it is asked for."""

from difflib import get_close_matches
from importlib import import_module
from typing import Any, Final

import click

from reconciler import __version__
from reconciler.cli.log import current_log

COMMANDS: Final = {
    "init": "Begin: write a desired state that validates, and plans with --sandbox.",
    "validate": "Check the YAML; needs no network and no token.",
    "plan": "Show what would change at the targets; writes nothing.",
    "apply": "Show the plan, ask, and make the targets as the YAML says.",
    "drift": "Show what moved at the targets since the last apply; writes to none of them.",
    "run": "Plan and apply again and again, until SIGTERM or Ctrl-C.",
    "eval": "Evaluate an expression, and show what every part of it gives.",
    "explain": "Show step by step why a user or group stands as it does.",
    "history": "Show what earlier runs did, to whom, and what failed.",
    "check": "Test the connection to each target, against its profile.",
    "import": "Take over the configuration of another tool as YAML.",
    "targets": "List the targets: app, host, and which variable holds the token.",
    "sandbox": "Serve, empty or show the embedded SCIM server.",
    "schema": "Write the JSON Schemas that editors use for the YAML.",
    "gallery": "List the profiles of apps, or show one.",
}
"""Every command with its one line of help. `reconciler.cli.commands.<name>` holds `command`."""

_MODULES: Final = {"import": "importing"}
"""Commands whose name no module can bear."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they run: `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """Return the commands in the order of a day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        name = _MODULES.get(cmd_name, cmd_name)
        module = import_module(f"reconciler.cli.commands.{name}")
        found: click.Command = module.command
        return found

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; end an interrupt here, for click would put an empty line into the log."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            if current_log().form == "text":
                click.echo(err=True)  # A terminal shows ^C where the cursor stands.
            raise click.Abort from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; suggest one for a name that is nearly right."""
        close = get_close_matches(args[0], COMMANDS, n=1)
        if close and args[0] not in COMMANDS:
            ctx.fail(f"No such command '{args[0]}'. Did you mean '{close[0]}'?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's signature
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start here: reconciler plan --sandbox",
)
@click.version_option(__version__, prog_name="reconciler")
def program() -> None:
    """Keep the users and groups of SCIM apps as YAML in git says.

    The plan shows every change before it happens; apply does exactly the plan.
    """
