"""Policies: what the organisation demands of people, groups and access, and who is exempt."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from reconciler.model.guard import POLICY
from reconciler.model.mapping import ScopeRule
from reconciler.model.problem import Position, Severity
from reconciler.model.values import Ref

Kind: TypeAlias = Literal["separation", "end_date", "membership", "domain", "scope"]
Need: TypeAlias = Literal["owner", "reason", "until"]


@dataclass(frozen=True, slots=True)
class Part:
    """Something that somebody may have: membership of a *group*, or a *role* at a *target*.

    Without a role it is an account there, whatever the role.
    """

    group: str = ""
    target: str = ""
    role: str | None = None

    def __str__(self) -> str:
        if self.group:
            return f"is in the group {self.group}"
        if self.role is None:
            return f"has access to {self.target}"
        return f"has the role {self.role} at {self.target}"


@dataclass(frozen=True, slots=True)
class Separation:
    """Nobody has two of these."""

    of: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class EndDate:
    """Accounts need `until`, at most so many *days* ahead."""

    days: int | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """Groups and the lines of their members must say what they *need*.

    *groups* None: those that are sensitive.
    """

    groups: frozenset[str] | None
    needs: frozenset[Need]
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Domain:
    """Addresses are within these *domains*; `*.x` is every domain below x."""

    attributes: tuple[str, ...]
    domains: tuple[str, ...]

    def admits(self, address: str) -> bool:
        """Tell whether *address* is within one of the domains."""
        _, at, domain = address.rpartition("@")
        name = domain.casefold()
        return bool(at) and any(_is_within(name, item.casefold()) for item in self.domains)


def _is_within(name: str, domain: str) -> bool:
    if domain.startswith("*."):
        return name.endswith(domain[1:]) and len(name) >= len(domain)
    return name == domain


@dataclass(frozen=True, slots=True)
class Fit:
    """Everybody passes this scope rule."""

    must: ScopeRule


Demand: TypeAlias = Separation | EndDate | Membership | Domain | Fit


@dataclass(frozen=True, slots=True)
class Exemption:
    """Somebody, or a group, to whom a policy does not apply, up to and with the day *until*."""

    ref: Ref
    reason: str
    until: date
    at: Position


@dataclass(frozen=True, slots=True)
class Policy:
    """One rule. *where* selects whom it is about, *targets* where it counts; empty: everywhere."""

    key: str
    at: Position
    demand: Demand
    severity: Severity = "error"
    message: str = ""
    where: ScopeRule | None = None
    targets: frozenset[str] = frozenset()
    exceptions: tuple[Exemption, ...] = ()

    @property
    def names_targets(self) -> frozenset[str]:
        """The targets at which somebody has to look who has an account."""
        parts = self.demand.of if isinstance(self.demand, Separation) else ()
        return self.targets.union(part.target for part in parts if part.target)


@dataclass(frozen=True, slots=True)
class Finding:
    """A policy that is broken, and by what.

    With *user* alone, whatever gives that person more is concerned; with *parts*, only what gives
    one of these. With *group*, whatever makes one of *members* (None: anybody) join it. With none
    of them it is said everywhere and holds nothing. *reads* are the source attributes at fault.
    """

    policy: str
    severity: Severity
    message: str
    at: Position
    targets: frozenset[str] = frozenset()
    user: str = ""
    parts: tuple[Part, ...] = ()
    group: str = ""
    members: frozenset[str] | None = None
    reads: frozenset[str] = frozenset()

    @property
    def guard(self) -> str:
        """The word that `--accept` takes."""
        return f"{POLICY}{self.policy}"
