"""Lengths of time on the command line: `90s`, `50m`, `1h30m`."""

import re
from datetime import timedelta
from typing import Any, Final

import click

_PATTERN: Final = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?", re.ASCII)


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
        hours, minutes, seconds = (
            (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
        )
        if not hours + minutes + seconds:
            self.fail(f"'{value}' is no time; write it like 50m, 90s or 1h30m", param, ctx)
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)
