"""How many requests a service provider takes in which time, as data."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, TypeAlias

Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Unit: TypeAlias = Literal["second", "minute", "hour", "day"]

SECONDS: Final = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86_400.0}
BUDGET: Final = SECONDS["hour"]
"""From so many seconds on a limit is a budget: what earlier runs have sent counts too."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most *requests* in any *seconds*, and at most *burst* of them at once.

    It counts requests whose method is among *methods* (none: every one) and whose path is *path*
    or below it (empty: every path).
    """

    requests: int
    seconds: float
    burst: int = 1
    methods: frozenset[str] = frozenset()
    path: str = ""

    @property
    def is_budget(self) -> bool:
        """Tell whether it counts by the hour or longer, over the end of a run."""
        return self.seconds >= BUDGET

    @property
    def interval(self) -> float:
        """Return the seconds from one request to the next once the burst is used up."""
        return self.seconds / self.requests

    def covers(self, method: str, path: str) -> bool:
        """Tell whether a request counts; *path* as in `Users/1`."""
        mine, asked = self.path.strip("/").casefold(), path.strip("/").casefold()
        below = not mine or asked == mine or asked.startswith(f"{mine}/")
        return below and (not self.methods or method in self.methods)


@dataclass(frozen=True, slots=True)
class Spent:
    """So many requests of one method went to an endpoint, as in `Users`, within a minute."""

    minute: datetime
    method: str
    endpoint: str
    requests: int

    def counts(self, limit: RateLimit) -> bool:
        """Tell whether *limit* counts them; one on a deeper path counts all of its endpoint."""
        path = limit.path.strip("/").partition("/")[0]
        return replace(limit, path=path).covers(self.method, self.endpoint)


def moments(limit: RateLimit, found: Iterable[Spent], now: datetime) -> list[float]:
    """Return for each request of *found* that *limit* counts still how many seconds ago it was.

    As if all of a minute were sent at its end: too late rather than too early.
    """
    ages = (
        (item, max(0.0, (now - item.minute).total_seconds() - SECONDS["minute"]))
        for item in found
        if item.counts(limit)
    )
    return [age for item, age in ages if age < limit.seconds for _ in range(item.requests)]


def rate_limit(
    requests: int, per: Unit | float, burst: int | None, methods: Iterable[Method], path: str
) -> RateLimit:
    """Return the limit that these words give; *per* is a unit or seconds.

    Where no *burst* is given, one request may come at once, or all of a budget.
    """
    seconds = per if isinstance(per, float) else SECONDS[per]
    at_once = burst or (requests if seconds >= BUDGET else 1)
    return RateLimit(requests, seconds, at_once, frozenset(methods), path)
