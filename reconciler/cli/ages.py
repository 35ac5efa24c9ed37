"""How old a plan file may be."""

import re
from datetime import timedelta
from typing import Any, Final

import click

DEFAULT: Final = timedelta(days=7)
"""Long enough for a review over a weekend; what is older was approved for another world."""

_PATTERN = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?", re.ASCII)


class Age(click.ParamType[timedelta]):
    """A length of time: `7d`, `36h`, `1d12h`, `90m`."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Return the length of time."""
        if isinstance(value, timedelta):
            return value
        found = _PATTERN.fullmatch(value)
        days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
        age = timedelta(days=days, hours=hours, minutes=minutes)
        if not age:
            self.fail(f"'{value}' is no time; write it like 7d, 36h or 90m", param, ctx)
        return age


def show_age(age: timedelta) -> str:
    """Return "8 days", "5 hours" or "3 minutes": the largest unit that fits."""
    minutes = int(age.total_seconds()) // 60
    for size, word in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            number = minutes // size
            return f"{number:,} {word}{'' if number == 1 else 's'}"
    return "less than a minute"
