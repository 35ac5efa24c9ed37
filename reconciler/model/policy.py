"""Policies: what the organisation demands of people, groups and access, and who is exempt."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from reconciler.model.guard import POLICY
from reconciler.model.mapping import ScopeRule
from reconciler.model.problem import Position, Severity
from reconciler.model.values import Ref

Kind: TypeAlias = Literal["separation", "end_date", "membership", "domain", "scope"]
Need: TypeAlias = Literal["owner", "reason", "until"]

_SEVERAL = re.compile(r"[@,;<>\s]")
"""What stands between several addresses, or around one: each app reads another one out of it."""


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
        """Tell whether *address* is within one of the domains, and is one address and no more."""
        local, at, domain = address.rpartition("@")
        if not at or _SEVERAL.search(local):
            return False
        name = domain.casefold()
        return any(_is_within(name, item.casefold()) for item in self.domains)


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
    def summary(self) -> str:
        """All that it says, on one line; where it stands in the files means nothing."""
        words = {
            "severity": self.severity,
            "where": _in_words(self.where),
            "targets": ", ".join(sorted(self.targets)),
            "message": self.message,
            "exceptions": ", ".join(
                f"{item.ref} until {item.until} ({item.reason})"
                for item in sorted(self.exceptions, key=lambda item: (str(item.ref), item.until))
            ),
        }
        more = (f"{name} {text}" for name, text in words.items() if text)
        return "; ".join((_demanded(self.demand), *more))

    @property
    def names_targets(self) -> frozenset[str]:
        """The targets at which somebody has to look who has an account."""
        parts = self.demand.of if isinstance(self.demand, Separation) else ()
        return self.targets.union(part.target for part in parts if part.target)


def _demanded(demand: Demand) -> str:
    match demand:
        case Separation():
            return f"separation of {', '.join(sorted(map(_part, demand.of)))}"
        case EndDate():
            return f"end_date{_within(demand.days)}"
        case Membership():
            groups = "sensitive" if demand.groups is None else ", ".join(sorted(demand.groups))
            return (
                f"membership of {groups}: {', '.join(sorted(demand.needs))}{_within(demand.days)}"
            )
        case Domain():
            return f"domain of {', '.join(demand.attributes)}: {', '.join(sorted(demand.domains))}"
        case Fit():
            return f"scope {_in_words(demand.must)}"


def _part(part: Part) -> str:
    if part.group:
        return f"group {part.group}"
    return f"target {part.target}" + (f" role {part.role}" if part.role else "")


def _within(days: int | None) -> str:
    return "" if days is None else f" within {days} days"


def _in_words(rule: ScopeRule | None) -> str:
    """Return a scope with its clauses: another one of the same name is another demand."""
    if rule is None:
        return ""
    filters = (" and ".join(map(str, item.clauses)) for item in rule.filters)
    return f"{rule.key} ({' or '.join(filters)})"


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
