"""Evidence: all that the guards look at beside the changes themselves."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from reconciler.model.directory import Group, User
from reconciler.model.intent import Intent
from reconciler.model.pairing import Pairing
from reconciler.model.plan import Change, Violation
from reconciler.model.problem import Position
from reconciler.model.resource import Memory, Snapshot
from reconciler.model.target import Target


@dataclass(frozen=True, slots=True)
class Evidence:
    """One target: who should be there, who is, and what is remembered."""

    intent: Intent
    pairing: Pairing
    snapshot: Snapshot
    memory: Memory

    @property
    def target(self) -> Target:
        """Return the target."""
        return self.intent.target

    def setting(self, name: str) -> str:
        """Return the YAML path of a setting of this target."""
        return f"targets.{self.target.key}.{name}"

    def required(self) -> Mapping[str, Position]:
        """Return the users who must stay, by key, with the line that says so.

        The base counts too: a change can neither take the word away nor the user with it.
        """
        return {
            item.key: item.source.position_of("required") or item.source.at
            for item in (*(self.intent.formerly.base or ()), *self.intent.wanted)
            if isinstance(item.source, User) and item.source.required
        }

    def former_groups(self) -> Mapping[str, Group]:
        """Return the groups of the base, by key."""
        sources = (item.source for item in self.intent.formerly.base or ())
        return {source.key: source for source in sources if isinstance(source, Group)}


Rule: TypeAlias = Callable[[tuple[Change, ...], Evidence], Iterator[Violation]]
"""A guard: yields what it holds of the changes, and perhaps what holds nothing."""
