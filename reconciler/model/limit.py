"""Limits: how much may go at once, and in a day."""

from dataclasses import dataclass, field

from reconciler.model.problem import Position


@dataclass(frozen=True, slots=True)
class Limit:
    """At most max(*floor*, *percent* of what is there); *at* is where the YAML says so."""

    percent: int
    floor: int
    at: Position | None = field(default=None, compare=False)

    def allows(self, total: int) -> int:
        """Return how many of *total* may go."""
        return max(self.floor, total * self.percent // 100)

    @property
    def in_a_day(self) -> "Limit":
        """Half as much again: what several runs of one day may take where nothing else is said."""
        return Limit(min(100, (self.percent * 3 + 1) // 2), (self.floor * 3 + 1) // 2, self.at)

    def __str__(self) -> str:
        return f"{self.percent} %, at least {self.floor}"


@dataclass(frozen=True, slots=True)
class Daily:
    """What may go within 24 hours, however many runs there are."""

    removals: Limit
    revocations: Limit


_REMOVALS = Limit(percent=10, floor=3)
_REVOCATIONS = Limit(percent=50, floor=5)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be taken away, and changed, at one target."""

    removals: Limit = _REMOVALS
    revocations: Limit = _REVOCATIONS
    protect: frozenset[str] = frozenset()
    daily: Daily = Daily(_REMOVALS.in_a_day, _REVOCATIONS.in_a_day)
    mass_change: Limit = Limit(percent=25, floor=10)


DEFAULT_LIMITS = Limits()
