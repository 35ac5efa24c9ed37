"""The plan: all changes, violations and conflicts of a run, as a value with a fingerprint."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import chain

from reconciler.model.access import Ending, Reviewer, TargetAccess
from reconciler.model.forecast import Forecast
from reconciler.model.idle import Idle
from reconciler.model.origin import Origin, strongest
from reconciler.model.path import AttributePath
from reconciler.model.problem import Position, Severity
from reconciler.model.quarantine import Quarantine
from reconciler.model.remarks import Conflict, Unmanaged, Withheld
from reconciler.model.resource import Link, Live, Rewrite
from reconciler.model.revision import Planned, Revision
from reconciler.model.trust import SettingChange
from reconciler.model.values import Kind, Ref, Wish, references_of


class Action(StrEnum):
    """What may happen to a live object. The order of the members has no meaning."""

    CREATE = "create"
    ADOPT = "adopt"
    UPDATE = "update"
    ENABLE = "enable"
    DISABLE = "disable"
    DELETE = "delete"
    ADD_MEMBERS = "add-members"
    REMOVE_MEMBERS = "remove-members"


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One attribute, before → after, in canonical values; None is absent.

    *at* is the line that asks for it, None where a rule of the tool does (externalId, active).
    """

    path: AttributePath
    before: Wish
    after: Wish
    at: Position | None = None
    sensitive: bool = False
    origin: Origin = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class MemberChange:
    """A member to add or remove: a directory user by key, or a stranger by live id."""

    ref: Ref | None
    live_id: str | None
    display: str
    at: Position | None = None
    origin: Origin = "unknown"

    @property
    def name(self) -> str:
        """The key, or `id:…` for somebody who is not in the directory."""
        return self.ref.key if self.ref else f"id:{self.live_id}"


@dataclass(frozen=True, slots=True)
class Change:
    """One operation on one object: exactly one write, or one series of member writes.

    *why* is for people and never read by code. *live* is the object as it was read: the writer
    needs it to build the request, and the precondition is checked against it.
    """

    target: str
    kind: Kind
    key: str
    action: Action
    display: str
    why: str
    at: Position | None = None
    live: Live | None = None
    attributes: tuple[AttributeChange, ...] = ()
    add: tuple[MemberChange, ...] = ()
    remove: tuple[MemberChange, ...] = ()
    held_by: tuple[str, ...] = ()
    cause: Origin | None = None
    """Where the coming or going of the object itself comes from; None for what only differs."""
    references_only: bool = False
    """A second update of an object that is created in the same run, for a circle of managers."""
    part: str = ""
    """Sets the held part of a membership change apart from the rest; no other meaning."""

    @property
    def object_id(self) -> str:
        """The object meant: `envoy/user/ada`."""
        return f"{self.target}/{self.kind}/{self.key}"

    @property
    def id(self) -> str:
        """The operation: the object, and what sets it apart from others on the same object."""
        if self.action in (Action.ADD_MEMBERS, Action.REMOVE_MEMBERS):
            part = f"/{self.part}" if self.part else ""
            return f"{self.object_id}/{self.action}{part}"
        return f"{self.object_id}/references" if self.references_only else self.object_id

    @property
    def operation(self) -> str:
        """The id without the part: free and held members are one operation of the plan file."""
        return self.id.removesuffix(f"/{self.part}") if self.part else self.id

    @property
    def origin(self) -> Origin:
        """The strongest origin among the object's own, its attributes' and its members'."""
        values = (item.origin for item in self.attributes)
        members = (item.origin for item in (*self.add, *self.remove))
        return strongest((self.cause or "unknown", *values, *members))

    @property
    def live_id(self) -> str | None:
        """The id at the target, None until it exists there."""
        return self.live.id if self.live else None

    def references(self) -> Iterator[Ref]:
        """Yield every object whose id this change needs before it can be sent."""
        yield from chain.from_iterable(references_of(item.after) for item in self.attributes)
        yield from (item.ref for item in self.add if item.ref is not None)
        if self.live is None and self.action is not Action.CREATE:
            yield Ref(self.kind, self.key)

    def missing(self, ids: Mapping[Ref, str]) -> Ref | None:
        """Return the first object that this change needs and that has no id, if any."""
        return next((ref for ref in self.references() if ref not in ids), None)


