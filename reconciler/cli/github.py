"""GitHub Actions: outputs for the steps after this one, a summary, and annotations."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from reconciler.cli.console import say
from reconciler.cli.environment import variable
from reconciler.errors import InputError
from reconciler.model.problem import Problem
from reconciler.render.ci.annotations import annotate_problems
from reconciler.render.ci.outputs import Outputs, outputs_of_problems, render_outputs

_SUMMARY_BYTES: Final = 1_000_000
"""GitHub takes a summary of 1,048,576 bytes a step; of a longer one nothing is shown."""
_LEAST: Final = 5_000
"""With less room there is no summary."""

with_github = click.option(
    "--github",
    is_flag=True,
    help="Also tell GitHub Actions: outputs, the step's summary, and annotations.",
)


@dataclass(frozen=True, slots=True)
class Job:
    """A step of a job: where it leaves its outputs and its summary.

    *prefix* leads from the repository to the desired state.
    """

    outputs: Path
    summary: Path | None
    prefix: str

    def tell(self, outputs: Outputs, annotations: str, summary: Callable[[int], str]) -> None:
        """Leave what came of a command. *summary* returns Markdown of so many bytes at most.

        Annotations go to standard error: the runner reads both streams, and standard output may
        be the result itself. A file that cannot be written changes no exit code.
        """
        click.echo(annotations, err=True, nl=False)
        _append(self.outputs, render_outputs(outputs))
        if self.summary is None:
            return
        room = _SUMMARY_BYTES - (self.summary.stat().st_size if self.summary.exists() else 0)
        if room < _LEAST:
            say("The step's summary is full; nothing was added to it.")
        else:
            _append(self.summary, summary(room))

    def tell_problems(self, problems: tuple[Problem, ...], *, is_end: bool) -> None:
        """Annotate the problems of the YAML; *is_end*: nothing else is going to be told."""
        click.echo(annotate_problems(problems, prefix=self.prefix), err=True, nl=False)
        if is_end:
            _append(self.outputs, render_outputs(outputs_of_problems(len(problems))))


def job_of(desired_state: Path) -> Job:
    """Return the step that this process is; raise `InputError` where it is none."""
    outputs, summary = variable("GITHUB_OUTPUT"), variable("GITHUB_STEP_SUMMARY")
    if outputs is None:
        raise InputError(
            "--github needs the variable GITHUB_OUTPUT, which a step of GitHub Actions has",
            hint="Leave --github out elsewhere; --format annotations needs no such variable.",
        )
    return Job(Path(outputs), Path(summary) if summary else None, prefix_of(desired_state))


def prefix_of(desired_state: Path) -> str:
    """Return how the desired state is called in the repository: annotations know no other paths."""
    root = Path(variable("GITHUB_WORKSPACE") or Path.cwd())
    whole = Path.cwd() / desired_state
    inside = whole.relative_to(root) if whole.is_relative_to(root) else desired_state
    return f"{inside.as_posix()}/"


def _append(file: Path, text: str) -> None:
    """Add *text* to *file* on a line of its own."""
    try:
        with file.open("a+b") as stream:
            if stream.tell():
                stream.seek(-1, 2)
                text = text if stream.read(1) == b"\n" else f"\n{text}"
            stream.write(text.encode())
    except OSError as error:
        say(f"Cannot write '{file}': {error.strerror}. Later steps learn nothing of this one.")
