"""What `check` found out about a target's connection."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How one test of a connection ended."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tested: what the server says, what the profile says, what to do."""

    verdict: Verdict
    subject: str
    server: str
    profile: str = ""
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything found out about one target."""

    target: str
    url: str
    profile: str
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> bool:
        """Tell whether something is wrong that would stop a run."""
        return any(finding.verdict is Verdict.BAD for finding in self.findings)
