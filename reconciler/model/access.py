"""The access view: what a plan means for people, beside what it does to objects.

It is made from a plan for whoever reads it. Nothing acts on it, and no fingerprint covers it.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Literal, TypeAlias

from reconciler.model.origin import Origin
from reconciler.model.problem import Position

Line: TypeAlias = Literal["added", "removed", ""]


class Thing(StrEnum):
    """What somebody may gain or lose at a target."""

    ACCOUNT = "account"
    ROLE = "role"
    GROUP = "group"


class Turn(StrEnum):
    """What happens to it: an account is created to deleted, a role or a group given or taken."""

    CREATED = "created"
    ENABLED = "enabled"
    DISABLED = "disabled"
    DELETED = "deleted"
    GIVEN = "given"
    TAKEN = "taken"

    @property
    def gains(self) -> bool:
        """Tell whether somebody has more after it."""
        return self in (Turn.CREATED, Turn.ENABLED, Turn.GIVEN)


class Danger(IntEnum):
    """How much a reviewer has to see somebody; the lowest number goes first."""

    PRIVILEGED_GAIN = 0
    DELETE = 1
    DISABLE = 2
    PRIVILEGED_LOSS = 3
    LOSS = 4
    GAIN = 5


@dataclass(frozen=True, slots=True)
class Cause:
    """What in the YAML a gain or a loss rests on.

    *line* says whether the base lacks the line at *at*, or whether only the base has it. *through*
    are the groups from the one that is given down to the one that names the person, and *rule* is
    the scope that makes them a member there. *until* is the last day of what is gained.
    """

    at: Position | None = None
    line: Line = ""
    why: str = ""
    through: tuple[str, ...] = ()
    rule: str = ""
    until: date | None = None


UNKNOWN = Cause()


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that somebody gains or loses, by the operation with the id *change*.

    *change* is empty for a role that is assigned here and that the app is not told of.
    """

    thing: Thing
    key: str
    name: str
    turn: Turn
    change: str
    cause: Cause = UNKNOWN
    privileged: bool = False
    origin: Origin = "unknown"
    held_by: tuple[str, ...] = ()
    unheard: bool = False
    """A role by assignment alone: no mapping carries roles, so the app is not told of it."""


@dataclass(frozen=True, slots=True)
class PersonAccess:
    """What one person gains and loses at one target: the account first, then roles and groups.

    *name* is the key, or `id:…` for somebody who is not in the directory.
    """

    target: str
    name: str
    display: str
    effects: tuple[Effect, ...]
    sensitive: bool = False
    """The YAML marks the person: every change of their access is privileged."""
    owner: str | None = None

    @property
    def losses(self) -> tuple[Effect, ...]:
        """What the person loses."""
        return tuple(item for item in self.effects if not item.turn.gains)

    @property
    def gains(self) -> tuple[Effect, ...]:
        """What the person gains."""
        return tuple(item for item in self.effects if item.turn.gains)

    @property
    def departs(self) -> bool:
        """Tell whether the account goes, and everything with it."""
        return any(item.thing is Thing.ACCOUNT for item in self.losses)

    @property
    def privileged(self) -> bool:
        """Tell whether anything here deserves a closer look."""
        return self.sensitive or any(item.privileged for item in self.effects)

    def danger(self, *, gains: bool) -> Danger:
        """Return how dangerous what is gained is, or what is lost."""
        side = self.gains if gains else self.losses
        privileged = self.sensitive or any(item.privileged for item in side)
        if gains:
            return Danger.PRIVILEGED_GAIN if privileged else Danger.GAIN
        turns = {item.turn for item in side if item.thing is Thing.ACCOUNT}
        if turns:
            return Danger.DELETE if Turn.DELETED in turns else Danger.DISABLE
        return Danger.PRIVILEGED_LOSS if privileged else Danger.LOSS


@dataclass(frozen=True, slots=True)
class GroupAccess:
    """Who joins and who leaves one group, by name; *held* are those of both who are held back."""

    target: str
    key: str
    display: str
    joins: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    held: frozenset[str] = frozenset()
    owner: str | None = None
    privileged: bool = False


@dataclass(frozen=True, slots=True)
class TargetAccess:
    """The access view of one target, by person and by object, each in the order of the names."""

    people: tuple[PersonAccess, ...] = ()
    groups: tuple[GroupAccess, ...] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """Access that ends by its window: *until* is the last day, *at* the line that says so."""

    target: str
    key: str
    display: str
    thing: Thing
    name: str
    until: date
    at: Position | None = None
    privileged: bool = False


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Whoever answers for groups or people that the plan touches; a text, and nobody is called."""

    owner: str
    groups: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
