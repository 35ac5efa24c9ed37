"""The one place where exceptions become exit codes (design §8)."""

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn, TextIO

import click

from reconciler.cli.program import program
from reconciler.errors import ReconcilerError
from reconciler.render.safe import escape

WRONG_INPUT = 1
BUG = 70
INTERRUPTED = 130


def main() -> NoReturn:
    """Run the program with the arguments of this process, and end it."""
    signal.signal(signal.SIGTERM, _interrupt)
    for stream in (sys.stdout, sys.stderr):
        _never_fail_to_encode(stream)
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing is raised."""
    try:
        return _run(arguments)
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`): there is nobody left to tell.
        # What is still buffered goes nowhere, or Python complains while it ends (docs: SIGPIPE).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WRONG_INPUT
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except Exception:  # noqa: BLE001 -- a bug: the traceback is the report
        traceback.print_exc()
        click.echo("This is a bug in reconciler; please report it with the lines above.", err=True)
        return BUG


def _run(arguments: Sequence[str]) -> int:
    try:
        code = program.main(list(arguments), prog_name="reconciler", standalone_mode=False)
        sys.stdout.flush()
    except ReconcilerError as error:
        _tell(error)
        return error.exit_code
    except click.ClickException as error:
        # click's own code for wrong usage is 2, which would read as «there are differences»
        error.show()
        return WRONG_INPUT
    return code if isinstance(code, int) else 0


def _tell(error: ReconcilerError) -> None:
    click.echo(f"Error: {escape(error.message)}", err=True)
    if error.hint:
        click.echo(f"Next: {escape(error.hint)}", err=True)


def _never_fail_to_encode(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _interrupt(*_: object) -> NoReturn:
    """Treat the end of a CI job like Ctrl-C: what is under way ends, the record is written."""
    raise KeyboardInterrupt
