"""What goes to servers at the moment: counted for the bar of progress, told to the log."""

import threading
from collections.abc import Callable

from reconciler.cli.environment import stopwatch
from reconciler.cli.log import Level, Log
from reconciler.render.safe import escape
from reconciler.scim.http.exchange import Exchanged

_WORTH_SAYING = 1.0
_LONG = 10.0
"""Seconds of a wait that a person would wonder about."""


class Traffic:
    """The requests of a run, and the waits before them. Threads share it."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self._lock = threading.Lock()
        self._until = 0.0
        self._answered: dict[str, tuple[int, float]] = {}
        self.requests = 0

    @property
    def waiting(self) -> float:
        """Return how many seconds the longest wait under way still takes."""
        return max(0.0, self._until - stopwatch())

    def answer_seconds(self, target: str) -> float | None:
        """Return how long an answer of *target* took on average; None before the first."""
        number, seconds = self._answered.get(target, (0, 0.0))
        return seconds / number if number else None

    def heard(self, target: str) -> Callable[[Exchanged], None]:
        """Return what hears of every request to *target*."""

        def hear(found: Exchanged) -> None:
            with self._lock:
                self.requests += 1
                number, seconds = self._answered.get(target, (0, 0.0))
                self._answered[target] = (number + 1, seconds + found.seconds)
            if self.log.shows("trace"):
                self._tell(target, found)

        return hear

    def pausing(self, host: str, pause: Callable[[float], object]) -> Callable[[float], None]:
        """Return *pause*, with its waits told: they are what *host* or its rate asks for."""

        def wait(seconds: float) -> None:
            self._note_wait(host, seconds)
            pause(seconds)

        return wait

    def _note_wait(self, host: str, seconds: float) -> None:
        """Tell of a wait once, though many threads wait for the same."""
        with self._lock:
            until = stopwatch() + seconds
            longer = until - self._until
            self._until = max(self._until, until)
        if seconds >= _WORTH_SAYING and longer >= _WORTH_SAYING:
            text = escape(f"{host}: {seconds:.0f} s until the next request: its rate, or its word.")
            level: Level = "info" if seconds >= _LONG else "debug"
            self.log.write(text, level=level, event="wait", host=host, seconds=round(seconds, 3))

    def _tell(self, target: str, found: Exchanged) -> None:
        result = found.error if found.status is None else found.status
        milliseconds = round(found.seconds * 1000)
        query = f"?{'&'.join(found.parameters)}" if found.parameters else ""
        line = f"{target}: {found.method} {found.url}{query}: {result} in {milliseconds:,} ms"
        self.log.write(
            escape(line),
            level="trace",
            event="request",
            target=target,
            method=found.method,
            url=found.url,
            parameters=found.parameters,
            status=found.status,
            error=found.error or None,
            duration_ms=milliseconds,
        )
