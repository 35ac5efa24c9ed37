"""When to try again, and how long to wait: the only place that waits."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from reconciler.errors import OutOfTimeError
from reconciler.model.rate import RateLimit
from reconciler.scim.http.exchange import Exchanged, tell_nobody
from reconciler.scim.http.rate import Throttle

PAUSE: Callable[[float], object] = time.sleep  # noqa: TID251 -- the one place that waits
LONGEST_WAIT = 120.0
"""Seconds that a server may make us wait before one attempt where no deadline is set."""

_TEMPORARY = frozenset({429, 502, 503, 504})
"""Not 500: servers were seen to answer it for good, to filters and to large counts."""
_IDEMPOTENT = frozenset({"GET", "PUT", "DELETE"})  # RFC 9110 §9.2.2


@dataclass(frozen=True, slots=True)
class Patience:
    """How often to try and how to wait: all that the client has of the world outside.

    *sleep* takes seconds, *random* gives 0 to 1, *clock* the moment in UTC, *stopwatch* seconds
    that only go forward. *latest* is the stopwatch's time after which nothing is begun.
    *throttle* is what targets on one host share; without it a client is alone there. *tell* hears
    of every request, from the thread that sent it.
    """

    attempts: int
    sleep: Callable[[float], object]
    random: Callable[[], float]
    clock: Callable[[], datetime]
    stopwatch: Callable[[], float]
    latest: float = math.inf
    throttle: Throttle | None = None
    tell: Callable[[Exchanged], object] = tell_nobody

    def wait(self, attempt: int, headers: Mapping[str, str]) -> None:
        """Wait before the next attempt; raise `OutOfTimeError` where that takes too long."""
        self.sleep(self.pause(attempt, headers))

    def pause(self, attempt: int, headers: Mapping[str, str]) -> float:
        """Return the seconds before the next attempt: what the server asks, else exponential.

        Jitter spreads many clients that were refused together (full jitter, at most 30 s). Raise
        `OutOfTimeError` where the server asks for more than is left, or, where no deadline is
        set, for more than `LONGEST_WAIT`.
        """
        asked = retry_after(headers, self.clock())
        if asked is None:
            asked = min(30.0, 0.5 * 2.0**attempt) * self.random()
        left = self.latest - self.stopwatch()
        most = LONGEST_WAIT if left == math.inf else left
        if asked > most:
            raise OutOfTimeError(
                f"out of time: the server asks for {asked:.0f} s, {max(0.0, most):.0f} s are left",
                hint="Run it again then; what is done stays done.",
            )
        return asked


@dataclass(frozen=True, slots=True)
class Pacing:
    """When requests go: how to wait, whose budget is shared, what it allows, how many abreast."""

    patience: Patience
    throttle: Throttle
    rate: tuple[RateLimit, ...] = ()
    abreast: int = 4

    def take(self, method: str, path: str, *, awaited: bool) -> int:
        """Wait for a turn; one that is *awaited* comes whatever the deadline says."""
        limits = [limit for limit in self.rate if limit.covers(method, path)]
        return self.throttle.take(limits, math.inf if awaited else self.patience.latest)


def is_refused(status: int, headers: Mapping[str, str]) -> bool:
    """Tell whether the server says that it is asked too much: the whole host has to wait."""
    return status == 429 or (status == 503 and _asked(headers) is not None)  # noqa: PLR2004 -- above


def may_repeat_answer(method: str, status: int, headers: Mapping[str, str]) -> bool:
    """Tell whether a request that got *status* can be sent again without risk.

    A POST or PATCH only where the server says that it did not take it up: 429, or 503 with a time.
    A bare 503 or a 504 may come from a proxy that lost the answer.
    """
    if method in _IDEMPOTENT:
        return status in _TEMPORARY
    return is_refused(status, headers)


def may_repeat_silence(method: str, *, sent: bool) -> bool:
    """Tell whether a request without an answer can be sent again: it may have taken effect."""
    return not sent or method in _IDEMPOTENT


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds of Retry-After (RFC 9110 §10.2.3), or of better-auth's X- variant."""
    text = _asked(headers)
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # No date, or one of no year that there is.
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def _asked(headers: Mapping[str, str]) -> str | None:
    return headers.get("retry-after") or headers.get("x-retry-after")
