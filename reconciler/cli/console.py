"""What reaches the terminal: results on standard output, all else on standard error."""

import shutil
import sys
from typing import TextIO, TypedDict

import click

from reconciler.cli.environment import variable
from reconciler.cli.log import current_log
from reconciler.cli.options.settings import Output
from reconciler.errors import InputError

_LOG_WIDTH = 100
"""Columns where there is no terminal: wide enough for file names, and always the same."""

_NARROWEST, _WIDEST = 40, 300
"""Between these COLUMNS is taken at its word."""


class Look(TypedDict):
    """How text should look where it goes."""

    width: int
    color: bool


def look(output: Output | None = None) -> Look:
    """Return the look for *output*, or for standard error."""
    if output is not None and output.file is not None:
        return {"width": _LOG_WIDTH, "color": False}
    stream = sys.stderr if output is None else sys.stdout
    return {"width": _width(stream), "color": has_color(stream)}


def has_color(stream: TextIO) -> bool:
    """Tell whether *stream* is a terminal whose user wants colours (no-color.org)."""
    return stream.isatty() and variable("NO_COLOR") is None and variable("TERM") != "dumb"


def emit(text: str, output: Output) -> None:
    """Write the result of a command where `--output` says."""
    if output.file is None:
        click.echo(text, nl=False, color=True)
        return
    try:
        output.file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"cannot write '{output.file}': {error.strerror}",
            hint="Name a file in a directory that exists, with --output FILE.",
        ) from error
    say(f"Written to {output.file}.")


def say(text: str) -> None:
    """Write a line to the log."""
    current_log().write(text)


def can_ask() -> bool:
    """Tell whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _width(stream: TextIO) -> int:
    """Return the columns to fill: as COLUMNS says, which a pipe has no other way to tell."""
    asked = variable("COLUMNS") or ""
    if asked.isascii() and asked.isdecimal() and int(asked):
        return max(_NARROWEST, min(int(asked), _WIDEST))
    if not stream.isatty():
        return _LOG_WIDTH
    return max(60, min(shutil.get_terminal_size((80, 24)).columns, 120))
