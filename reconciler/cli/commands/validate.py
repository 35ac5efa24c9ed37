"""`reconciler validate`: every problem of the YAML, at once."""

from pathlib import Path

import click

from reconciler import __version__
from reconciler.cli.codes import DONE, WRONG_INPUT
from reconciler.cli.console import emit, look
from reconciler.cli.options.settings import Output, Settings
from reconciler.cli.options.shared import with_output, with_settings
from reconciler.cli.workspace.workspace import has_error, read_workspace
from reconciler.model.ignore import Ignore
from reconciler.model.policy import Finding
from reconciler.model.problem import Problem
from reconciler.render.ci.annotations import annotate_problems
from reconciler.render.ci.sarif import dump_sarif
from reconciler.render.problems import dump_problems, render_problems


@click.command(
    "validate", epilog="Example: reconciler validate --format sarif --output problems.sarif"
)
@with_settings("desired_state", "targets", "now")
@with_output("text", "json", "github", "sarif")
def command(settings: Settings, output: Output) -> int:
    """Check the YAML and its policies; needs no network and no token.

    Exits with 1 where a problem, or a policy that is broken, is an error. `--format github` writes
    annotations for the lines of a pull request, `--format sarif` a file for code scanning.
    """
    workspace = read_workspace(settings)
    day = settings.now.date()
    ended = (_ended(item) for item in workspace.desired.ignores if item.has_ended(day))
    problems = (*workspace.problems, *map(_as_problem, workspace.findings), *ended)
    emit(_read_as(output, problems, settings.desired_state), output)
    return WRONG_INPUT if has_error(problems) else DONE


def _as_problem(found: Finding) -> Problem:
    return Problem(found.guard, found.message, found.at, severity=found.severity)


def _ended(ignore: Ignore) -> Problem:
    """Return the warning that nobody looks away any more; it is no mistake, and stops nothing."""
    return Problem(
        "ended-ignore",
        f"The ignore '{ignore.key}' ended on {ignore.until}: nothing is spared or left out for it",
        ignore.at,
        hint="Remove it. If it is still so, give it a later day, and a reason that still holds.",
        severity="warning",
    )


def _read_as(output: Output, problems: tuple[Problem, ...], root: Path) -> str:
    prefix = f"{_from_here(root).as_posix()}/"
    match output.format:
        case "json":
            return dump_problems(problems)
        case "github":
            return annotate_problems(problems, prefix=prefix)
        case "sarif":
            return dump_sarif(problems, tool=__version__, prefix=prefix)
        case _:
            return render_problems(problems, **look(output))


def _from_here(root: Path) -> Path:
    """Return *root* as it is seen from the repository: annotations know no absolute paths."""
    here = Path.cwd()
    return root.relative_to(here) if root.is_relative_to(here) else root
