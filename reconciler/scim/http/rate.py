"""Keep to a host's rate: token buckets that threads and targets share, and pauses for all.

A bucket is kept as the one moment at which it would be full again (the generic cell rate algorithm,
ITU-T I.371): a request takes its turn under a lock and sleeps outside of it, until that turn and no
longer. So nobody polls, turns are kept in order, and no window holds more than burst + rate x time.
A budget of an hour or longer is kept as the moments of its last requests besides: no window of its
length holds more than it allows, whenever the run began.
"""

import math
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reconciler.errors import OutOfTimeError
from reconciler.model.rate import RateLimit

SLOWEST = 1.0
"""Requests in a second that refusals slow a host down to; below, Retry-After has the word."""
_STEPS = 20
"""Good answers that it takes to come back to the speed before the refusal."""


@dataclass(slots=True)
class _Pace:
    """The speed of a host that refused: halved by a refusal, regained in equal steps (AIMD)."""

    since: float
    good: int = 0
    speed: float = math.inf
    goal: float = math.inf

    def slow_down(self, now: float) -> None:
        """Halve the speed, or what really got through since the last refusal where that is less."""
        measured = self.good / (now - self.since) if now > self.since else math.inf
        before = min(self.speed, max(measured, SLOWEST))
        if self.speed == math.inf:
            self.goal = before
        self.speed = max(SLOWEST, before / 2) if before < math.inf else before
        self.since, self.good = now, 0

    def speed_up(self) -> None:
        """Count a good answer."""
        self.good += 1
        if self.speed < math.inf:
            self.speed += self.goal / _STEPS
            if self.speed >= self.goal:
                self.speed = math.inf


class Throttle:
    """What one host may be asked, and when. Threads and targets share it."""

    def __init__(self, sleep: Callable[[float], object], stopwatch: Callable[[], float]) -> None:
        self._sleep = sleep
        self._stopwatch = stopwatch
        self._lock = threading.Lock()
        self._full: dict[RateLimit, float] = {}
        self._spent: dict[RateLimit, deque[float]] = {}
        self._next = -math.inf
        self._resumes = -math.inf
        self._pauses = 0
        self._closed = ""
        self._pace = _Pace(stopwatch())

    def recall(self, limit: RateLimit, moments: Iterable[float]) -> None:
        """Count what was sent before this run, at *moments* of the stopwatch, against a budget.

        Only the first time: from then on the throttle itself knows.
        """
        with self._lock:
            self._spent.setdefault(limit, deque(sorted(moments), maxlen=limit.requests))

    def take(self, limits: Sequence[RateLimit], latest: float = math.inf) -> int:
        """Wait for a turn in all of *limits*; return a ticket for `refused` and `accepted`.

        Raise `OutOfTimeError` at once, and take nothing, where the turn comes after *latest*.
        """
        while True:
            with self._lock:
                if self._closed:
                    raise OutOfTimeError(self._closed)
                ticket, now = self._pauses, self._stopwatch()
                turn = self._turn(limits, now)
                if turn > latest:
                    raise OutOfTimeError("out of time: the next request would come too late")
                self._reserve(limits, turn)
            if turn > now:
                self._sleep(turn - now)
            if ticket == self._pauses:
                return ticket

    def pause(self, ticket: int, seconds: float) -> None:
        """Let nobody send for *seconds*, and everybody less afterwards: the host refused.

        Refusals of requests that were under way together count once. Whoever waits takes a new
        turn after the pause.
        """
        with self._lock:
            now = self._stopwatch()
            self._resumes = max(self._resumes, now + seconds)
            if ticket != self._pauses:
                return
            self._pauses += 1
            self._pace.slow_down(now)
            self._next = -math.inf
            for limit in self._full:  # All buckets are empty when the pause ends; budgets are kept.
                if not limit.is_budget:
                    self._full[limit] = self._resumes + limit.burst * limit.interval

    def close(self, reason: str) -> None:
        """Let nobody send any more in this run: the host asks for more time than there is."""
        with self._lock:
            self._closed = reason
            self._pauses += 1  # Whoever waits looks again, and finds it closed.

    def accepted(self) -> None:
        """Note an answer that was no refusal: the host may be asked a little faster."""
        with self._lock:
            self._pace.speed_up()

    def _turn(self, limits: Sequence[RateLimit], now: float) -> float:
        turns = (
            self._full.get(limit, -math.inf) - (limit.burst - 1) * limit.interval
            for limit in limits
        )
        budgets = (
            self._spent[limit][0] + limit.seconds
            for limit in limits
            if len(self._spent.get(limit, ())) == limit.requests
        )
        return max(now, self._resumes, self._next, *turns, *budgets)

    def _reserve(self, limits: Sequence[RateLimit], turn: float) -> None:
        for limit in limits:
            full = max(self._full.get(limit, -math.inf), turn)
            self._full[limit] = full + limit.interval
            if limit.is_budget:
                spent = self._spent.setdefault(limit, deque(maxlen=limit.requests))
                spent.append(turn)
        self._next = turn + 1 / self._pace.speed if self._pace.speed < math.inf else self._next


class Throttles:
    """One throttle for each host of a run: targets on one host share its budget."""

    def __init__(self) -> None:
        self._found: dict[str, Throttle] = {}

    def of(
        self, host: str, sleep: Callable[[float], object], stopwatch: Callable[[], float]
    ) -> Throttle:
        """Return the throttle of *host*."""
        return self._found.setdefault(host, Throttle(sleep, stopwatch))
