"""Tally: count how a target's writes end while they are sent, and say when it is too much."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from reconciler.errors import OutOfTimeError, ScimError, TargetError, TransportError
from reconciler.model.plan import Action, Change
from reconciler.model.quarantine import PROBE, Ceiling, Counts, Reason
from reconciler.model.values import references_of

_LOCKED_OUT = frozenset({401, 403})


class Tally:
    """How the writes of one run at one target ended. Threads share it.

    While *is_probe*, the first writes go one after the other: a target in quarantine gets no more
    than it takes to see whether it is well again. From the ceiling on there is a *reason*, and
    *error* says more.
    """

    def __init__(self, ceiling: Ceiling, *, abreast: int = 1, is_probe: bool = False) -> None:
        # One bad moment meets all that is under way together: that alone is no row.
        self._ceiling = replace(ceiling, refusals=max(ceiling.refusals, abreast + 1))
        self.is_probe = is_probe
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._ended = 0
        self._last = ""
        self.counts = Counts()
        self.reason: Reason | None = None
        self.error = ""

    @property
    def is_begun(self) -> bool:
        """Tell whether a write has ended."""
        return self._ended > 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let one write at a time go ahead while the target is probed."""
        if not self.is_probe or self._ended >= PROBE:
            yield
            return
        with self._turn:
            yield

    def accepted(self, change: Change) -> None:
        """Count a write that the target took."""
        with self._lock:
            counts = self.counts
            sent = counts.sent + (not _is_reference(change))
            self._judge(replace(counts, sent=sent, in_a_row=0))

    def failed(self, change: Change, error: TargetError, said: str) -> None:
        """Count a write that failed as *said*; what the time forbade says nothing."""
        if isinstance(error, OutOfTimeError):
            return
        with self._lock:
            counts, self._last = self.counts, said
            row = counts.in_a_row + 1 if _is_no_word_on_the_object(error) else 0
            if _is_reference(change):
                self._judge(replace(counts, references=counts.references + 1, in_a_row=row))
            else:
                sent, failed = counts.sent + 1, counts.failed + 1
                self._judge(replace(counts, sent=sent, failed=failed, in_a_row=row))

    def _judge(self, counts: Counts) -> None:
        self.counts = counts
        self._ended += 1
        if self.reason is None:
            self.reason = self._ceiling.reason(counts, is_probe=self.is_probe)
            self.error = f"{_sum(counts, self.reason)}; the last one: {self._last}"


def _sum(counts: Counts, reason: Reason | None) -> str:
    if reason is Reason.EXCEPTION:
        return f"{counts.in_a_row:,} writes in a row were refused or had no answer"
    if reason is Reason.TOTAL:
        return f"{counts.failed + counts.references:,} writes failed, references included"
    return f"{counts.failed:,} of {counts.sent:,} writes failed"


def _is_no_word_on_the_object(error: TargetError) -> bool:
    """Tell whether *error* is about the credentials or the connection."""
    if isinstance(error, ScimError):
        return error.status in _LOCKED_OUT
    return isinstance(error, TransportError)


def _is_reference(change: Change) -> bool:
    """Tell whether *change* writes managers or members alone."""
    if change.action in (Action.ADD_MEMBERS, Action.REMOVE_MEMBERS):
        return True
    sides = [
        (*references_of(item.before), *references_of(item.after)) for item in change.attributes
    ]
    return change.action is Action.UPDATE and all(sides)
