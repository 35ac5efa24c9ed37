"""The log: what standard error gets, as lines for people or as JSON objects for machines."""

import threading
from typing import Any, Final, Literal, TypeAlias

import click

from reconciler.cli.environment import now
from reconciler.render.jsontext import json_text

Level: TypeAlias = Literal["error", "info", "debug", "trace"]
_SHOWN_FROM: Final[dict[Level, int]] = {"error": 0, "info": 0, "debug": 1, "trace": 2}
"""How many -v it takes."""


class Log:
    """Where people and machines hear what is going on. Threads share it.

    *verbosity* counts the -v; *form* is `text`, or `json`: one object a line, and nothing else.
    """

    def __init__(self) -> None:
        self.verbosity = 0
        self.form = "text"
        self._lock = threading.Lock()

    def shows(self, level: Level) -> bool:
        """Tell whether anybody hears of *level*."""
        return self.verbosity >= _SHOWN_FROM[level]

    def write(
        self, text: str, *, level: Level = "info", event: str = "message", **data: Any
    ) -> None:
        """Write *text*, which is for people and escaped; machines get *data* as it is with it."""
        if not self.shows(level):
            return
        line = text if self.form == "text" else _as_json(text, level, event, data)
        with self._lock:
            click.echo(line, err=True, color=True)


def current_log() -> Log:
    """Return the log of the command that runs, or one for people where none does."""
    context = click.get_current_context(silent=True)
    return (context and context.find_object(Log)) or Log()


def _as_json(text: str, level: Level, event: str, data: dict[str, Any]) -> str:
    """Return one line; every character that a terminal could obey is escaped."""
    said = {name: value for name, value in data.items() if value is not None}
    head = {"time": now().isoformat(timespec="milliseconds"), "level": level, "event": event}
    told = {**head, "message": click.unstyle(text), **said}
    return json_text(told, indent=None).rstrip("\n")
