"""What may stand behind an option: a moment, a deadline, a part of several."""

import re
from datetime import UTC, datetime
from typing import Any

import click

from reconciler.cli.environment import stopwatch
from reconciler.cli.options.durations import Duration
from reconciler.model.shard import Shard


class Moment(click.ParamType[datetime]):
    """A point in time: `2026-12-31` or `2026-12-31T08:00:00Z`; UTC where no zone is given."""

    name = "timestamp"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the moment in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"'{value}' is no date or time; write it like 2026-12-31", param, ctx)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


class Deadline(click.ParamType[float]):
    """A time from now: `90s`, `50m`, `1h30m`; the moment of the stopwatch at which it is over."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the moment."""
        if isinstance(value, float):
            return value
        return stopwatch() + Duration().convert(value, param, ctx).total_seconds()


class Part(click.ParamType[Shard]):
    """One of several equal parts: `2/8`."""

    name = "shard"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Shard:
        """Return the part."""
        if isinstance(value, Shard):
            return value
        found = re.fullmatch(r"(\d{1,4})/(\d{1,4})", value, re.ASCII)
        number, count = (int(part) for part in found.groups()) if found else (0, 0)
        if not 1 <= number <= count:
            self.fail(f"'{value}' is no part; write it like 1/8, up to 8/8", param, ctx)
        return Shard(number, count)
