"""Both sides of the comparison: what should exist at a target, and what does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reconciler.model.directory import Group, User
from reconciler.model.mapping import Apply, AttributeDefinition, AttributeMapping
from reconciler.model.path import AttributePath, lookup
from reconciler.model.problem import Position
from reconciler.model.target import Assignment, Standing
from reconciler.model.values import Kind, Ref, Wish
from reconciler.values import Candidates, Value


@dataclass(frozen=True, slots=True)
class WantedAttribute:
    """A target attribute and what it should hold.

    *value* is the mapping's result, None for null; *initial* is what a create sends (the result,
    else the default), or the candidates of which it sends the first that is free. *flows* false:
    neither is looked at. *mapping* is None for what the tool itself maintains: externalId, active.
    """

    definition: AttributeDefinition
    value: Wish
    initial: "Wish | Candidates"
    mapping: AttributeMapping | None = None
    flows: bool = True

    @property
    def given(self) -> Wish:
        """What a create sends; None while candidates are not chosen from."""
        return None if isinstance(self.initial, Candidates) else self.initial

    @property
    def only_on_create(self) -> bool:
        """Tell whether the value is sent once and never compared."""
        return self.mapping is not None and self.mapping.apply is Apply.CREATE

    @property
    def only_adds(self) -> bool:
        """Tell whether values are added to those that are live, and never taken away."""
        mapping = self.mapping
        if mapping is None:
            return False
        by_function = mapping.expression is not None and mapping.expression.only_adds
        return by_function or mapping.apply is Apply.ADD

    @property
    def fills(self) -> bool:
        """Tell whether nothing flows, but an empty attribute takes the default."""
        return self.mapping is not None and self.mapping.expression is None

    @property
    def is_lifecycle(self) -> bool:
        """Tell whether the value depends on IsSoftDeleted, and so belongs to a disable."""
        return self.mapping is not None and reads_lifecycle(self.mapping)

    @property
    def sensitive(self) -> bool:
        """Tell whether the value must be masked wherever it is shown."""
        return self.mapping is not None and self.mapping.sensitive


def reads_lifecycle(mapping: AttributeMapping) -> bool:
    """Tell whether *mapping* reads IsSoftDeleted (reference: Entra, special source attributes)."""
    return mapping.expression is not None and "IsSoftDeleted" in mapping.expression.reads


@dataclass(frozen=True, slots=True)
class MatchKey:
    """A matching attribute and the value that finds the live object."""

    definition: AttributeDefinition
    value: str
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Scoped:
    """A user's or group's standing with one target, and why.

    *attributes* are the source attributes with the derived ones (IsSoftDeleted,
    appRoleAssignments). *members* holds a group's members that should have an account here,
    with the lines that grant it.
    """

    kind: Kind
    key: str
    standing: Standing
    why: str
    attributes: Mapping[str, Value]
    source: User | Group
    members: Mapping[str, Position] = field(default_factory=dict)
    asked_by: str = ""
    """The key of the YAML that disables it, for the plan's line."""
    assignments: tuple[Assignment, ...] = ()
    """Those that count for a user, in the order of the YAML."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one user or group should look like at one target.

    *members* (user key → the line that grants it) is None where membership is not mapped.
    """

    kind: Kind
    key: str
    standing: Standing
    why: str
    source: User | Group
    external_id: str
    matching: tuple[MatchKey, ...]
    attributes: tuple[WantedAttribute, ...]
    members: Mapping[str, Position] | None = None
    asked_by: str = ""
    assignments: tuple[Assignment, ...] = ()

    @property
    def ref(self) -> Ref:
        """The object by kind and key."""
        return Ref(self.kind, self.key)

    @property
    def look_ups(self) -> "tuple[LookUp, ...]":
        """The questions that find it by its matching attributes."""
        return tuple(LookUp(self.kind, key.definition.path, key.value) for key in self.matching)

    @property
    def previously(self) -> tuple[str, ...]:
        """Earlier keys under which the live object may still be known."""
        return self.source.previously if isinstance(self.source, Group) else ()

    @property
    def display(self) -> str:
        """What people call it: the first matching value that may be shown, else the key."""
        return next((item.value for item in self.matching if not item.sensitive), self.key)

    def position_of(self, attribute: WantedAttribute) -> Position:
        """Return the line of the YAML that gives *attribute* its value."""
        mapping = attribute.mapping
        if mapping is None:
            return self.source.at
        reads = sorted(mapping.expression.reads) if mapping.expression else []
        lines = (self.source.position_of(name) for name in reads)
        return next((line for line in lines if line is not None), mapping.at)


