"""Explanations: why one user or group stands with one target as it does, step by step.

The steps are those of Entra's provision on demand: import, scope, match, attributes, action.
Texts are for people, and may hold what the YAML or a server says: whoever shows them escapes.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reconciler.model.path import AttributePath
from reconciler.model.plan import Change, Violation
from reconciler.model.problem import Position
from reconciler.model.remarks import Conflict, Withheld
from reconciler.model.resource import Link, Live, LookUp, Snapshot
from reconciler.model.target import Standing
from reconciler.model.values import Ref, Wish
from reconciler.values import Value


class Verdict(StrEnum):
    """What a fact means for whoever is explained."""

    YES = "yes"
    NO = "no"
    NOTE = "note"
    """Neither: it is only good to know."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One finding, the line that it rests on, and the findings that it was made of."""

    verdict: Verdict
    text: str
    at: Position | None = None
    parts: "tuple[Fact, ...]" = ()


@dataclass(frozen=True, slots=True)
class SourceAttribute:
    """A source attribute; a *derived* one is given by the tool. A *sensitive* one has no value."""

    name: str
    value: Value
    at: Position | None = None
    derived: bool = False
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """One way to find the live object: by the ledger's *link*, or by a *look_up*.

    *found* is None where it was not asked; *note* says why, or what came of it.
    """

    by: str
    value: str
    link: Link | None = None
    look_up: LookUp | None = None
    found: tuple[Live, ...] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one object and of those it refers to, and by which questions."""

    trials: tuple[Trial, ...]
    snapshot: Snapshot
    knows_members: bool = True
    """False for a group that has or should have members whom the ledger does not record."""

    @property
    def is_conclusive(self) -> bool:
        """Tell whether somebody was found, or every question answered with nobody."""
        return any(trial.found for trial in self.trials) or all(
            trial.found is not None for trial in self.trials
        )


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One mapped attribute: what it should hold, and where that comes from.

    *value* is the result, *initial* what a new object gets. *problem* says why there is none.
    *expression* is empty for what the tool itself maintains.
    """

    path: AttributePath
    expression: str
    value: Wish
    initial: Wish
    at: Position | None
    sources: tuple[SourceAttribute, ...] = ()
    notes: tuple[str, ...] = ()
    sensitive: bool = False
    evaluated: bool = True
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What would be done *where* something is so (empty: as it was read), and the changes."""

    where: str
    text: str
    changes: tuple[Change, ...] = ()
    conflict: Conflict | None = None
    violations: tuple[Violation, ...] = ()
    """The guards that would hold it, as far as they can be known from one object."""
    withheld: tuple[Withheld, ...] = ()
    joining: tuple[Violation, ...] = ()
    """The guards that would hold that it joins a group, where it is no member yet."""
    takes_away: bool = False
    """Something is disabled, deleted or left; *changes* are those of a look at the app alone."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The five steps for one object at one target. *standing* None: gone from the YAML."""

    ref: Ref
    display: str
    at: Position | None
    target: str
    profile: str
    url: str
    now: datetime
    standing: Standing | None
    why: str
    source: tuple[SourceAttribute, ...]
    facts: tuple[Fact, ...]
    trials: tuple[Trial, ...]
    attributes: tuple[Evaluated, ...]
    courses: tuple[Course, ...]
    notes: tuple[str, ...] = ()
    requests: int | None = None
    """How many requests were sent; None where nothing was read."""
