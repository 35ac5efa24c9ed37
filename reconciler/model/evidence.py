"""Evidence: all that the guards look at beside the changes themselves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from reconciler.model.formerly import UNKNOWN, Formerly
from reconciler.model.pairing import Pairing
from reconciler.model.plan import Change, Violation
from reconciler.model.resource import Memory, Snapshot, Wanted
from reconciler.model.target import Target


@dataclass(frozen=True, slots=True)
class Evidence:
    """One target: who should be there, who is, and what is remembered."""

    wanted: tuple[Wanted, ...]
    pairing: Pairing
    snapshot: Snapshot
    target: Target
    memory: Memory
    formerly: Formerly = UNKNOWN

    def setting(self, name: str) -> str:
        """Return the YAML path of a setting of this target."""
        return f"targets.{self.target.key}.{name}"


Rule: TypeAlias = Callable[[tuple[Change, ...], Evidence], Iterator[Violation]]
"""A guard: yields what it holds of the changes, and perhaps what holds nothing."""
