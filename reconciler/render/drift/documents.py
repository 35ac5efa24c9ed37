"""The drift report as it is written for machines: format `reconciler.drift/1`.

Fields may be added, never changed: readers must ignore what they do not know.
"""

from datetime import date, datetime
from typing import Any, Literal

from reconciler.model.drift_class import DriftClass
from reconciler.model.ignore import IgnoredFor
from reconciler.model.plan import Action
from reconciler.model.values import Kind
from reconciler.render.planfile.documents import (
    ConflictDocument,
    Count,
    DesiredDocument,
    Document,
    FailureDocument,
    LiveDocument,
    Members,
    QuarantineDocument,
    RewrittenDocument,
    WithheldDocument,
)

FORMAT = "reconciler.drift/1"


class DriftCounts(Document):
    """How many items of each class, and what is counted beside them."""

    missing: Count
    changed: Count
    unmanaged: Count
    extra_member: Count
    missing_member: Count
    ignored: Count
    pending: Count
    spared: Count
    unsure: Count
    conflicts: Count


class SeenDocument(Document):
    """When `drift` saw it; an episode lasts until a run sees it gone."""

    first_seen: datetime
    began: datetime
    last_seen: datetime
    times: Count
    episodes: Count
    gone_since: datetime | None = None


class DriftItemDocument(Document):
    """One difference; `expected` and `found` are null where the values are sensitive."""

    id: str
    drift_class: DriftClass
    kind: Kind
    key: str
    live_id: str | None
    display: str
    path: str | None
    expected: Any
    found: Any
    sensitive: bool
    member: str | None
    member_display: str | None
    memberships: Count
    references: Count
    privileged: bool
    elevated: bool
    origin: Literal["pending", "drift", "unknown"]
    at: str | None
    made: datetime | None
    modified: datetime | None
    why: str
    left: str
    held_by: tuple[str, ...]
    seen: SeenDocument | None


class IgnoreDocument(Document):
    """An entry of the section `ignores`."""

    key: str
    at: str
    target: str
    reason: str
    until: date
    what_for: IgnoredFor


class IgnoredDocument(Document):
    """A difference that the report does not list for people, and why."""

    item: DriftItemDocument
    ignore: IgnoreDocument


class PendingDocument(Document):
    """What waits for an apply; it is no drift."""

    id: str
    action: Action
    kind: Kind
    key: str
    display: str
    paths: tuple[str, ...]
    members: Members
    at: str | None


class PastDocument(Document):
    """What the run before saw: it is gone, or this run cannot know."""

    drift_class: DriftClass
    kind: Kind
    name: str
    part: str
    display: str
    seen: SeenDocument


class PointDocument(Document):
    """How much one run saw."""

    taken: datetime
    counts: dict[str, int]
    ignored: Count
    pending: Count
    complete: bool


class TargetDriftDocument(Document):
    """What differs at one target, the most dangerous first."""

    target: str
    url: str
    profile: str
    applied: str | None
    live: LiveDocument
    counts: DriftCounts
    items: tuple[DriftItemDocument, ...]
    ignored: tuple[IgnoredDocument, ...]
    pending: tuple[PendingDocument, ...]
    spared: tuple[WithheldDocument, ...]
    conflicts: tuple[ConflictDocument, ...]
    withheld: tuple[WithheldDocument, ...]
    rewritten: tuple[RewrittenDocument, ...]
    unproven: dict[str, int]
    unreadable: tuple[str, ...]
    unlisted: Count
    untouchable: Count
    gone: tuple[PastDocument, ...]
    unsure: tuple[PastDocument, ...]
    history: tuple[PointDocument, ...]
    quarantine: QuarantineDocument | None


class LapseDocument(Document):
    """An ignore, or an exception of a policy, that ends soon."""

    name: str
    until: date
    reason: str
    at: str


class IgnoresDocument(Document):
    """Entries of `ignores` that somebody should look at."""

    expired: tuple[IgnoreDocument, ...]
    ending: tuple[LapseDocument, ...]
    unused: tuple[IgnoreDocument, ...]


class DriftDocument(Document):
    """The drift of all targets."""

    format: Literal["reconciler.drift/1"]
    created: datetime
    tool: str
    desired: DesiredDocument
    summary: DriftCounts
    targets: tuple[TargetDriftDocument, ...]
    failures: tuple[FailureDocument, ...]
    notes: tuple[str, ...]
    ignores: IgnoresDocument
