"""Show how an apply goes on: a bar on a terminal, one quiet line for each change in a log."""

import sys
from collections.abc import Callable, Iterable

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from reconciler.cli.console import has_color
from reconciler.cli.log import Level
from reconciler.cli.traffic import Traffic
from reconciler.model.outcome import Outcome, Status
from reconciler.render.run import render_outcome
from reconciler.render.safe import escape
from reconciler.render.words import count


def follow(
    outcomes: Iterable[Outcome],
    note: Callable[[Outcome], bool | None],
    traffic: Traffic,
    *,
    title: str,
    total: int,
) -> None:
    """Call *note* with each outcome as it comes, and show it on standard error.

    Where it returns that the last cycle of a loop told the same, only who looks closer hears it.
    """
    log = traffic.log
    if sys.stderr.isatty() and total and log.form == "text" and not log.shows("debug"):
        _follow_with_bar(outcomes, note, _Requests(traffic), title, total)
        return
    for outcome in outcomes:
        usual: Level = "debug" if note(outcome) else "info"
        log.write(
            render_outcome(outcome, color=has_color(sys.stderr)),
            level="error" if outcome.status is Status.FAILED else usual,
            event="change",
            target=title,
            id=outcome.id,
            status=outcome.status.value,
            detail=outcome.detail or None,
            code=outcome.code,
            requests=outcome.requests,
        )


class _Requests(ProgressColumn):
    """How many requests were sent, how many a second, and what is waited for."""

    def __init__(self, traffic: Traffic) -> None:
        super().__init__()
        self._traffic = traffic
        self._before = traffic.requests

    def render(self, task: Task) -> Text:
        """Return the column as it is now."""
        sent = self._traffic.requests - self._before
        told = count(sent, "request")
        if task.elapsed:
            told += f", {sent / task.elapsed:.0f} a second"
        if self._traffic.waiting >= 1:
            told += f", waiting {self._traffic.waiting:.0f} s"
        return Text(told, style="dim")


def _follow_with_bar(
    outcomes: Iterable[Outcome],
    note: Callable[[Outcome], bool | None],
    requests: _Requests,
    title: str,
    total: int,
) -> None:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, TimeRemainingColumn(), requests, console=console, transient=True
    ) as bar:
        task = bar.add_task(escape(title), total=total)
        for outcome in outcomes:
            note(outcome)
            bar.advance(task)
            if outcome.status is Status.FAILED:
                line = render_outcome(outcome)
                bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
