"""What is idle: given by the YAML, and nothing comes of it today.

It is found for whoever reads a plan and sees no change. Nothing acts on it, and no fingerprint
covers it.
"""

from dataclasses import dataclass

from reconciler.model.problem import Position
from reconciler.model.values import Ref


@dataclass(frozen=True, slots=True)
class Idle:
    """Somebody who is given something, and *why* nothing comes of it.

    *at* is the line that gives it; *by* the one that keeps it back, where that is another.
    """

    ref: Ref
    given: str
    why: str
    at: Position | None = None
    by: Position | None = None
