"""What became of a plan."""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.notice import Delivery


class Status(StrEnum):
    """How one change ended."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one change ended, why, and what it cost in requests.

    *code* is short and for machines: the HTTP status and scimType of a refusal, or `no-answer`.
    """

    id: str
    status: Status
    detail: str = ""
    requests: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """An approved operation that no longer fits and was not made: why, and what helps.

    No *hint* means that a new plan has to be approved.
    """

    id: str
    why: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The git ref that says what a target last took, and where it stands after a run.

    *commit* is None where there is no such ref yet; *why* says why it did not move, and is empty
    where it did.
    """

    target: str
    ref: str
    commit: str | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """An apply: the plan's fingerprint, how each change ended, and what was dropped as stale.

    *requests* counts all, those that read before anything was planned too.
    """

    plan: str
    outcomes: tuple[Outcome, ...]
    requests: int = 0
    stale: tuple[Dropped, ...] = ()
    failures: tuple[tuple[str, str], ...] = ()
    notices: tuple[Delivery, ...] = ()
    recorded: tuple[Recorded, ...] = ()

    @property
    def requests_to_read(self) -> int:
        """How many requests no change sent: they settled, and read what is live."""
        return self.requests - sum(outcome.requests for outcome in self.outcomes)

    def count(self, status: Status) -> int:
        """Return how many changes ended as *status*."""
        return sum(outcome.status is status for outcome in self.outcomes)
