"""The options that commands share, gathered into one value."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeAlias

import click

from reconciler.cli.budgets import Budgets
from reconciler.cli.environment import now as current_time
from reconciler.cli.environment import stopwatch
from reconciler.cli.log import Log, current_log
from reconciler.cli.options.durations import Duration
from reconciler.cli.repeats import Repeats
from reconciler.cli.traffic import Traffic
from reconciler.model.shard import WHOLE, Shard
from reconciler.scim.http.rate import Throttles
from reconciler.scim.http.retry import PAUSE

Command: TypeAlias = Callable[..., int]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the shared options say; a command that does not take one goes by its default.

    *deadline* is a moment of the stopwatch. *throttles* to *told* are no options, but shared.
    """

    desired_state: Path = Path("desired-state")
    targets: tuple[str, ...] = ()
    shard: Shard = WHOLE
    sandbox: bool = False
    state_dir: Path = Path(".reconciler")
    ledger: str | None = None
    now: datetime = field(default_factory=current_time)
    users: tuple[str, ...] = ()
    base: str | None = None
    head: str | None = None
    offline: bool = False
    applied: str | None = None
    pause: Callable[[float], object] = PAUSE
    """How to wait so many seconds; no option, for whoever calls a command from Python."""
    clock: Callable[[], datetime] = current_time
    """What time it is; no option either."""
    moment: datetime | None = None
    """What `Now()` gives where that is not *now*: the moment of the plan that was approved."""
    deadline: float = math.inf
    throttles: Throttles = field(default_factory=Throttles)
    log: Log = field(default_factory=Log)
    traffic: Traffic = field(default_factory=lambda: Traffic(Log()))
    budgets: Budgets = field(default_factory=Budgets)
    told: Repeats = field(default_factory=Repeats)


@dataclass(frozen=True, slots=True)
class Output:
    """Which reading is wanted, and where it goes: None is standard output."""

    format: str
    file: Path | None


def with_settings(*names: str) -> Callable[[Command], Command]:
    """Give a command the shared options called *names*; it takes them as `settings`."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        def gathered(**options: Any) -> int:
            given = {name: options.pop(name) for name in names if name != _LOG}
            log = current_log()
            settings = Settings(**given, log=log, traffic=Traffic(log))
            return command(settings=settings, **options)

        return _decorated(gathered, tuple(_SETTINGS[name] for name in names))

    return decorate


def with_output(*formats: str) -> Callable[[Command], Command]:
    """Give a command `--format`, one of *formats*, and `--output`; it takes them as `output`."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        def gathered(**options: Any) -> int:
            output = Output(options.pop("format"), options.pop("output"))
            return command(output=output, **options)

        return _decorated(gathered, (_format_option(formats), _OUTPUT))

    return decorate


def _decorated(command: Command, options: tuple[Callable[[Command], Command], ...]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def _format_option(formats: tuple[str, ...]) -> Callable[[Command], Command]:
    return click.option(
        "--format",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How to show the result.",
    )


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


EVERYTHING = (
    "desired_state",
    "targets",
    "shard",
    "sandbox",
    "state_dir",
    "ledger",
    "now",
    "applied",
    "deadline",
    "log",
)
"""The names for a command that plans."""

_LOG = "log"


def _log_options(command: Command) -> Command:
    """Add what says how much is told on standard error, and to whom."""

    def count(context: click.Context, _: click.Parameter, value: int) -> None:
        context.ensure_object(Log).verbosity = value

    def form(context: click.Context, _: click.Parameter, value: str) -> None:
        context.ensure_object(Log).form = value

    how_much = click.option(
        "-v",
        "--verbose",
        count=True,
        expose_value=False,
        callback=count,
        help="Log what is read and waited for, with -vv every request, on standard error.",
    )
    to_whom = click.option(
        "--log-format",
        type=click.Choice(("text", "json")),
        default="text",
        show_default=True,
        expose_value=False,
        callback=form,
        help="Log for people, or as one JSON object a line.",
    )
    return _decorated(command, (how_much, to_whom))


_OUTPUT = click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the result to FILE instead of standard output.",
)

_SETTINGS: dict[str, Callable[[Command], Command]] = {
    "desired_state": click.option(
        "--desired-state",
        type=click.Path(path_type=Path),
        default=Path("desired-state"),
        show_default=True,
        metavar="DIR",
        help="Where the YAML is.",
    ),
    "targets": click.option(
        "--target",
        "targets",
        multiple=True,
        metavar="NAME",
        help="Only this target; may be given several times.  [default: all]",
    ),
    "shard": click.option(
        "--shard",
        type=Part(),
        default=WHOLE,
        metavar="I/N",
        help="Only the targets of part I of N, for jobs that share the work.  [default: all]",
    ),
    "sandbox": click.option(
        "--sandbox",
        is_flag=True,
        help="Use the embedded server instead of every target: no account, token or network.",
    ),
    "state_dir": click.option(
        "--state-dir",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path(".reconciler"),
        show_default=True,
        metavar="DIR",
        help="Where the ledger and the embedded server keep their data.",
    ),
    "ledger": click.option(
        "--ledger",
        metavar="URL",
        help="A ledger that machines share: postgresql://host/name.  [env: RECONCILER_LEDGER]",
    ),
    "now": click.option(
        "--now",
        type=Moment(),
        default=current_time,
        metavar="TIMESTAMP",
        help="Plan as if it were then, for `from` and `until`.  [default: now]",
    ),
    "deadline": click.option(
        "--deadline",
        type=Deadline(),
        default=math.inf,
        metavar="DURATION",
        help="Begin nothing that would end later than so long from now: 50m.  [default: none]",
    ),
    "base": click.option(
        "--base",
        metavar="REF",
        help="Compare with the desired state at this commit of git: what does this change cause?",
    ),
    "head": click.option(
        "--head",
        metavar="REF",
        help="Compare this commit, whose files are read from git alone.  [default: what is here]",
    ),
    "offline": click.option(
        "--offline", is_flag=True, help="Take what the base asks for as live; no token, no network."
    ),
    "applied": click.option(
        "--applied",
        metavar="REF",
        help="What the targets last took; a REF that ends with / is followed by the target's "
        "name.  [default: by the ledger, else refs/reconciler/applied/]",
    ),
    "users": click.option(
        "--user",
        "users",
        multiple=True,
        metavar="KEY",
        help="Only this user and its memberships, on demand; may be given several times.",
    ),
    _LOG: _log_options,
}
