"""The one place where exceptions become exit codes (design §8)."""

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn, TextIO

import click

from reconciler.cli.codes import BUG, DONE, INTERRUPTED, WRONG_INPUT
from reconciler.cli.log import Log
from reconciler.cli.program import program
from reconciler.errors import ReconcilerError
from reconciler.render.safe import escape

_BUG = "This is a bug in reconciler; please report it with the lines above."


def main() -> NoReturn:
    """Run the program with the arguments of this process, and end it."""
    signal.signal(signal.SIGTERM, _interrupt)
    for stream in (sys.stdout, sys.stderr):
        _never_fail_to_encode(stream)
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing is raised."""
    log = Log()
    try:
        return _run(arguments, log)
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`): there is nobody left to tell.
        # What is still buffered goes nowhere, or Python complains while it ends (docs: SIGPIPE).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WRONG_INPUT
    except (click.Abort, KeyboardInterrupt):
        log.write("Interrupted.", level="error", event="interrupted")
        return INTERRUPTED
    except Exception:  # noqa: BLE001 -- a bug: the traceback is the report
        log.write(traceback.format_exc().rstrip("\n"), level="error", event="traceback")
        log.write(_BUG, level="error", event="bug")
        return BUG


def _run(arguments: Sequence[str], log: Log) -> int:
    try:
        name = "reconciler"
        code = program.main(list(arguments), prog_name=name, standalone_mode=False, obj=log)
        sys.stdout.flush()
    except ReconcilerError as error:
        _tell(error, log)
        return error.exit_code
    except click.ClickException as error:
        # click's own code for wrong usage is 2, which would read as «there are differences»
        if log.form == "text":
            error.show()
        else:
            log.write(error.format_message(), level="error", event="usage")
        return WRONG_INPUT
    return code if isinstance(code, int) else DONE


def _tell(error: ReconcilerError, log: Log) -> None:
    told = {"code": error.exit_code, "hint": error.hint}
    lines = [f"Error: {escape(error.message)}"]
    if error.hint:
        lines.append(f"Next: {escape(error.hint)}")
    log.write("\n".join(lines), level="error", event="error", **told)


def _never_fail_to_encode(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _interrupt(*_: object) -> NoReturn:
    """Treat the end of a CI job like Ctrl-C: what is under way ends, the record is written."""
    raise KeyboardInterrupt
