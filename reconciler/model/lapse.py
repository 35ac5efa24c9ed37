"""What is excused for a while, and soon no more."""

from dataclasses import dataclass
from datetime import date

from reconciler.model.problem import Position


@dataclass(frozen=True, slots=True)
class Lapse:
    """An ignore, or an exception of a policy, called *name*, whose last day is near."""

    name: str
    until: date
    reason: str
    at: Position
