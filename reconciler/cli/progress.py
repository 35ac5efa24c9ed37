"""Show how an apply goes on: a bar on a terminal, one quiet line for each change in a log."""

import sys
from collections.abc import Callable, Iterable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from reconciler.cli.console import has_color, say
from reconciler.model.outcome import Outcome, Status
from reconciler.render.run import render_outcome
from reconciler.render.safe import escape


def follow(
    outcomes: Iterable[Outcome], note: Callable[[Outcome], None], *, title: str, total: int
) -> None:
    """Call *note* with each outcome as it comes, and show it on standard error."""
    if sys.stderr.isatty() and total:
        _follow_with_bar(outcomes, note, title, total)
        return
    for outcome in outcomes:
        note(outcome)
        say(render_outcome(outcome, color=has_color(sys.stderr)))


def _follow_with_bar(
    outcomes: Iterable[Outcome], note: Callable[[Outcome], None], title: str, total: int
) -> None:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task(escape(title), total=total)
        for outcome in outcomes:
            note(outcome)
            bar.advance(task)
            if outcome.status is Status.FAILED:
                line = render_outcome(outcome)
                bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
