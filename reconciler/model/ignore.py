"""Ignores: differences that are known, for a reason and until a day."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reconciler.model.drift_class import DriftClass
from reconciler.model.path import AttributePath
from reconciler.model.problem import Position
from reconciler.model.values import Kind


class IgnoredFor(StrEnum):
    """Who looks away: the drift report, whoever would change it back, or both."""

    REPORT = "report"
    ENFORCEMENT = "enforcement"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Ignore:
    """One entry of the section `ignores`.

    *pattern* and *member* are keys or live names, with `*` for any characters. No class means
    every class; no path means the whole object; *until* is a UTC day, included.
    """

    key: str
    at: Position
    target: str
    kind: Kind
    pattern: str
    reason: str
    until: date
    what_for: IgnoredFor = IgnoredFor.REPORT
    classes: frozenset[DriftClass] = frozenset()
    path: AttributePath | None = None
    member: str | None = None

    @property
    def hides(self) -> bool:
        """Tell whether the drift report leaves out what it covers."""
        return self.what_for is not IgnoredFor.ENFORCEMENT

    @property
    def spares(self) -> bool:
        """Tell whether plan and apply leave alone what it covers."""
        return self.what_for is not IgnoredFor.REPORT

    def has_ended(self, day: date) -> bool:
        """Tell whether it covers nothing on *day* any more."""
        return day > self.until