@dataclass(frozen=True, slots=True)
class Live:
    """A live user or group as the server showed it. *members* holds ids; None if unreadable.

    *members_proven* false: there may be members that the server does not show.
    """

    kind: Kind
    id: str
    resource: Mapping[str, Any]
    members: frozenset[str] | None = None
    members_proven: bool = True

    @property
    def external_id(self) -> str | None:
        """The externalId it bears; an empty one counts as none (django-scim2 sends "")."""
        found = lookup(self.resource, "externalId")
        return str(found) if found not in (None, "") else None

    @property
    def active(self) -> bool:
        """False only if `active` says so; servers that omit it mean true (RFC 7643 §4.1.1)."""
        found = lookup(self.resource, "active")
        return str(found).casefold() != "false"

    @property
    def display(self) -> str:
        """What people call it: userName or displayName, else its id."""
        name = "userName" if self.kind is Kind.USER else "displayName"
        return str(lookup(self.resource, name) or lookup(self.resource, "displayName") or self.id)


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask a server for the objects that hold *value* at *path*."""

    kind: Kind
    path: AttributePath
    value: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A wanted object by every mark under which a list may show it; *live_id* as recorded.

    *active*: it should be there now; one that is disabled may be missing.
    """

    kind: Kind
    live_id: str | None
    external_id: str
    look_ups: tuple[LookUp, ...]
    active: bool = True


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of a target before it is read, and can show that its lists leave something out.

    *recorded* holds kind and id of the ledger's links, those of wanted objects first.
    """

    claims: tuple[Claim, ...] = ()
    recorded: tuple[tuple[Kind, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that was read of one target in one run, with the proof that it is complete.

    *absent* holds the look-ups that a filter proved to have no answer; they let a create through
    where the lists are not complete. *self_id* is the account behind the token, where known.
    *one_by_one*: there was no list, each object was asked for; what is here is certain. *gone*
    holds kind and id of who was asked for by id and does not exist.
    """

    taken: datetime
    users: tuple[Live, ...]
    groups: tuple[Live, ...]
    complete: bool
    evidence: tuple[str, ...] = ()
    absent: frozenset[LookUp] = frozenset()
    self_id: str | None = None
    requests: int = 0
    one_by_one: bool = False
    gone: frozenset[tuple[Kind, str]] = frozenset()

    def of(self, kind: Kind) -> tuple[Live, ...]:
        """Return the live objects of *kind*."""
        return self.users if kind is Kind.USER else self.groups


@dataclass(frozen=True, slots=True)
class Link:
    """A ledger record: this object was created or adopted by us, and bore these marks.

    *external_id* is None where the server did not keep it; then *match_value* (its userName or
    displayName) is the mark that must still agree.
    """

    kind: Kind
    key: str
    live_id: str
    external_id: str | None
    match_value: str | None
    settled: bool = True
    """False for an adopted group until its membership has once been made exact."""

    def is_borne_by(self, live: Live | None) -> bool:
        """Tell whether *live* still bears the marks of this link (design §2, «ledger»)."""
        if live is None:
            return False
        if self.external_id is not None:
            return live.external_id == self.external_id
        return (self.match_value or "").casefold() == live.display.casefold()


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A value that the server changed or dropped when it was last written, both as JSON text."""

    kind: Kind
    live_id: str
    path: str
    sent: str
    kept: str


@dataclass(frozen=True, slots=True)
class Loss:
    """What an earlier run took away: an account or group whole, or *members* (names) of a group."""

    kind: Kind
    key: str
    live_id: str
    members: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Memory:
    """What the ledger knows of one target at one URL; *losses* are those of the last 24 hours."""

    links: tuple[Link, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    runs: int = 0
    losses: tuple[Loss, ...] = ()
