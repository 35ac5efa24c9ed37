"""The plan file as it is written and read: format `reconciler.plan/1` (design §8).

Fields may be added, never changed: readers must ignore what they do not know.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from reconciler.model.origin import Origin
from reconciler.model.plan import Action
from reconciler.model.problem import Severity
from reconciler.model.revision import Planned
from reconciler.model.values import Kind
from reconciler.render.planfile.access_documents import (
    AccessDocument,
    EndingDocument,
    ReviewerDocument,
)
from reconciler.render.planfile.base_documents import BaseDocument, OwnDocument, SettingDocument

FORMAT = "reconciler.plan/1"


class Document(BaseModel):
    """A part of the file; additions by later versions are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


Count = Annotated[int, Field(ge=0)]


class Counts(Document):
    """How much of everything; `add_members` and `remove_members` count members."""

    create: Count
    adopt: Count
    update: Count
    enable: Count
    disable: Count
    delete: Count
    add_members: Count
    remove_members: Count
    unchanged: Count
    unmanaged: Count
    held: Count
    conflicts: Count
    idle: Count = 0


class Summary(Counts):
    """The counts of all targets, and the problems of the desired state."""

    problems: Count


class Attribute(Document):
    """One attribute; a sensitive value stands as `{"sensitive": true}` on both sides.

    Where plan files are signed, each side holds `hmac` too: a code that takes the key to make.
    """

    path: str
    before: Any
    after: Any
    sensitive: bool = False
    at: str | None = None
    origin: Origin = "unknown"


class Members(Document):
    """Members by key, or `id:…` for somebody who is not in the directory."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    origins: dict[str, Origin] = {}


class ChangeDocument(Document):
    """One operation; *operation* is its id without the part that tells held members apart."""

    id: str
    operation: str
    action: Action
    kind: Kind
    key: str
    live_id: str | None
    display: str
    attributes: tuple[Attribute, ...]
    members: Members
    why: str
    at: str | None
    origin: Origin
    held_by: tuple[str, ...]


class ViolationDocument(Document):
    """A guard that holds changes back, and what to pass to let them go; null where it holds none.

    *guard* is a word of docs/safety.md, or `policy:` and the id of a policy.
    """

    guard: str
    message: str
    numbers: dict[str, int]
    setting: str
    accept: str | None
    holds: tuple[str, ...] = ()
    severity: Severity = "error"
    at: str | None = None


class ConflictDocument(Document):
    """It is unclear who is who."""

    kind: Kind
    key: str
    message: str
    hint: str
    at: str | None
    live_ids: tuple[str, ...]


class UnmanagedDocument(Document):
    """A live object that is left alone."""

    kind: Kind
    live_id: str
    display: str
    why: str


class WithheldDocument(Document):
    """Something that would be right but is not done."""

    object: str
    what: str
    why: str
    at: str | None


class RewrittenDocument(Document):
    """A value that the server changed or dropped when it was last written."""

    kind: Kind
    live_id: str
    path: str
    sent: str
    kept: str


class IdleDocument(Document):
    """Somebody whom this change gives something, and *why* nothing comes of it.

    *at* is the line that gives it; *by* the one that keeps it back, where that is another.
    """

    kind: Kind
    key: str
    given: str
    why: str
    at: str | None
    by: str | None = None


class LiveDocument(Document):
    """What was read; the numbers count every live object of the snapshot.

    *unread* says why nothing was; what the base asks for was taken to be live then.
    """

    taken: datetime
    users: Count
    groups: Count
    complete: bool
    evidence: tuple[str, ...]
    unread: str | None = None


class QuarantineDocument(Document):
    """Why applies leave a target alone, and until when."""

    reason: str
    error: str
    current_began: datetime
    next_attempt: datetime
    series_began: datetime
    series_count: Count
    disabled: bool


class SpanDocument(Document):
    """From the least, where the server shows what it wrote, to the most, where it does not."""

    least: float
    most: float


class RequestsDocument(SpanDocument):
    """How many requests an apply sends where nothing goes wrong."""

    methods: dict[str, SpanDocument]


class BudgetDocument(Document):
    """A budget by the hour or day; *left* is null where no ledger knows."""

    requests: Count
    seconds: float
    methods: tuple[str, ...]
    path: str
    left: Count | None


class ExpectedDocument(Document):
    """What an apply is expected to cost; the time counts answers of `answer_seconds` each.

    Where several *writes_in_one* bulk request may go, all numbers are the most.
    """

    requests: RequestsDocument
    seconds: SpanDocument
    answer_seconds: float | None
    waits_for_rate: bool
    sampled: bool
    writes_in_one: Count = 1
    budgets: tuple[BudgetDocument, ...] = ()
    left_seconds: float | None
    in_time: bool | None


class TargetDocument(Document):
    """Everything about one target; changes stand in the order in which they happen."""

    target: str
    url: str
    profile: str
    live: LiveDocument
    counts: Counts
    changes: tuple[ChangeDocument, ...]
    violations: tuple[ViolationDocument, ...]
    conflicts: tuple[ConflictDocument, ...]
    unmanaged: tuple[UnmanagedDocument, ...]
    withheld: tuple[WithheldDocument, ...] = ()
    rewritten: tuple[RewrittenDocument, ...] = ()
    notes: tuple[str, ...] = ()
    quarantine: QuarantineDocument | None = None
    expected: ExpectedDocument | None = None
    access: AccessDocument | None = None
    idle: tuple[IdleDocument, ...] = ()


class DesiredDocument(Document):
    """Which desired state was compiled, and what of it: see *planned*."""

    commit: str | None
    digest: str
    planned: Planned = "files"


class FailureDocument(Document):
    """A target that could not be planned."""

    target: str
    reason: str


class SignatureDocument(Document):
    """Who vouches for the file: an HMAC over all of it but *value*, as JSON with sorted keys."""

    algorithm: Literal["hmac-sha256"]
    key_id: str
    value: str


class PlanDocument(Document):
    """A plan of all targets; *moment* is what `Now()` gave and windows were judged by."""

    format: Literal["reconciler.plan/1"]
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    created: datetime
    tool: str
    desired: DesiredDocument
    base: BaseDocument | None = None
    this_change: OwnDocument | None = None
    settings: tuple[SettingDocument, ...] = ()
    summary: Summary
    targets: tuple[TargetDocument, ...]
    failures: tuple[FailureDocument, ...] = ()
    ending: tuple[EndingDocument, ...] = ()
    reviewers: tuple[ReviewerDocument, ...] = ()
    moment: datetime | None = None
    signature: SignatureDocument | None = None
