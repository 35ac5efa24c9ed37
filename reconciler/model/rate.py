"""How many requests a service provider takes in which time, as data."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Unit: TypeAlias = Literal["second", "minute", "hour"]

SECONDS: Final = {"second": 1.0, "minute": 60.0, "hour": 3600.0}


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
    def interval(self) -> float:
        """Return the seconds from one request to the next once the burst is used up."""
        return self.seconds / self.requests

    def covers(self, method: str, path: str) -> bool:
        """Tell whether a request counts; *path* as in `Users/1`."""
        mine, asked = self.path.strip("/").casefold(), path.strip("/").casefold()
        below = not mine or asked == mine or asked.startswith(f"{mine}/")
        return below and (not self.methods or method in self.methods)


def rate_limit(
    requests: int, per: Unit | float, burst: int, methods: Iterable[Method], path: str
) -> RateLimit:
    """Return the limit that these words give; *per* is a unit or seconds."""
    seconds = per if isinstance(per, float) else SECONDS[per]
    return RateLimit(requests, seconds, burst, frozenset(methods), path)
