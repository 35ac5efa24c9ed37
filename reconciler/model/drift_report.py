"""The drift of a run: everything that readings of it show, as one value."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reconciler.model.drift import DriftItem, Identity, SeenItem
from reconciler.model.drift_class import DriftClass
from reconciler.model.ignore import Ignore
from reconciler.model.lapse import Lapse
from reconciler.model.plan import Change
from reconciler.model.quarantine import Quarantine
from reconciler.model.remarks import Conflict, Withheld
from reconciler.model.resource import Rewrite


@dataclass(frozen=True, slots=True)
class IgnoredItem:
    """A difference that the report does not list, and the entry that says so."""

    item: DriftItem
    ignore: Ignore


@dataclass(frozen=True, slots=True)
class DriftPoint:
    """How much drift one run saw at one target: one point of a picture over time."""

    taken: datetime
    counts: Mapping[DriftClass, int]
    ignored: int = 0
    pending: int = 0
    complete: bool = True

    @property
    def total(self) -> int:
        """All classes together."""
        return sum(self.counts.values())


class Membership(StrEnum):
    """Whether somebody is a member live, in the YAML, or in both."""

    AGREED = "agreed"
    EXTRA = "extra"
    """Live only."""
    MISSING = "missing"
    """In the YAML only."""


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """A row or a column of the matrix: a group, or a user."""

    name: str
    """The key, or `id:…` for a stranger."""
    display: str
    privileged: bool = False


@dataclass(frozen=True, slots=True)
class AccessMatrix:
    """Groups × users, live beside desired: those that differ first, and no more than fit a page.

    *cells* holds (row, column) → membership; where neither side has one there is no cell.
    """

    groups: tuple[MatrixLine, ...] = ()
    users: tuple[MatrixLine, ...] = ()
    cells: Mapping[tuple[int, int], Membership] = field(default_factory=dict)
    all_groups: int = 0
    """How many groups could have a row; those beyond `groups` are left out."""
    all_users: int = 0


@dataclass(frozen=True, slots=True)
class TargetDrift:
    """What differs at one target.

    *pending* holds changes cut down to what waits for an apply: it is no drift. *spared* is what of
    that an apply leaves out too, because an ignore says so. *unproven* counts
    what an incomplete snapshot does not show and what is not claimed for that. *withheld* and
    *rewritten* are differences that the server or a setting makes, every night the same.
    """

    target: str
    profile: str
    url: str
    taken: datetime
    live_users: int
    live_groups: int
    complete: bool
    evidence: tuple[str, ...] = ()
    applied: str | None = None
    """What was last applied, for people; None where nobody knows."""
    items: tuple[DriftItem, ...] = ()
    """The most dangerous first."""
    ignored: tuple[IgnoredItem, ...] = ()
    pending: tuple[Change, ...] = ()
    spared: tuple[Withheld, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    rewritten: tuple[Rewrite, ...] = ()
    unproven: Mapping[DriftClass, int] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()
    """Keys of our groups whose members the server does not show."""
    half_seen: frozenset[str] = frozenset()
    """Keys of our groups that may have other members than they show, those among them."""
    present: frozenset[tuple[str, str]] = frozenset()
    """Kind and name of everybody who was seen: of them, what is no item is mended."""
    absent: frozenset[tuple[str, str]] = frozenset()
    """Kind and name of who was asked for and is proven not to be there, whatever a list hides."""
    doubted: frozenset[Identity] = frozenset()
    """What *unproven* counts."""
    unlisted: int = 0
    """Live objects that are nobody's, at a target that says `unmanaged: ignore`."""
    untouchable: int = 0
    """Live objects that are the app's own."""
    gone: tuple[SeenItem, ...] = ()
    """What the run before saw and this one did not."""
    unsure: tuple[SeenItem, ...] = ()
    """What the run before saw, and what this one neither sees nor knows to be gone."""
    quarantine: Quarantine | None = None
    matrix: AccessMatrix = field(default_factory=AccessMatrix)
    history: tuple[DriftPoint, ...] = ()
    """Earlier runs and this one, the oldest first."""

    @property
    def counts(self) -> dict[DriftClass, int]:
        """How many items there are of each class, all classes named."""
        found = Counter(item.drift_class for item in self.items)
        return {name: found[name] for name in DriftClass}

    @property
    def has_drift(self) -> bool:
        """Tell whether something differs, or did and is not known to be gone."""
        return bool(self.items or self.unsure)

    @property
    def is_held(self) -> bool:
        """Tell whether a guard or a conflict would keep an apply from mending something."""
        return bool(self.conflicts) or any(item.held_by for item in self.items)


@dataclass(frozen=True, slots=True)
class Drift:
    """All targets of one run of `drift`."""

    created: datetime
    tool: str
    digest: str
    targets: tuple[TargetDrift, ...]
    commit: str | None = None
    options: tuple[str, ...] = ()
    """What a command needs to mean the same files and servers: `--sandbox`, …; no secret."""
    failures: tuple[tuple[str, str], ...] = ()
    """Targets that could not be read, with the reason."""
    notes: tuple[str, ...] = ()
    expired: tuple[Ignore, ...] = ()
    """Entries of `ignores` that have ended; nobody looks away for them any more."""
    lapsing: tuple[Lapse, ...] = ()
    """Ignores, and exceptions of policies, that end soon."""
    unused: tuple[Ignore, ...] = ()
    """Entries of `ignores` that cover nothing that was found."""

    @property
    def items(self) -> tuple[DriftItem, ...]:
        """All items of all targets."""
        return tuple(item for target in self.targets for item in target.items)

    @property
    def ignored(self) -> int:
        """How many differences the report does not list."""
        return sum(len(target.ignored) for target in self.targets)

    @property
    def pending(self) -> int:
        """How many changes wait for an apply."""
        return sum(len(target.pending) for target in self.targets)

    @property
    def spared(self) -> int:
        """How much of what the YAML asks for no apply will do, because an ignore says so."""
        return sum(len(target.spared) for target in self.targets)

    @property
    def unsure(self) -> int:
        """How many differences of earlier runs are not seen and not known to be gone."""
        return sum(len(target.unsure) for target in self.targets)

    @property
    def ignored_dangers(self) -> int:
        """How many of those are of a privileged group, a sensitive role, or let somebody in."""
        found = (ignored.item for target in self.targets for ignored in target.ignored)
        return sum(item.is_dangerous for item in found)

    @property
    def counts(self) -> dict[DriftClass, int]:
        """How many items there are of each class, all classes named."""
        found = Counter(item.drift_class for item in self.items)
        return {name: found[name] for name in DriftClass}
