"""What an apply is expected to cost: requests and time, as data beside the plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from reconciler.model.rate import RateLimit


class Span(NamedTuple):
    """From the least to the most that is expected where nothing goes wrong."""

    least: float
    most: float


class Allowance(NamedTuple):
    """What is left of a budget; None where no ledger knows what was sent before."""

    limit: RateLimit
    left: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many requests an apply sends to a target by method, and how many seconds it takes.

    The least is for a server that answers a write with the object, the most for one that does not,
    so that it is read back. An answer is taken to need *answer_seconds*, or no time where None.
    *left* is the time until the deadline when the target's turn comes at the earliest.
    """

    requests: Mapping[str, Span]
    seconds: Span
    answer_seconds: float | None = None
    is_limited: bool = False
    """Requests have to wait for the rate."""
    is_sampled: bool = False
    """There are so many changes that not each was looked at."""
    joined: int = 1
    """So many writes may go together in a bulk request: both numbers are the most then."""
    left: float | None = None
    allowances: tuple[Allowance, ...] = ()
    """The budgets of the target's host, as they were when the plan was made."""

    @property
    def total(self) -> Span:
        """Return the requests of all methods together."""
        spans = self.requests.values()
        return Span(sum(span.least for span in spans), sum(span.most for span in spans))