@dataclass(frozen=True, slots=True)
class Violation:
    """A guard that holds changes back: both numbers, the setting, and the way out.

    *guard* is the word that `--accept` takes: a `Guard`, or `policy:` and the id of a policy.
    """

    guard: str
    message: str
    setting: str
    numbers: tuple[tuple[str, int], ...] = ()
    holds: frozenset[str] = frozenset()
    """Ids of the changes that it holds; a policy that holds none only reports."""
    members: frozenset[tuple[str, str]] = frozenset()
    """Of a membership change among *holds*, with its id, the names of the members it holds; where
    none is named, the change is held whole."""
    severity: Severity = "error"
    at: Position | None = None
    """The line that breaks it, where there is one."""


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """Everything about one target. *waves* is the order: what stands in one wave may overlap."""

    target: str
    profile: str
    url: str
    taken: datetime
    live_users: int
    live_groups: int
    complete: bool
    evidence: tuple[str, ...]
    waves: tuple[tuple[Change, ...], ...] = ()
    violations: tuple[Violation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    unmanaged: tuple[Unmanaged, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    rewritten: tuple[Rewrite, ...] = ()
    notes: tuple[str, ...] = ()
    unchanged: int = 0
    unmanaged_count: int = 0
    ids: Mapping[Ref, str] = field(default_factory=dict)
    """The id at the target of every object that is paired; the writer resolves references."""
    unrecorded: tuple[Link, ...] = ()
    """Links that hold but that the ledger does not know yet; an apply records them."""
    exact_groups: frozenset[str] = frozenset()
    """Keys of our groups that nobody has to leave: once applied, their membership is exact."""
    quarantine: Quarantine | None = None
    """What it is in, if anything: for people, it changes nothing of the plan."""
    forecast: Forecast | None = None
    """What an apply is expected to cost: for people too."""
    unread: str | None = None
    """Why nobody looked there; what was wanted before was taken to be live then."""
    only: tuple[str, ...] = ()
    """The users that the plan was cut down to; empty for a whole plan."""
    access: TargetAccess | None = None
    """What it means for people, None where nobody looked; it changes nothing of the plan."""
    idle: tuple[Idle, ...] = ()
    """Whom this change (base → head) gives something that nothing comes of: for people too."""
    idle_count: int = 0
    """How many are idle in all."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes in order."""
        return tuple(chain.from_iterable(self.waves))

    @property
    def has_origins(self) -> bool:
        """Tell whether it is known of any change where it comes from."""
        return any(change.origin != "unknown" for change in self.changes)

    @property
    def held(self) -> tuple[Change, ...]:
        """The changes that something holds back."""
        return tuple(change for change in self.changes if change.held_by)

    def held_by(self) -> Counter[str]:
        """Return how many changes each guard holds, by its word; whoever asks does so once."""
        return Counter(guard for change in self.changes for guard in change.held_by)


@dataclass(frozen=True, slots=True)
class Plan:
    """All targets of a run. *problem_count* counts what kept targets or users out of it.

    *moment* is what `Now()` gave and windows were judged by.
    """

    created: datetime
    tool: str
    digest: str
    commit: str | None
    targets: tuple[TargetPlan, ...]
    failures: tuple[tuple[str, str], ...] = ()
    """Targets that could not be read, with the reason."""
    problem_count: int = 0
    ending: tuple[Ending, ...] = ()
    """Access that ends soon by its windows, for people."""
    reviewers: tuple[Reviewer, ...] = ()
    """Who answers for what is touched, for people."""
    moment: datetime | None = None
    base: Revision | None = None
    """What was planned is compared with this; `commit` is the head then."""
    planned: Planned = "files"
    settings: tuple[SettingChange, ...] = ()
    """What the change alters of all that the base decides for this plan."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes of all targets in order."""
        return tuple(chain.from_iterable(target.changes for target in self.targets))

    @property
    def is_held(self) -> bool:
        """Tell whether a guard or a conflict keeps anything back."""
        return any(target.held or target.conflicts for target in self.targets)
