"""The options that commands share, gathered into one value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeAlias

import click

from reconciler.cli.environment import now as current_time

Command: TypeAlias = Callable[..., int]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the shared options say. *format* is one of those that the command offers."""

    desired_state: Path
    targets: tuple[str, ...]
    sandbox: bool
    state_dir: Path
    now: datetime
    verbose: bool


@dataclass(frozen=True, slots=True)
class Output:
    """Which reading is wanted, and where it goes: None is standard output."""

    format: str
    file: Path | None


def with_settings(command: Command) -> Command:
    """Give *command* the options about what is read; it takes them as `settings`."""

    @wraps(command)
    def gathered(**options: Any) -> int:
        names = Settings.__slots__
        values = {name: options.pop(name) for name in names}
        return command(settings=Settings(**values), **options)

    return _decorated(gathered, _SETTINGS)


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


class _Moment(click.ParamType[datetime]):
    """A point in time: `2026-12-31` or `2026-12-31T08:00:00Z`; UTC where no zone is given."""

    name = "timestamp"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"'{value}' is no date or time; write it like 2026-12-31", param, ctx)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


_OUTPUT = click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the result to FILE instead of standard output.",
)

_SETTINGS: tuple[Callable[[Command], Command], ...] = (
    click.option(
        "--desired-state",
        type=click.Path(path_type=Path),
        default=Path("desired-state"),
        show_default=True,
        metavar="DIR",
        help="Where the YAML is.",
    ),
    click.option(
        "--target",
        "targets",
        multiple=True,
        metavar="NAME",
        help="Only this target; may be given several times.  [default: all]",
    ),
    click.option(
        "--sandbox",
        is_flag=True,
        help="Use the embedded server instead of every target: no account, token or network.",
    ),
    click.option(
        "--state-dir",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path(".reconciler"),
        show_default=True,
        metavar="DIR",
        help="Where the ledger and the embedded server keep their data.",
    ),
    click.option(
        "--now",
        type=_Moment(),
        default=current_time,
        metavar="TIMESTAMP",
        help="Plan as if it were then, for `from` and `until`.  [default: now]",
    ),
    click.option("-v", "--verbose", is_flag=True, help="Log what is read, on standard error."),
)
