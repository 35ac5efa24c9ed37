"""The ledger's tables. Rows are keyed by target and base URL: another URL is another app."""

import re
from typing import Final, TypeVar

from sqlalchemy import (
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
)

METADATA: Final = MetaData()

_T = TypeVar("_T")

_MARK: Final = "\N{REPLACEMENT CHARACTER}"
_UNSTORABLE: Final = re.compile(f"[\x00\ud800-\udfff{_MARK}]")
_STORED: Final = re.compile(f"{_MARK}([0-9a-f]{{4}})")


def as_stored(value: _T) -> _T | str:
    """Return *value* as both databases can store it: of words, what they cannot is marked."""
    if not isinstance(value, str):
        return value
    return _UNSTORABLE.sub(lambda found: f"{_MARK}{ord(found[0]):04x}", value)


class Words(TypeDecorator[str]):
    """Any text that a server may send, and back again.

    PostgreSQL stores no NUL, and neither database a lone surrogate, which JSON can hold.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Write what cannot be stored as a mark and its number."""
        del dialect
        return value and as_stored(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Undo it."""
        del dialect
        return value and _STORED.sub(lambda found: chr(int(found[1], 16)), value)


RUNS: Final = Table(
    "runs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("plan", Words, nullable=False),
    Column("started", Words, nullable=False),
    Column("finished", Words),
    Column("digest", Words),
    Column("commit", Words),
    Column("tool", Words),
    Column("trigger", Words),
    Column("code", Integer),
    Column("resumes", Integer),
    Column("failures", Words),
)

OPERATIONS: Final = Table(
    "operations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, nullable=False),
    Column("target", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("change", Words, nullable=False),
    Column("operation", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("action", Words),
    Column("display", Words, nullable=False),
    Column("live_id", Words),
    Column("why", Words, nullable=False),
    Column("at", Words),
    Column("held_by", Words, nullable=False),
    Column("values", Words, nullable=False),
    Column("sent", Words),
    Column("answered", Words),
    Column("status", Words),
    Column("code", Words),
    Column("detail", Words),
    Column("requests", Integer),
    Index("ix_operations_run", "run", "change"),
    Index("ix_operations_place", "target", "url", "run"),
)
"""One row an operation, from before the run's first write. *sent* is set before it is sent, and
*answered* after: sent and not answered is a write whose end nobody saw."""

APPLIED: Final = Table(
    "applied",
    METADATA,
    Column("target", Words, primary_key=True),
    Column("url", Words, primary_key=True),
    Column("run", Integer, nullable=False),
    Column("digest", Words, nullable=False),
    Column("commit", Words),
    Column("at", Words, nullable=False),
)
"""The desired state that each target last took whole."""

LOCKS: Final = Table(
    "locks",
    METADATA,
    Column("target", Words, primary_key=True),
    Column("url", Words, primary_key=True),
    Column("holder", Words, nullable=False),
    Column("since", Words, nullable=False),
)
"""Who last held a target, for people: the lock itself is elsewhere (`lock.py`)."""

QUARANTINES: Final = Table(
    "quarantines",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("target", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("run", Integer, nullable=False),
    Column("reason", Words, nullable=False),
    Column("error", Words, nullable=False),
    Column("current_began", Words, nullable=False),
    Column("next_attempt", Words, nullable=False),
    Column("series_began", Words, nullable=False),
    Column("series_count", Integer, nullable=False),
    Column("ended", Words),
    Index("ix_quarantines_place", "target", "url"),
)
"""One row a series; the one that has no *ended* is where the target is now."""

NOTICES: Final = Table(
    "notices",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("target", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("event", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("marks", Words, nullable=False),
    Column("since", Words, nullable=False),
    Column("ended", Words),
    Index("ix_notices_place", "target", "url", "channel"),
)
"""One row a cause that somebody was told of; one that has no *ended* lasts."""

DELIVERIES: Final = Table(
    "deliveries",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, nullable=False, index=True),
    Column("target", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("is_sent", Boolean, nullable=False),
    Column("remark", Words, nullable=False),
)
"""What became of each notice of a run."""

SPENDING: Final = Table(
    "spending",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("host", Words, nullable=False),
    Column("minute", Words, nullable=False),
    Column("method", Words, nullable=False),
    Column("endpoint", Words, nullable=False),
    Column("requests", Integer, nullable=False),
    Index("ix_spending_host", "host", "minute"),
)
"""Requests to hosts that have a budget by the hour or day; for two days."""

LINKS: Final = Table(
    "links",
    METADATA,
    Column("target", Words, primary_key=True),
    Column("url", Words, primary_key=True),
    Column("kind", Words, primary_key=True),
    Column("key", Words, primary_key=True),
    Column("live_id", Words, nullable=False),
    Column("external_id", Words),
    Column("match_value", Words),
    Column("settled", Boolean, nullable=False),
    UniqueConstraint("target", "url", "kind", "live_id"),
)

REWRITES: Final = Table(
    "rewrites",
    METADATA,
    Column("target", Words, primary_key=True),
    Column("url", Words, primary_key=True),
    Column("kind", Words, primary_key=True),
    Column("live_id", Words, primary_key=True),
    Column("path", Words, primary_key=True),
    Column("sent", Words, nullable=False),
    Column("kept", Words, nullable=False),
)

SIGHTINGS: Final = Table(
    "sightings",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("target", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("class", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("part", Words, nullable=False),
    Column("display", Words, nullable=False),
    Column("first_seen", Words, nullable=False),
    Column("began", Words, nullable=False),
    Column("last_seen", Words, nullable=False),
    Column("gone_since", Words),
    Column("times", Integer, nullable=False),
    Column("episodes", Integer, nullable=False),
    Index("ix_sightings_place", "target", "url"),
)
"""Drift that was seen, one row a difference; *id* is a digest of place, class, object and part."""

DRIFT_RUNS: Final = Table(
    "drift_runs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("target", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("taken", Words, nullable=False),
    Column("counts", Words, nullable=False),
    Column("ignored", Integer, nullable=False),
    Column("pending", Integer, nullable=False),
    Column("complete", Boolean, nullable=False),
    Index("ix_drift_runs_place", "target", "url", "taken"),
)
"""How much drift each run of `drift` saw at each target, *counts* by class as JSON."""
