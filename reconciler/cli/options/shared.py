"""The options that commands share, gathered into one value each."""

import math
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeAlias

import click

from reconciler.cli.environment import now as current_time
from reconciler.cli.log import Log, current_log
from reconciler.cli.options.kinds import Deadline, Moment, Part
from reconciler.cli.options.settings import Output, Settings
from reconciler.cli.traffic import Traffic
from reconciler.model.shard import WHOLE

Command: TypeAlias = Callable[..., int]


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
