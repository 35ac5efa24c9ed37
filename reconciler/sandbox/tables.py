"""The sandbox's tables: resources as JSON, and the values by which they are found."""

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, UniqueConstraint

METADATA = MetaData()

RESOURCES = Table(
    "resources",
    METADATA,
    Column("target", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", String, nullable=False),
    UniqueConstraint("target", "id"),
)

LOOKUP_VALUES = Table(
    "lookup_values",
    METADATA,
    Column("target", String, primary_key=True),
    Column("attribute", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("value", String, nullable=False),
    Column("taken", String),
    UniqueConstraint("target", "attribute", "taken"),
)
"""*taken* repeats the value of a unique attribute, so that the database refuses a second one."""

Index("by_value", LOOKUP_VALUES.c.target, LOOKUP_VALUES.c.attribute, LOOKUP_VALUES.c.value)

COUNTERS = Table(
    "counters",
    METADATA,
    Column("target", String, primary_key=True),
    Column("version", Integer, nullable=False),
)
"""The last version given out: ETags go on after a restart."""

MEMBERSHIPS = Table(
    "memberships",
    METADATA,
    Column("target", String, primary_key=True),
    Column("group", String, primary_key=True),
    Column("member", String, primary_key=True),
)
"""Who is in which group: `groups.value eq` and a deleted member cost one look-up each."""

Index("by_member", MEMBERSHIPS.c.target, MEMBERSHIPS.c.member)
