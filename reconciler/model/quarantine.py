"""Quarantine: when a target is left alone, why, and when it is tried again, as Entra does it.

Its thresholds count objects by the ten thousand; ours are settings of the target, and count what
one run sends. Reason codes and fields bear Entra's names, so that what reads those reads ours.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

PROBE: Final = 5
"""Writes that an attempt sends one after the other, before it sends the rest."""

_HOURS: Final = (0, 1, 2, 4, 8, 16, 24)
"""Until the next attempt, by how often the target went to quarantine in a row."""
_LONGEST: Final = timedelta(weeks=4)


class Reason(StrEnum):
    """Why a target is in quarantine, in Entra's words."""

    PROPORTION = "EncounteredEscrowProportionThreshold"
    BASE = "EncounteredBaseEscrowThreshold"
    TOTAL = "EncounteredTotalEscrowThreshold"
    EXCEPTION = "EncounteredQuarantineException"
    """Credentials are refused, nothing answers, or what answers is no SCIM that we can read."""
    UNKNOWN = "Unknown"
    """A newer version wrote another one."""

    @classmethod
    def _missing_(cls, value: object) -> "Reason":
        del value
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a run's writes so far.

    *sent* and *failed* leave out writes of references alone (managers, members), which fail
    because others failed: those are *references*. *in_a_row* counts writes to the last one that
    were refused with 401 or 403 or had no answer, none accepted between them.
    """

    sent: int = 0
    failed: int = 0
    references: int = 0
    in_a_row: int = 0


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How much may fail in one run: more ends it for the target.

    *percent* counts from *minimum* failures on; *total* counts failed references too.
    """

    minimum: int = 10
    percent: int = 40
    failures: int = 2000
    total: int = 3000
    refusals: int = 5

    def reason(self, counts: Counts, *, is_probe: bool = False) -> Reason | None:
        """Return why *counts* are too much, or None; the first writes of a probe count alone."""
        too_many = counts.failed * 100 > counts.sent * self.percent
        if counts.in_a_row >= self.refusals:
            return Reason.EXCEPTION
        if too_many and counts.failed >= self.minimum:
            return Reason.PROPORTION
        if too_many and is_probe and counts.sent == PROBE:
            return Reason.PROPORTION
        if counts.failed > self.failures:
            return Reason.BASE
        return Reason.TOTAL if counts.failed + counts.references > self.total else None


CEILING: Final = Ceiling()
"""What holds where a target says nothing."""


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A target's quarantine. A series lasts from the first one until an attempt succeeds.

    *series_count* counts how often it was imposed in the series, *current_began* is the last time.
    """

    reason: Reason
    error: str
    current_began: datetime
    next_attempt: datetime
    series_began: datetime
    series_count: int

    def is_disabled(self, now: datetime) -> bool:
        """Tell whether only a person brings the target back: after four weeks of attempts."""
        return now - self.series_began > _LONGEST

    def is_due(self, now: datetime) -> bool:
        """Tell whether a run may try the target."""
        return now >= self.next_attempt and not self.is_disabled(now)


@dataclass(frozen=True, slots=True)
class PastQuarantine:
    """A series of quarantines as it was recorded: *run* imposed it last; *ended* is None before."""

    target: str
    url: str
    quarantine: Quarantine
    run: int
    ended: datetime | None = None


def impose(earlier: Quarantine | None, reason: Reason, error: str, now: datetime) -> Quarantine:
    """Return the quarantine that begins now, within the series of *earlier* if there is one.

    The next run tries at once; after that the waits grow to a day.
    """
    count = earlier.series_count + 1 if earlier else 1
    wait = timedelta(hours=_HOURS[min(count, len(_HOURS)) - 1])
    began = earlier.series_began if earlier else now
    return Quarantine(reason, error, now, now + wait, began, count)
