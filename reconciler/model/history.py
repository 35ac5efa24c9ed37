"""What the ledger tells of earlier runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from reconciler.model.notice import Delivery
from reconciler.model.outcome import Status
from reconciler.model.plan import Action, AttributeChange
from reconciler.model.values import Kind

Failures: TypeAlias = tuple[tuple[str, str], ...]
"""Targets that failed as a whole, each with the reason."""


class State(StrEnum):
    """Where an operation stands: how it ended, or that nobody saw its end."""

    DONE = Status.DONE
    FAILED = Status.FAILED
    SKIPPED = Status.SKIPPED
    HELD = Status.HELD
    UNANSWERED = "unanswered"
    """It was sent, and the run ended before the answer was recorded."""
    UNSENT = "unsent"
    """The run ended before it was its turn."""


@dataclass(frozen=True, slots=True)
class RunStart:
    """What is known of a run when it begins. *resumes* is the run that it finishes."""

    plan: str
    digest: str = ""
    commit: str | None = None
    tool: str = ""
    trigger: str = ""
    resumes: int | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """A desired state that a target took whole, and when."""

    digest: str
    commit: str | None
    moment: datetime


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run as it was recorded. *code* is its exit code; None where it never came to its end."""

    number: int
    start: RunStart
    started: datetime
    ended: datetime | None
    code: int | None
    targets: tuple[str, ...] = ()
    counts: Mapping[State, int] = field(default_factory=dict)
    failures: Failures = ()
    notices: tuple[Delivery, ...] | None = None
    """What became of its notices, where one run was asked for."""

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        return (self.ended - self.started).total_seconds() if self.ended else None


@dataclass(frozen=True, slots=True)
class PastOperation:
    """One operation as it was recorded, sensitive values left out.

    *id* is the change's, *operation* that of the plan file. *action* is None where an older
    version recorded it. *add* and *remove* hold keys, or `id:…` for strangers.
    """

    run: int
    target: str
    url: str
    id: str
    operation: str
    kind: Kind
    key: str
    action: Action | None
    display: str
    state: State
    live_id: str | None = None
    why: str = ""
    at: str | None = None
    held_by: tuple[str, ...] = ()
    attributes: tuple[AttributeChange, ...] = ()
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    sent: datetime | None = None
    answered: datetime | None = None
    code: str = ""
    detail: str = ""
    requests: int = 0

    @property
    def seconds(self) -> float | None:
        """How long the target took, with every retry and every look that followed."""
        return (self.answered - self.sent).total_seconds() if self.sent and self.answered else None


@dataclass(frozen=True, slots=True)
class Question:
    """Which runs or operations are wanted; what is None or empty does not narrow.

    *user* and *group* are a key, the name at the target, or the id there. A *user* is also meant
    where a group's members change. *limit* 0 is everything.
    """

    run: int | None = None
    targets: tuple[str, ...] = ()
    user: str | None = None
    group: str | None = None
    state: State | None = None
    since: datetime | None = None
    limit: int = 0

    @property
    def is_about_operations(self) -> bool:
        """Tell whether single operations are asked for, not whole runs."""
        return any(item is not None for item in (self.user, self.group, self.state))
