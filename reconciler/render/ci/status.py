"""One line on a commit: at most 140 characters, as GitHub takes them."""

from typing import Final

from reconciler.model.plan import Plan
from reconciler.render.plan.summary import count_plan, summary_line
from reconciler.render.safe import escape
from reconciler.render.words import count

STATUS_CHARACTERS: Final = 140
"""GitHub refuses a longer description of a commit status."""


def render_status(plan: Plan) -> str:
    """Return what is to be decided, else what would happen; it never ends within a word."""
    if plan.failures:
        names = ", ".join(escape(name) for name, _ in plan.failures)
        return _cut(f"Not planned: {names}")
    counts = count_plan(plan)
    waiting = [f"{counts['held']:,} held"] if counts["held"] else []
    if counts["conflicts"]:
        waiting.append(count(counts["conflicts"], "conflict"))
    if waiting:
        return _cut(f"Needs a decision: {', '.join(waiting)}. {summary_line(plan)}")
    return _cut(summary_line(plan))


def _cut(line: str) -> str:
    if len(line) <= STATUS_CHARACTERS:
        return line
    kept = line[: STATUS_CHARACTERS - 1]
    return f"{kept.rpartition(' ')[0] or kept}…"
