"""Ignores: differences that are known, for a reason and until a day."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reconciler.model.drift_class import DriftClass
from reconciler.model.path import AttributePath
from reconciler.model.pattern import fits
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

    *pattern* and *member* hold `*` for any characters. Whoever is in the YAML is meant by key
    alone, so that nobody gets ignored by a name that was changed in the app; a stranger is meant
    by the live name. No class means every class; no path means the whole object; *until* is a UTC
    day, included.
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

    @property
    def sentence(self) -> str:
        """Say that it covers something, until when and why."""
        return f"ignored until {self.until} because {self.reason} ({self.at})"

    @property
    def summary(self) -> str:
        """Say all that it covers, for whoever compares it with an earlier one."""
        classes = ", ".join(sorted(self.classes)) or "everything"
        part = f" {self.path}" if self.path else f" member {self.member}" if self.member else ""
        return (
            f"{classes} of {self.kind} {self.pattern}{part} at {self.target}, for {self.what_for}, "
            f"until {self.until}: {self.reason}"
        )

    def names(self, *names: str) -> bool:
        """Tell whether one of *names*, of a user or group, is meant."""
        return any(fits(name, self.pattern) for name in names)

    def is_about(self, member: str, display: str) -> bool:
        """Tell whether a member is meant: a key, or `id:…` and the live name of a stranger."""
        names = (member, display) if member.startswith("id:") else (member,)
        return self.member is not None and any(fits(name, self.member) for name in names)
