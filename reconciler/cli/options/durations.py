"""Lengths of time on the command line: `90s`, `50m`, `1h30m`, `7d`."""

import re
from datetime import timedelta
from typing import Any, Final

import click

from reconciler.render.words import count

_PATTERN: Final = re.compile(
    r"(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?", re.ASCII
)


class Duration(click.ParamType[timedelta]):
    """A length of time, never none."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Return the length."""
        if isinstance(value, timedelta):
            return value
        found = _PATTERN.fullmatch(value)
        parts = [int(part or 0) for part in found.groups()] if found else [0, 0, 0, 0]
        days, hours, minutes, seconds = parts
        if not any(parts):
            self.fail(f"'{value}' is no time; write it like 50m, 90s, 1h30m or 7d", param, ctx)
        return timedelta(days, hours=hours, minutes=minutes, seconds=seconds)


def show_length(length: timedelta) -> str:
    """Return "8 days", "5 hours" or "3 minutes": the largest unit that fits."""
    minutes = int(length.total_seconds()) // 60
    for size, word in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            return count(minutes // size, word)
    return "less than a minute"
