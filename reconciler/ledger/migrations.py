"""The ledger's shape, step by step: an older one is brought up to date, a newer one refused.

A step is frozen once it was released: it says what the tables were like then, whatever `tables.py`
says now. A new ledger goes through all of them, so that there is one road and it is always tested.
"""

import re
from collections.abc import Callable
from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    func,
    insert,
    inspect,
    select,
    text,
)

from reconciler.errors import LedgerError

Step = Callable[[Connection], None]

_SCHEMA: Final = Table("schema", MetaData(), Column("version", Integer, primary_key=True))
_PART: Final = re.compile(r"/(add-members|remove-members|references)(?:/held)?$")
_ALONE: Final = 0x5EC0_4C11
"""The key of the advisory lock under which PostgreSQL lets one process at a time do this."""


def migrate(connection: Connection) -> None:
    """Bring the tables up to date within the transaction of *connection*.

    Raise `LedgerError`, with nothing changed, for a ledger that a newer version wrote.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ALONE})"))
    found = _version(connection)
    if found > len(STEPS):
        raise LedgerError(
            f"the ledger has schema {found}, and this version knows {len(STEPS)}",
            hint="Use the newer reconciler that wrote it, or another ledger: --ledger URL.",
        )
    for number, step in enumerate(STEPS[found:], start=found + 1):
        step(connection)
        connection.execute(insert(_SCHEMA).values(version=number))


def _version(connection: Connection) -> int:
    """Return how many steps were taken: 0 in an empty database."""
    if not inspect(connection).has_table(_SCHEMA.name):
        _SCHEMA.create(connection)
    return connection.scalar(select(func.max(_SCHEMA.c.version))) or 0


def _links_runs_and_writes(connection: Connection) -> None:
    tables = MetaData()
    place = ("target", "url", "kind")
    Table(
        "runs",
        tables,
        Column("id", Integer, primary_key=True),
        Column("plan", String, nullable=False),
        Column("started", String, nullable=False),
        Column("finished", String),
    )
    Table(
        "operations",
        tables,
        Column("id", Integer, primary_key=True),
        Column("run", Integer, nullable=False, index=True),
        *(Column(name, String, nullable=False) for name in ("target", "url", "change", "sent")),
        *(Column(name, String) for name in ("answered", "status", "detail")),
        Column("requests", Integer),
    )
    Table(
        "links",
        tables,
        *(Column(name, String, primary_key=True) for name in (*place, "key")),
        Column("live_id", String, nullable=False),
        *(Column(name, String) for name in ("external_id", "match_value")),
        Column("settled", Boolean, nullable=False),
        UniqueConstraint(*place, "live_id"),
    )
    Table(
        "rewrites",
        tables,
        *(Column(name, String, primary_key=True) for name in (*place, "live_id", "path")),
        *(Column(name, String, nullable=False) for name in ("sent", "kept")),
    )
    tables.create_all(connection, checkfirst=False)


def _whole_operations(connection: Connection) -> None:
    """Let runs say who and what, and operations stand there whole before they are sent."""
    for name in ("digest", "commit", "tool", "trigger"):
        connection.execute(text(f'ALTER TABLE runs ADD COLUMN "{name}" VARCHAR'))
    for name in ("code", "resumes"):
        connection.execute(text(f'ALTER TABLE runs ADD COLUMN "{name}" INTEGER'))
    connection.execute(text("DROP INDEX ix_operations_run"))
    connection.execute(text("ALTER TABLE operations RENAME TO operations_1"))
    tables = MetaData()
    operations = Table(
        "operations",
        tables,
        Column("id", Integer, primary_key=True),
        Column("run", Integer, nullable=False),
        *(Column(name, String, nullable=False) for name in ("target", "url", "change")),
        *(Column(name, String, nullable=False) for name in ("operation", "kind", "key")),
        *(Column(name, String, nullable=False) for name in ("display", "why", "held_by", "values")),
        *(Column(name, String) for name in ("action", "live_id", "at", "sent", "answered")),
        *(Column(name, String) for name in ("status", "code", "detail")),
        Column("requests", Integer),
        Index("ix_operations_run", "run", "change"),
        Index("ix_operations_place", "target", "url", "run"),
    )
    Table(
        "applied",
        tables,
        *(Column(name, String, primary_key=True) for name in ("target", "url")),
        Column("run", Integer, nullable=False),
        *(Column(name, String, nullable=False) for name in ("digest", "at")),
        Column("commit", String),
    )
    tables.create_all(connection, checkfirst=False)
    found = connection.execute(text("SELECT * FROM operations_1 ORDER BY id")).mappings()
    rows = [{**row, **_parts(row["target"], row["change"])} for row in found]
    for row in rows:
        del row["id"]  # Given anew, in the same order: a sequence of PostgreSQL counts from 1.
    if rows:
        connection.execute(insert(operations), rows)
    connection.execute(text("DROP TABLE operations_1"))


def _parts(target: str, change: str) -> dict[str, str | None]:
    """Read an id of the first shape: `app/user/ada`, `app/group/crew/add-members/part`."""
    kind, _, rest = change.removeprefix(f"{target}/").partition("/")
    key, action = _PART.sub("", rest), _PART.search(rest)
    return {
        "operation": change,
        "kind": kind,
        "key": key,
        "display": key,
        "action": action[1].replace("references", "update") if action else None,
        "why": "",
        "held_by": "",
        "values": '{"attributes": [], "members": {"add": [], "remove": []}}',
    }


def _holders_and_failures(connection: Connection) -> None:
    """Name who holds a target, and what kept a run from one."""
    connection.execute(text("ALTER TABLE runs ADD COLUMN failures VARCHAR"))
    tables = MetaData()
    Table(
        "locks",
        tables,
        *(Column(name, String, primary_key=True) for name in ("target", "url")),
        *(Column(name, String, nullable=False) for name in ("holder", "since")),
    )
    tables.create_all(connection, checkfirst=False)


def _quarantines(connection: Connection) -> None:
    tables = MetaData()
    Table(
        "quarantines",
        tables,
        Column("id", Integer, primary_key=True),
        *(Column(name, String, nullable=False) for name in ("target", "url", "reason", "error")),
        *(Column(name, Integer, nullable=False) for name in ("run", "series_count")),
        *(Column(f"{name}_began", String, nullable=False) for name in ("current", "series")),
        Column("next_attempt", String, nullable=False),
        Column("ended", String),
        Index("ix_quarantines_place", "target", "url"),
    )
    tables.create_all(connection, checkfirst=False)


def _spending(connection: Connection) -> None:
    tables = MetaData()
    Table(
        "spending",
        tables,
        Column("id", Integer, primary_key=True),
        *(Column(name, String, nullable=False) for name in ("host", "minute")),
        *(Column(name, String, nullable=False) for name in ("method", "endpoint")),
        Column("requests", Integer, nullable=False),
        Index("ix_spending_host", "host", "minute"),
    )
    tables.create_all(connection, checkfirst=False)


def _sightings(connection: Connection) -> None:
    """Remember when drift was seen, and how much of it there was."""
    tables = MetaData()
    place = ("target", "url")
    Table(
        "sightings",
        tables,
        Column("id", String, primary_key=True),
        *(Column(name, String, nullable=False) for name in (*place, "class", "kind", "name")),
        *(Column(name, String, nullable=False) for name in ("part", "display", "first_seen")),
        *(Column(name, String, nullable=False) for name in ("began", "last_seen")),
        Column("gone_since", String),
        *(Column(name, Integer, nullable=False) for name in ("times", "episodes")),
        Index("ix_sightings_place", *place),
    )
    Table(
        "drift_runs",
        tables,
        Column("id", Integer, primary_key=True),
        *(Column(name, String, nullable=False) for name in (*place, "taken", "counts")),
        *(Column(name, Integer, nullable=False) for name in ("ignored", "pending")),
        Column("complete", Boolean, nullable=False),
        Index("ix_drift_runs_place", *place, "taken"),
    )
    tables.create_all(connection, checkfirst=False)


def _notices(connection: Connection) -> None:
    tables = MetaData()
    Table(
        "notices",
        tables,
        Column("id", Integer, primary_key=True),
        *(Column(name, String, nullable=False) for name in ("target", "url", "channel")),
        *(Column(name, String, nullable=False) for name in ("event", "subject", "title", "marks")),
        Column("since", String, nullable=False),
        Column("ended", String),
        Index("ix_notices_place", "target", "url", "channel"),
    )
    Table(
        "deliveries",
        tables,
        Column("id", Integer, primary_key=True),
        Column("run", Integer, nullable=False, index=True),
        *(Column(name, String, nullable=False) for name in ("target", "channel", "remark")),
        Column("is_sent", Boolean, nullable=False),
    )
    tables.create_all(connection, checkfirst=False)


STEPS: Final[tuple[Step, ...]] = (
    _links_runs_and_writes,
    _whole_operations,
    _holders_and_failures,
    _quarantines,
    _spending,
    _sightings,
    _notices,
)
"""In order; the version of a ledger is the number of steps that it went through."""
