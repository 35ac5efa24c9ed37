"""What became of a plan: lines as it goes, a summary, and JSON (`reconciler.run/1`)."""

from typing import Any

from reconciler.model.notice import Delivery
from reconciler.model.outcome import Dropped, Outcome, Recorded, Run, Status
from reconciler.render.jsontext import json_text
from reconciler.render.page import Page
from reconciler.render.safe import escape
from reconciler.render.words import BAD, GOOD, HELD, STATUSES, count

FORMAT = "reconciler.run/1"
_SHORT = 12
"""Hex digits of a commit for people."""


def render_outcome(outcome: Outcome, *, color: bool = False) -> str:
    """Return one line for one change, as it is written while an apply goes on."""
    page = Page(color=color)
    sign = STATUSES[outcome.status]
    detail = f": {escape(outcome.detail)}" if outcome.detail else ""
    return f"{page.glyph(sign)} {sign.word} {escape(outcome.id)}{detail}"


def render_run(run: Run, *, width: int = 80, color: bool = False) -> str:
    """Return the summary of a run: failed targets first, then what did not happen, then the sum."""
    page = Page(width, color)
    for target, reason in run.failures:
        first = f"{page.glyph(BAD)} {escape(target)}: "
        page.wrapped(f"failed: {escape(reason)}", indent=2, first=first)
    for status in (Status.FAILED, Status.SKIPPED, Status.HELD):
        _add_outcomes(page, run, status)
    if run.stale:
        _add_dropped(page, run)
    _add_recorded(page, run)
    page.blank()
    page.line(page.paint(sum_of(run), "bold"))
    return page.text()


def dump_run(run: Run) -> str:
    """Return *run* as JSON text (design §8)."""
    document = {
        "format": FORMAT,
        "plan": run.plan,
        "outcomes": [
            {
                "id": item.id,
                "status": item.status.value,
                "detail": item.detail,
                "requests": item.requests,
            }
            for item in run.outcomes
        ],
        "summary": {
            **{status.value: run.count(status) for status in Status},
            "stale": len(run.stale),
        },
        "requests": run.requests,
        "requests_to_read": run.requests_to_read,
        "stale": [item.id for item in run.stale],
        "dropped": [{"id": item.id, "why": item.why, "next": next_of(item)} for item in run.stale],
        "failures": [{"target": name, "reason": reason} for name, reason in run.failures],
        "notices": [delivery_as_json(item) for item in run.notices],
        "recorded": [
            {"target": item.target, "ref": item.ref, "commit": item.commit, "why": item.why}
            for item in run.recorded
        ],
    }
    return json_text(document)


def _add_outcomes(page: Page, run: Run, status: Status) -> None:
    found = [outcome for outcome in run.outcomes if outcome.status is status]
    if not found:
        return
    sign = STATUSES[status]
    page.heading(f"{sign.word.capitalize()} ({len(found):,})")
    for outcome in found:
        detail = escape(outcome.detail)
        page.line(f"  {page.glyph(sign)} {escape(outcome.id)}")
        if detail:
            page.wrapped(detail, indent=4, style="dim")


def delivery_as_json(item: Delivery) -> dict[str, Any]:
    """Return what became of one notice as JSON data."""
    told = {"target": item.target, "channel": item.channel}
    return {**told, "sent": item.is_sent, "remark": item.remark}


def next_of(dropped: Dropped) -> str:
    """Return what helps with an approved operation that was dropped."""
    return dropped.hint or "Plan again, and have the new plan approved."


def _add_recorded(page: Page, run: Run) -> None:
    """Say where the git refs stand: the next plan and the next drift report go by them."""
    if run.recorded:
        page.heading("Last applied")
    for item in run.recorded:
        first = f"  {page.glyph(HELD if item.why else GOOD)} "
        page.wrapped(f"{recorded_of(item)}.", indent=4, first=first)


def _add_dropped(page: Page, run: Run) -> None:
    """Show what was approved and not made, and once for all of the same kind what helps."""
    operations = count(len(run.stale), "approved operation")
    page.heading(f"Dropped: {operations} and what is there now do not fit together")
    for item in run.stale:
        page.line(f"  {page.glyph(BAD)} {escape(item.id)}")
        page.wrapped(f"{escape(item.why)}.", indent=4, style="dim")
    for hint in dict.fromkeys(map(next_of, run.stale)):
        page.wrapped(f"Next: {escape(hint)}", indent=2, style="cyan")


def sum_of(run: Run) -> str:
    """Return "Applied: 3 done, 1 held; 5 requests." in one line."""
    counts = [(status, run.count(status)) for status in Status]
    parts = [f"{number:,} {STATUSES[status].word}" for status, number in counts if number]
    if run.stale:
        parts.append(f"{len(run.stale):,} dropped")
    none = "nothing" if run.failures else "nothing to do"
    return f"Applied: {', '.join(parts) or none}; {_requests_of(run)}."


def recorded_of(item: Recorded) -> str:
    """Return where the ref of what was last applied stands, without its full stop."""
    ref, commit = escape(item.ref), escape((item.commit or "")[:_SHORT])
    if not item.why:
        return f"{ref} is now at {commit}"
    stays = f"stays at {commit}" if commit else "is not made yet"
    return f"{ref} {stays}: {escape(item.why)}"


def _requests_of(run: Run) -> str:
    """Return how many requests went, those of the changes apart: these a plan announces."""
    read, total = run.requests_to_read, count(run.requests, "request")
    if read == run.requests:
        return f"{total} to read"
    return f"{total}: {read:,} to read, {run.requests - read:,} for the changes"
