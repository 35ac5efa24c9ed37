"""The ledger's tables. Rows are keyed by target and base URL: another URL is another app."""

from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, UniqueConstraint

METADATA = MetaData()

RUNS = Table(
    "runs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("plan", String, nullable=False),
    Column("started", String, nullable=False),
    Column("finished", String),
)

OPERATIONS = Table(
    "operations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, nullable=False, index=True),
    Column("target", String, nullable=False),
    Column("url", String, nullable=False),
    Column("change", String, nullable=False),
    Column("sent", String, nullable=False),
    Column("answered", String),
    Column("status", String),
    Column("detail", String),
    Column("requests", Integer),
)
"""One row a write. A row without an answer is a write whose end nobody saw."""

LINKS = Table(
    "links",
    METADATA,
    Column("target", String, primary_key=True),
    Column("url", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("live_id", String, nullable=False),
    Column("external_id", String),
    Column("match_value", String),
    Column("settled", Boolean, nullable=False),
    UniqueConstraint("target", "url", "kind", "live_id"),
)

REWRITES = Table(
    "rewrites",
    METADATA,
    Column("target", String, primary_key=True),
    Column("url", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("live_id", String, primary_key=True),
    Column("path", String, primary_key=True),
    Column("sent", String, nullable=False),
    Column("kept", String, nullable=False),
)
