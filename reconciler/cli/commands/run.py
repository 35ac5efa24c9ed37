"""`reconciler run`: plan and apply every so often, for whoever has no CI to do it."""

import random
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import click

from reconciler.cli.console import emit, look, say
from reconciler.cli.loop.cycles import Health, run_cycles
from reconciler.cli.loop.health import answering
from reconciler.cli.options.durations import Duration
from reconciler.cli.options.settings import Output, Settings
from reconciler.cli.options.shared import with_output, with_settings
from reconciler.model.outcome import Run, Status
from reconciler.render.run import dump_run, render_run


class Address(click.ParamType[tuple[str, int]]):
    """Where to listen: `127.0.0.1:8080`."""

    name = "address"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """Return host and port."""
        host, _, port = str(value).rpartition(":")
        if not host or not port.isascii() or not port.isdigit():
            self.fail(f"'{value}' is no address; write it like 127.0.0.1:8080", param, ctx)
        return host.strip("[]"), int(port)


@click.command("run", epilog="Example: reconciler run --every 40m --health 127.0.0.1:8080")
@click.option(
    "--every",
    type=Duration(),
    default="40m",
    show_default=True,
    metavar="DURATION",
    help="How long from the beginning of a cycle to that of the next, a tenth more or less.",
)
@click.option(
    "--health",
    "address",
    type=Address(),
    metavar="HOST:PORT",
    help="Answer GET /healthz and /readyz there with how the last cycle ended.",
)
@with_settings("desired_state", "targets", "shard", "sandbox", "state_dir", "ledger", "log")
@with_output("text", "json")
def command(
    settings: Settings, output: Output, *, every: timedelta, address: tuple[str, int] | None
) -> int:
    """Plan and apply again and again, until SIGTERM or Ctrl-C.

    Each cycle reads the YAML anew, and is what `apply --yes` is: guards hold, and none is ever
    accepted here. A signal lets the writes under way end. Exits with 0 where that was between two
    cycles.
    """

    def report(run: Run) -> None:
        is_json = output.format == "json"
        held = frozenset(item for item in run.outcomes if item.status is Status.HELD)
        is_known = settings.told.since("record", held, settings.clock()) or not run.outcomes
        is_idle = len(held) == len(run.outcomes)
        is_repeated = settings.told.repeats("failures", run.failures)
        if is_known and is_idle and is_repeated and not is_json:
            return
        emit(dump_run(run) if is_json else render_run(run, **look(output)), output)

    health = Health(every)
    with ExitStack() as stack:
        if address is not None:
            port = stack.enter_context(answering(health, *address))
            say(f"Health: http://{address[0]}:{port}/healthz and /readyz")
        return run_cycles(settings, health, random.random, report)
