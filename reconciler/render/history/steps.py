"""The words of the record: how runs end, where operations stand, and which steps they took."""

from typing import Final, NamedTuple

from reconciler.model.history import PastOperation, PastRun, State
from reconciler.model.plan import Action
from reconciler.render.stamp import readable
from reconciler.render.words import BAD, HELD, STATUSES, WARN, Sign, count

STATES: Final = {
    **{State(status): sign for status, sign in STATUSES.items()},
    State.UNANSWERED: Sign("?", "magenta", "unanswered"),
    State.UNSENT: Sign("○", "dim", "unsent"),
}

_RESULTS: Final = {
    0: STATES[State.DONE],
    3: HELD,
    4: STATES[State.FAILED],
    5: Sign(WARN.glyph, WARN.style, "stale"),
    70: Sign(BAD.glyph, BAD.style, "a bug"),
    130: Sign(WARN.glyph, WARN.style, "interrupted"),
}
"""How a run ended, by its exit code."""

_SHORT, _MINUTE, _HOUR = 10, 60, 3600


class Step(NamedTuple):
    """One step that an operation took, and how that went: `done`, `held`, or where it stands."""

    name: str
    status: str
    detail: str


def steps_of(item: PastOperation) -> list[Step]:
    """Return the steps of *item* in order: scope, match, guard, write."""
    found = f"id {item.live_id}" if item.live_id else ""
    steps = [
        Step("scope", "done", item.why),
        Step("match", "done", "nobody there yet" if item.action is Action.CREATE else found),
        Step("guard", "held", f"held by {', '.join(item.held_by)}" if item.held_by else ""),
        Step("write", item.state.value, _write(item)),
    ]
    return [step for step in steps if step.detail]


def result_of(run: PastRun) -> Sign:
    """Return how *run* ended."""
    if run.ended is None:
        return Sign("?", "magenta", "no end recorded")
    if run.code is None:
        return Sign("·", "dim", "ended")
    return _RESULTS.get(run.code, Sign(BAD.glyph, BAD.style, f"exit code {run.code}"))


def show_duration(seconds: float | None) -> str:
    """Return "0.25 s", "12 s", "3 min 5 s" or "2 h 10 min"; "?" where nobody knows."""
    if seconds is None:
        return "?"
    if seconds < _MINUTE:
        return f"{seconds:.{2 if seconds < _SHORT else 0}f} s"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min {int(seconds % _MINUTE)} s"
    return f"{int(seconds // _HOUR)} h {int(seconds % _HOUR // _MINUTE)} min"


def _write(item: PastOperation) -> str:
    """Return when it was sent, how long it took, what it cost and what came of it."""
    when = [
        readable(item.sent) if item.sent else "",
        show_duration(item.seconds) if item.seconds is not None else "",
        count(item.requests, "request") if item.requests else "",
        f"id {item.live_id}" if item.live_id and item.action is Action.CREATE else "",
        "no answer was recorded" if item.state is State.UNANSWERED else "",
        "not sent" if item.state is State.SKIPPED else "",
        "not sent: the run ended before its turn" if item.state is State.UNSENT else "",
    ]
    code = item.code if item.code and not item.detail.startswith(item.code) else ""
    said = [", ".join(filter(None, when)), code, "" if item.held_by else item.detail]
    return "; ".join(filter(None, said))
