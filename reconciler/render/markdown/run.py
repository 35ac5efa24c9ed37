"""What became of a plan, as Markdown for the summary of a job."""

from collections.abc import Iterator

from reconciler.model.outcome import Outcome, Recorded, Run, Status
from reconciler.render.markdown.budget import Rank, Row, fit
from reconciler.render.markdown.spans import code, prose
from reconciler.render.run import recorded_of, sum_of
from reconciler.render.words import BAD, GOOD, HELD, STATUSES

_FRAME = 500
"""Bytes kept back for the sentence on what was left out."""


def render_run_markdown(run: Run, limit: int) -> str:
    """Return *run* in at most *limit* bytes: what did not happen, worst first, then nothing else.

    What went well is counted in the title.
    """
    head = f"## {sum_of(run)}\n"
    rows = tuple(_rows(run))
    shown = [form for form in fit(rows, limit - len(head.encode()) - _FRAME) if form is not None]
    parts = [head, *shown]
    if len(shown) < len(rows):
        left = f"{len(rows) - len(shown):,} of {len(rows):,}"
        parts.append(f"\n**{left} are left out** for want of room; `reconciler history` has all.")
    return "\n".join(parts) + "\n"


def _rows(run: Run) -> Iterator[Row]:
    for target, reason in run.failures:
        line = f"- {BAD.glyph} {code(target)} failed: {prose(reason)}"
        yield Row(Rank.DECISION, line, line)
    for item in run.stale:
        line = f"- {BAD.glyph} **dropped** {code(item.id)}: {prose(item.why)}"
        way_out = f"\\\n  {prose(item.hint)}" if item.hint else ""
        yield Row(Rank.DECISION, f"{line}{way_out}", line)
    yield from map(_recorded, run.recorded)
    for status in (Status.FAILED, Status.SKIPPED, Status.HELD):
        yield from (_outcome(item) for item in run.outcomes if item.status is status)


def _recorded(item: Recorded) -> Row:
    line = f"- {(HELD if item.why else GOOD).glyph} {prose(recorded_of(item))}"
    return Row(Rank.LOSS, line, line)


def _outcome(outcome: Outcome) -> Row:
    sign = STATUSES[outcome.status]
    short = f"- {sign.glyph} **{sign.word}** {code(outcome.id)}"
    full = f"{short}: {prose(outcome.detail)}" if outcome.detail else short
    return Row(Rank.DELETE if outcome.status is Status.FAILED else Rank.LOSS, full, short)
