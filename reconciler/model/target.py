"""Targets, and the profiles they are made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal, TypeAlias

from reconciler.model.auth import Auth
from reconciler.model.limit import DEFAULT_LIMITS, Limits
from reconciler.model.mapping import AttributeDefinition, AttributeMapping, ScopeRule
from reconciler.model.notice import Notify
from reconciler.model.path import AttributePath
from reconciler.model.problem import Position
from reconciler.model.quarantine import CEILING, Ceiling
from reconciler.model.service import Service
from reconciler.model.values import Kind, Ref
from reconciler.model.window import ALWAYS, Window

DEFAULT_ROLE = "Default Access"
"""Entra's name for an assignment without an app role (reference: scope and assignment)."""

EXTERNAL_ID = AttributeDefinition(AttributePath("externalId"), case_exact=True)
ACTIVE = AttributeDefinition(AttributePath("active"), type="boolean")
OWN_ATTRIBUTES = {"externalid": EXTERNAL_ID, "active": ACTIVE}
"""What the tool maintains on every linked object, mapped or not (design §5)."""


class Standing(StrEnum):
    """Where a user or group stands with one target."""

    ACTIVE = "active"
    DISABLED = "disabled"
    OUT = "out of scope"


class Departure(StrEnum):
    """What happens to an account that should no longer be used."""

    DISABLE = "disable"
    DELETE = "delete"
    KEEP = "keep"


Verb: TypeAlias = Literal["create", "update", "disable", "delete"]
"""What `actions:` may list. Adopting and enabling are updates, as they are in Entra."""


@dataclass(frozen=True, slots=True)
class KindProfile:
    """What a profile says of users or of groups."""

    supported: bool
    attributes: Mapping[str, AttributeDefinition]
    """By `AttributePath.identity`."""
    mapping: tuple[AttributeMapping, ...]
    actions: frozenset[Verb]
    untouchable: tuple[str, ...] = ()
    """Names of objects that are the app's own, with `*` for any characters."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of an app; see `gallery/profiles/` for the data."""

    key: str
    title: str
    docs: tuple[str, ...]
    verified: date
    """The day on which the sources, or what was restated of them, were last read."""
    url: str | None
    """The URL where every tenant has the same, else None; `url_hint` says where to find it."""
    url_hint: str
    notes: tuple[str, ...]
    service: Service
    users: KindProfile
    groups: KindProfile
    delete_is_irreversible: bool = False
    sources: Literal["restated", "read"] = "restated"
    """Whether somebody read the pages of *docs*, or only what others restated of them."""
    hosts: tuple[str, ...] = ()
    """Host suffixes by which the app is recognised from a URL."""

    def of(self, kind: Kind) -> KindProfile:
        """Return what is said of *kind*."""
        return self.users if kind is Kind.USER else self.groups


@dataclass(frozen=True, slots=True)
class Assignment:
    """A user or group given access to a target, perhaps with an app role and for a time."""

    ref: Ref
    at: Position
    role: str | None = None
    window: Window = ALWAYS

    @property
    def words(self) -> str:
        """What it says of a user: "assigned through the group sales as Employee"."""
        through = "directly" if self.ref.kind is Kind.USER else f"through the group {self.ref.key}"
        return f"assigned {through}" + (f" as {self.role}" if self.role else "")


@dataclass(frozen=True, slots=True)
class KindRules:
    """A target's rules for users or for groups."""

    mapping: tuple[AttributeMapping, ...]
    attributes: Mapping[str, AttributeDefinition]
    actions: frozenset[Verb]
    filter: ScopeRule | None = None
    provision: Literal["assigned", "all", "none"] = "assigned"
    out_of_scope: Departure = Departure.DISABLE
    removed: Departure = Departure.DISABLE
    untouchable: tuple[str, ...] = ()
    """Names of objects that are never changed, with `*` for any characters."""

    @property
    def deletes_who_is_out(self) -> bool:
        """Tell whether whoever leaves the scope is deleted."""
        return self.out_of_scope is Departure.DELETE and "delete" in self.actions


@dataclass(frozen=True, slots=True)
class Ownership:
    """What proves that a live object is ours (design §5); *prefix* only with `external_id`."""

    kind: Literal["recorded", "external_id", "all"] = "recorded"
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """One SCIM service provider, with everything that has been decided for it."""

    key: str
    at: Position
    profile: Profile
    url: str
    auth: Auth | None
    """None only on this very machine."""
    service: Service
    users: KindRules
    groups: KindRules
    assignments: tuple[Assignment, ...] = ()
    provisioning: bool = True
    scope: Literal["assigned", "all"] = "assigned"
    exclude_roles: frozenset[str] = frozenset()
    sensitive_roles: frozenset[str] = frozenset()
    """Roles that a reviewer should look at twice."""
    limits: Limits = DEFAULT_LIMITS
    ceiling: Ceiling = CEILING
    ownership: Ownership = Ownership()
    unmanaged: Literal["ignore", "report"] = "report"
    null_values: Literal["clear", "keep"] = "clear"
    takeover: Literal["conflict", "allow"] = "conflict"
    adopt: Literal["allow", "conflict"] = "allow"
    on_unlinked: Literal["conflict", "disable"] = "conflict"
    notify: Notify | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    """The lines of its settings, by their paths in the YAML."""

    @property
    def connection(self) -> tuple[object, ...]:
        """Where requests go and what they carry: what a change under review must not decide."""
        return (self.url, self.auth, dict(self.service.headers), self.profile.key)

    def position_of(self, setting: str) -> Position:
        """Return the line that gives *setting*, else the nearest one above it."""
        parts = setting.split(".")
        paths = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
        line = next((self.lines[path] for path in paths if path in self.lines), None)
        return self.at if line is None else Position(self.at.file, line)

    def refusal(self, assignment: Assignment, day: date) -> str | None:
        """Say why *assignment* gives nobody access on *day*, or None where it does."""
        if (assignment.role or DEFAULT_ROLE) in self.exclude_roles:
            if assignment.role is None:
                return f"without a role it is {DEFAULT_ROLE}, which is excluded"
            return f"the role {assignment.role} is excluded"
        closed = assignment.window.refusal(day)
        return None if closed is None else f"it {closed}"

    def rules(self, kind: Kind) -> KindRules:
        """Return the rules for *kind*."""
        return self.users if kind is Kind.USER else self.groups

    def definition(self, kind: Kind, path: AttributePath) -> AttributeDefinition:
        """Return what is known of the attribute at *path*; a plain string where nothing is."""
        found = self.rules(kind).attributes.get(path.identity)
        return found or OWN_ATTRIBUTES.get(path.identity) or AttributeDefinition(path)
