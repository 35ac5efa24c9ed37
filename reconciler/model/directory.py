"""The directory: users and groups, as written and as resolved for one day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from reconciler.model.ignore import Ignore
from reconciler.model.limit import Limit
from reconciler.model.mapping import ScopeRule
from reconciler.model.policy import Policy
from reconciler.model.problem import Position
from reconciler.model.target import Target
from reconciler.model.values import Ref
from reconciler.model.window import ALWAYS, Window
from reconciler.values import Value


@dataclass(frozen=True, slots=True)
class User:
    """A user as written. *attributes* holds `accountEnabled` and `manager` (a user key) too."""

    key: str
    attributes: Mapping[str, Value]
    at: Position
    lines: Mapping[str, int] = field(default_factory=dict)
    window: Window = ALWAYS
    required: bool = False
    owner: str | None = None
    sensitive: bool = False

    @property
    def is_switched_off(self) -> bool:
        """Tell whether the YAML disables the user everywhere, whatever the day."""
        return self.attributes.get("accountEnabled") is False

    def position_of(self, attribute: str) -> Position | None:
        """Return the line that gives *attribute*, or None where the YAML does not give it."""
        line = self.lines.get(attribute)
        return None if line is None else Position(self.at.file, line)


@dataclass(frozen=True, slots=True)
class Member:
    """A user or a nested group written into a group."""

    ref: Ref
    at: Position
    window: Window = ALWAYS
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group as written."""

    key: str
    attributes: Mapping[str, Value]
    at: Position
    lines: Mapping[str, int] = field(default_factory=dict)
    members: tuple[Member, ...] = ()
    members_where: ScopeRule | None = None
    previously: tuple[str, ...] = ()
    owner: str | None = None
    sensitive: bool = False
    revocations: Limit | None = None
    """How many may leave it in one run, instead of what the target says."""

    def position_of(self, attribute: str) -> Position | None:
        """Return the line that gives *attribute*, or None where the YAML does not give it."""
        line = self.lines.get(attribute)
        return None if line is None else Position(self.at.file, line)


@dataclass(frozen=True, slots=True)
class Desired:
    """The desired state, compiled and free of problems: who there is and where they should be."""

    users: Mapping[str, User]
    groups: Mapping[str, Group]
    targets: Mapping[str, Target]
    digest: str = ""
    sensitive: frozenset[str] = frozenset()
    """Source attributes whose values must not be shown."""
    policies: Mapping[str, Policy] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()

    def ignores_of(self, target: str, day: date) -> tuple[Ignore, ...]:
        """Return the ignores that hold at *target* on *day*."""
        return tuple(
            item for item in self.ignores if item.target == target and not item.has_ended(day)
        )


@dataclass(frozen=True, slots=True)
class ResolvedUser:
    """A user on one day: *enabled* only if the account should work.

    *reason* says why not, and *asked_by* names the key of the YAML that asks for it.
    """

    user: User
    enabled: bool
    reason: str | None = None
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class ResolvedGroup:
    """A group on one day: all members, nested ones included, each with the line that grants it."""

    group: Group
    members: Mapping[str, Position]


@dataclass(frozen=True, slots=True)
class Directory:
    """The users and groups on one day, independent of any target."""

    users: Mapping[str, ResolvedUser]
    groups: Mapping[str, ResolvedGroup]
    today: date
