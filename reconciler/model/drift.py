"""One difference between live and what was last applied, and when it was seen before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from reconciler.model.drift_class import DriftClass
from reconciler.model.origin import Origin
from reconciler.model.path import AttributePath
from reconciler.model.problem import Position
from reconciler.model.values import Kind, Wish


@dataclass(frozen=True, slots=True)
class Sighting:
    """When a difference was seen by `drift`.

    An *episode* lasts from the run that saw it first to the one that saw it gone; one that comes
    back begins another. *times* counts the runs that saw it, over all episodes.
    """

    first_seen: datetime
    began: datetime
    last_seen: datetime
    times: int = 1
    episodes: int = 1
    gone_since: datetime | None = None
    """The run that no longer saw it."""

    @property
    def has_come_back(self) -> bool:
        """Tell whether it was gone in between."""
        return self.episodes > 1

    def age(self, now: datetime) -> timedelta:
        """Return how long it has been there, as far as anybody looked."""
        return max(now - self.began, timedelta())


Identity: TypeAlias = tuple[str, str, str, str]
"""Class, kind, name and part: what makes it the same difference in two runs at one target."""


@dataclass(frozen=True, slots=True)
class SeenItem:
    """A difference as the ledger keeps it: its identity, how it was called, when it was seen."""

    identity: Identity
    display: str
    sighting: Sighting

    @property
    def drift_class(self) -> DriftClass:
        """The class that it was seen as."""
        return DriftClass(self.identity[0])

    @property
    def kind(self) -> Kind:
        """Whether it is of a user or of a group."""
        return Kind(self.identity[1])

    @property
    def name(self) -> str:
        """The key, or `id:…` for a live object that was nobody's."""
        return self.identity[2]

    @property
    def part(self) -> str:
        """The path or the member that it was about, empty for the whole object."""
        return self.identity[3]


@dataclass(frozen=True, slots=True)
class DriftItem:
    """One difference. *expected* and *found* are canonical values, absent where it has none.

    *key* is empty for a live object that is nobody's. *member* is a key, or `id:…` for a stranger.
    *why* is for people. *left* says why an apply would leave it as it is, empty where it would not.
    """

    target: str
    drift_class: DriftClass
    kind: Kind
    key: str
    display: str
    origin: Origin = "unknown"
    """`drift`, or `unknown` where nobody knows what was last applied."""
    live_id: str | None = None
    path: AttributePath | None = None
    expected: Wish = None
    found: Wish = None
    sensitive: bool = False
    """Neither value may be shown."""
    member: str = ""
    member_display: str = ""
    along: int = 0
    """Memberships that are gone with a missing object; they are no items of their own."""
    referred: int = 0
    """References to a missing object, such as a manager's, that lead nowhere now; likewise."""
    privileged: bool = False
    """The user or group is marked `sensitive` in the YAML."""
    elevated: bool = False
    """The account has a role, marked `sensitive` at the target, that it should not have."""
    at: Position | None = None
    made: datetime | None = None
    """`meta.created` of the live object, as the server says."""
    modified: datetime | None = None
    """`meta.lastModified`, likewise; of a membership, the group's."""
    why: str = ""
    left: str = ""
    held_by: tuple[str, ...] = ()
    sighting: Sighting | None = None
    """None where no ledger remembers."""

    @property
    def name(self) -> str:
        """The key, or `id:…` for a live object that is nobody's."""
        return self.key or f"id:{self.live_id}"

    @property
    def part(self) -> str:
        """The path or the member that it is about; empty for the whole object."""
        return self.member or (str(self.path) if self.path else "")

    @property
    def identity(self) -> Identity:
        """What makes it the same difference in two runs at one target."""
        part = self.path.identity if self.path and not self.member else self.member
        return self.drift_class.value, self.kind.value, self.name, part

    @property
    def reopens_access(self) -> bool:
        """Tell whether an account works that should not."""
        is_active = self.path is not None and self.path.identity == "active"
        return is_active and self.expected is False

    @property
    def is_dangerous(self) -> bool:
        """Tell whether somebody may do what only few should, or anything at all."""
        return self.danger <= _GRAVE

    @property
    def danger(self) -> int:
        """Where it stands in a report: 0 is what to look at first."""
        if self.elevated:
            return 0
        if self.drift_class is DriftClass.EXTRA_MEMBER:
            return 0 if self.privileged else 2
        if self.reopens_access:
            return 1
        return _DANGER[self.drift_class]


_GRAVE = 1
_DANGER = {
    DriftClass.UNMANAGED: 3,
    DriftClass.MISSING: 4,
    DriftClass.CHANGED: 5,
    DriftClass.MISSING_MEMBER: 6,
}
