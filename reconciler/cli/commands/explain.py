"""`reconciler explain`: why one user or group stands with each target as it does."""

import click

from reconciler.cli.codes import DONE, FAILED
from reconciler.cli.console import emit, look, say
from reconciler.cli.explanation import explain_everywhere
from reconciler.cli.ledger import ledger_to_read
from reconciler.cli.options.settings import Output, Settings
from reconciler.cli.options.shared import with_output, with_settings
from reconciler.render.explain.json import dump_explanations
from reconciler.render.explain.text import render_explanations
from reconciler.render.safe import escape


@click.command("explain", epilog="Example: reconciler explain ada --target front-desk --live")
@click.argument("name", metavar="USER|GROUP")
@click.option("--live", is_flag=True, help="Read that one account too, never the whole list.")
@with_settings("desired_state", "targets", "sandbox", "state_dir", "now", "log")
@with_output("text", "json")
def command(settings: Settings, output: Output, *, name: str, live: bool) -> int:
    """Show step by step why a user or group stands as it does at each target.

    The five steps of provision on demand: what the YAML says, the scope with every clause, how the
    account is found, every mapped attribute, and what would be done. Where a user and a group share
    a key, say user/KEY or group/KEY. Writes nothing.
    """
    with ledger_to_read(settings) as ledger:
        found = explain_everywhere(name, settings, ledger, live=live)
    if output.format == "json":
        emit(dump_explanations(found.explanations, found.failures), output)
    else:
        emit(render_explanations(found.explanations, **look(output)), output)
    for target, reason in found.failures:
        say(escape(f"{target} could not be read, so its answer is from the YAML alone: {reason}"))
    return FAILED if found.failures else DONE
