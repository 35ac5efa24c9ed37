"""Which desired state was planned, and with which it was compared."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Planned: TypeAlias = Literal["files", "commit", "merge"]
"""The files as they stand; those of the commit; or what merging it into the base would give."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit, and the name under which somebody asked for it.

    *branch* is the one that it stands for, where the name does not say so (`HEAD`). With *errors*
    its desired state cannot be compared with anything.
    """

    ref: str
    commit: str
    errors: int = 0
    branch: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.branch or self.ref
