"""`reconciler history`: what earlier runs did, to whom, and what failed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from reconciler.cli.codes import DONE
from reconciler.cli.console import emit, look, say
from reconciler.cli.ledger import ledger_to_read
from reconciler.cli.options.kinds import Moment
from reconciler.cli.options.settings import Output, Settings
from reconciler.cli.options.shared import Command, with_output, with_settings
from reconciler.errors import InputError
from reconciler.model.history import PastOperation, PastRun, Question, State
from reconciler.model.quarantine import PastQuarantine
from reconciler.render.history.data import (
    dump_operations,
    dump_runs,
    operations_as_csv,
    runs_as_csv,
)
from reconciler.render.history.text import render_operations, render_run_record, render_runs
from reconciler.render.quarantine import (
    dump_quarantines,
    quarantines_as_csv,
    render_quarantines,
)

_STATES = click.Choice([state.value for state in State])
_FILTERS: tuple[Callable[[Command], Command], ...] = (
    click.option("--user", metavar="NAME", help="This user: key, userName or id at the target."),
    click.option("--group", metavar="NAME", help="This group: key, displayName or id."),
    click.option("--status", type=_STATES, help="Only what ended, or stands, like this."),
)


def _with_filters(command: Command) -> Command:
    for option in reversed(_FILTERS):
        command = option(command)
    return command


@click.group(
    "history",
    invoke_without_command=True,
    epilog="Example: reconciler history --user ada --since 2026-11-01",
)
@_with_filters
@click.option("--since", type=Moment(), metavar="TIMESTAMP", help="Only runs begun since then.")
@click.option(
    "--limit", type=click.IntRange(0), default=20, show_default=True, help="How many; 0 for all."
)
@with_settings("targets", "sandbox", "state_dir", "ledger")
@with_output("text", "json", "csv")
def command(
    settings: Settings, output: Output, *, since: datetime | None, limit: int, **names: Any
) -> int:
    """List earlier runs, or what happened to one user or group.

    With --user, --group or --status single operations are shown, the newest first: who, what,
    which steps, old and new values. A user's groups are shown too. Sensitive values stand nowhere.
    """
    if click.get_current_context().invoked_subcommand is not None:
        return DONE
    question = _question(settings, since=since, limit=limit, **names)
    with ledger_to_read(settings) as ledger:
        if question.is_about_operations:
            operations = ledger.operations(question)
            emit(_show_operations(operations, output), output)
            _tell_of_more(len(operations), limit, "operations")
        else:
            runs = ledger.runs(question)
            emit(_show_runs(runs, output), output)
            _tell_of_more(len(runs), limit, "runs")
    return DONE


@command.command("show", epilog="Example: reconciler history show 12 --status failed")
@click.argument("number", metavar="RUN", type=int)
@_with_filters
@with_settings("targets", "sandbox", "state_dir", "ledger")
@with_output("text", "json", "csv")
def show(settings: Settings, output: Output, *, number: int, **names: Any) -> int:
    """Show one run, operation by operation, in the order in which they were planned."""
    with ledger_to_read(settings) as ledger:
        runs = ledger.runs(Question(run=number))
        operations = ledger.operations(_question(settings, run=number, **names))
    if not runs:
        raise InputError(f"no run {number} is recorded", hint="List them: reconciler history")
    emit(_show_run(runs[0], operations, output), output)
    if State.FAILED in runs[0].counts and not names["status"]:
        say(f"Only what failed: reconciler history show {number} --status failed")
    return DONE


@command.command("quarantine", epilog="Example: reconciler history quarantine --target front-desk")
@click.option("--since", type=Moment(), metavar="TIMESTAMP", help="Only imposed since then.")
@click.option(
    "--limit", type=click.IntRange(0), default=20, show_default=True, help="How many; 0 for all."
)
@with_settings("targets", "sandbox", "state_dir", "ledger")
@with_output("text", "json", "csv")
def quarantine(settings: Settings, output: Output, *, since: datetime | None, limit: int) -> int:
    """List the targets that are or were in quarantine: why, since when, until when."""
    with ledger_to_read(settings) as ledger:
        question = Question(targets=settings.targets, since=since, limit=limit)
        found = ledger.quarantines(question)
    emit(_show_quarantines(found, settings.clock(), output), output)
    _tell_of_more(len(found), limit, "quarantines")
    return DONE


def _question(settings: Settings, *, status: str | None, **more: Any) -> Question:
    return Question(targets=settings.targets, state=State(status) if status else None, **more)


def _show_runs(runs: tuple[PastRun, ...], output: Output) -> str:
    if output.format == "json":
        return dump_runs(runs)
    if output.format == "csv":
        return runs_as_csv(runs)
    return render_runs(runs, **look(output)) if runs else "No run is recorded.\n"


def _show_operations(operations: tuple[PastOperation, ...], output: Output) -> str:
    if output.format == "json":
        return dump_operations(operations)
    if output.format == "csv":
        return operations_as_csv(operations)
    shown = render_operations(operations, **look(output))
    return shown if operations else "Nothing like that is recorded.\n"


def _show_run(run: PastRun, operations: tuple[PastOperation, ...], output: Output) -> str:
    if output.format == "json":
        return dump_operations(operations, run)
    if output.format == "csv":
        return operations_as_csv(operations)
    return render_run_record(run, operations, **look(output))


def _show_quarantines(found: tuple[PastQuarantine, ...], now: datetime, output: Output) -> str:
    if output.format == "json":
        return dump_quarantines(found, now)
    if output.format == "csv":
        return quarantines_as_csv(found, now)
    shown = render_quarantines(found, now, **look(output))
    return shown if found else "No target was ever in quarantine.\n"


def _tell_of_more(shown: int, limit: int, what: str) -> None:
    if limit and shown == limit:
        say(f"These are the newest {limit} {what}; all of them: --limit 0")
