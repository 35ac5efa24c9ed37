"""The ledger's shape, step by step: an older one is brought up to date, a newer one refused.

A step is frozen once it was released: it says what the tables were like then, whatever `tables.py`
says now. So it is SQL that nothing compiles, which also makes a new ledger ten times sooner. A new
ledger goes through all of them, so that there is one road and it is always tested.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Final

from sqlalchemy import Connection, column, insert, inspect, table, text

from reconciler.errors import LedgerError

Step = Callable[[Connection], None]

_NUMBER: Final = {"sqlite": "INTEGER NOT NULL", "postgresql": "SERIAL NOT NULL"}
"""A column `id` that counts by itself."""
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
        connection.execute(text("INSERT INTO schema VALUES (:version)"), {"version": number})


def _version(connection: Connection) -> int:
    """Return how many steps were taken: 0 in an empty database."""
    if not inspect(connection).has_table("schema"):
        connection.exec_driver_sql("CREATE TABLE schema (version INTEGER NOT NULL PRIMARY KEY)")
    return connection.exec_driver_sql("SELECT max(version) FROM schema").scalar() or 0


def _run(statements: str, connection: Connection) -> None:
    """Run SQL that both databases know; `{number}` is a column that counts by itself."""
    number = _NUMBER[connection.dialect.name]
    for statement in statements.format(number=number).split(";"):
        connection.exec_driver_sql(statement)


_LINKS_RUNS_AND_WRITES: Final = """
CREATE TABLE runs (
  id {number}, "plan" VARCHAR NOT NULL, started VARCHAR NOT NULL, finished VARCHAR,
  PRIMARY KEY (id)
);
CREATE TABLE operations (
  id {number}, run INTEGER NOT NULL, target VARCHAR NOT NULL, url VARCHAR NOT NULL,
  change VARCHAR NOT NULL, sent VARCHAR NOT NULL, answered VARCHAR, status VARCHAR,
  detail VARCHAR, requests INTEGER,
  PRIMARY KEY (id)
);
CREATE INDEX ix_operations_run ON operations (run);
CREATE TABLE links (
  target VARCHAR NOT NULL, url VARCHAR NOT NULL, kind VARCHAR NOT NULL, "key" VARCHAR NOT NULL,
  live_id VARCHAR NOT NULL, external_id VARCHAR, match_value VARCHAR, settled BOOLEAN NOT NULL,
  PRIMARY KEY (target, url, kind, "key"), UNIQUE (target, url, kind, live_id)
);
CREATE TABLE rewrites (
  target VARCHAR NOT NULL, url VARCHAR NOT NULL, kind VARCHAR NOT NULL, live_id VARCHAR NOT NULL,
  path VARCHAR NOT NULL, sent VARCHAR NOT NULL, kept VARCHAR NOT NULL,
  PRIMARY KEY (target, url, kind, live_id, path)
)"""

_WHOLE_OPERATIONS: Final = """
ALTER TABLE runs ADD COLUMN "digest" VARCHAR;
ALTER TABLE runs ADD COLUMN "commit" VARCHAR;
ALTER TABLE runs ADD COLUMN "tool" VARCHAR;
ALTER TABLE runs ADD COLUMN "trigger" VARCHAR;
ALTER TABLE runs ADD COLUMN "code" INTEGER;
ALTER TABLE runs ADD COLUMN "resumes" INTEGER;
DROP INDEX ix_operations_run;
ALTER TABLE operations RENAME TO operations_1;
CREATE TABLE operations (
  id {number}, run INTEGER NOT NULL, target VARCHAR NOT NULL, url VARCHAR NOT NULL,
  change VARCHAR NOT NULL, operation VARCHAR NOT NULL, kind VARCHAR NOT NULL,
  "key" VARCHAR NOT NULL, display VARCHAR NOT NULL, why VARCHAR NOT NULL,
  held_by VARCHAR NOT NULL, "values" VARCHAR NOT NULL, action VARCHAR, live_id VARCHAR,
  at VARCHAR, sent VARCHAR, answered VARCHAR, status VARCHAR, code VARCHAR, detail VARCHAR,
  requests INTEGER,
  PRIMARY KEY (id)
);
CREATE INDEX ix_operations_place ON operations (target, url, run);
CREATE INDEX ix_operations_run ON operations (run, change);
CREATE TABLE applied (
  target VARCHAR NOT NULL, url VARCHAR NOT NULL, run INTEGER NOT NULL, digest VARCHAR NOT NULL,
  at VARCHAR NOT NULL, "commit" VARCHAR,
  PRIMARY KEY (target, url)
)"""


def _whole_operations(connection: Connection) -> None:
    """Let runs say who and what, and operations stand there whole before they are sent."""
    _run(_WHOLE_OPERATIONS, connection)
    found = connection.execute(text("SELECT * FROM operations_1 ORDER BY id")).mappings()
    rows = [{**row, **_parts(row["target"], row["change"])} for row in found]
    for row in rows:
        del row["id"]  # Given anew, in the same order: a sequence of PostgreSQL counts from 1.
    if rows:
        operations = table("operations", *(column(name) for name in rows[0]))
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


_HOLDERS_AND_FAILURES: Final = """
ALTER TABLE runs ADD COLUMN failures VARCHAR;
CREATE TABLE locks (
  target VARCHAR NOT NULL, url VARCHAR NOT NULL, holder VARCHAR NOT NULL, since VARCHAR NOT NULL,
  PRIMARY KEY (target, url)
)"""

_QUARANTINES: Final = """
CREATE TABLE quarantines (
  id {number}, target VARCHAR NOT NULL, url VARCHAR NOT NULL, reason VARCHAR NOT NULL,
  error VARCHAR NOT NULL, run INTEGER NOT NULL, series_count INTEGER NOT NULL,
  current_began VARCHAR NOT NULL, series_began VARCHAR NOT NULL, next_attempt VARCHAR NOT NULL,
  ended VARCHAR,
  PRIMARY KEY (id)
);
CREATE INDEX ix_quarantines_place ON quarantines (target, url)"""

_SPENDING: Final = """
CREATE TABLE spending (
  id {number}, host VARCHAR NOT NULL, minute VARCHAR NOT NULL, method VARCHAR NOT NULL,
  endpoint VARCHAR NOT NULL, requests INTEGER NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_spending_host ON spending (host, minute)"""

_SIGHTINGS: Final = """
CREATE TABLE sightings (
  id VARCHAR NOT NULL, target VARCHAR NOT NULL, url VARCHAR NOT NULL, class VARCHAR NOT NULL,
  kind VARCHAR NOT NULL, name VARCHAR NOT NULL, part VARCHAR NOT NULL, display VARCHAR NOT NULL,
  first_seen VARCHAR NOT NULL, began VARCHAR NOT NULL, last_seen VARCHAR NOT NULL,
  gone_since VARCHAR, times INTEGER NOT NULL, episodes INTEGER NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_sightings_place ON sightings (target, url);
CREATE TABLE drift_runs (
  id {number}, target VARCHAR NOT NULL, url VARCHAR NOT NULL, taken VARCHAR NOT NULL,
  counts VARCHAR NOT NULL, ignored INTEGER NOT NULL, pending INTEGER NOT NULL,
  complete BOOLEAN NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_drift_runs_place ON drift_runs (target, url, taken)"""
"""When drift was seen, and how much of it there was."""

_NOTICES: Final = """
CREATE TABLE notices (
  id {number}, target VARCHAR NOT NULL, url VARCHAR NOT NULL, channel VARCHAR NOT NULL,
  event VARCHAR NOT NULL, subject VARCHAR NOT NULL, title VARCHAR NOT NULL,
  marks VARCHAR NOT NULL, since VARCHAR NOT NULL, ended VARCHAR,
  PRIMARY KEY (id)
);
CREATE INDEX ix_notices_place ON notices (target, url, channel);
CREATE TABLE deliveries (
  id {number}, run INTEGER NOT NULL, target VARCHAR NOT NULL, channel VARCHAR NOT NULL,
  remark VARCHAR NOT NULL, is_sent BOOLEAN NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_deliveries_run ON deliveries (run)"""

STEPS: Final[tuple[Step, ...]] = (
    partial(_run, _LINKS_RUNS_AND_WRITES),
    _whole_operations,
    partial(_run, _HOLDERS_AND_FAILURES),
    partial(_run, _QUARANTINES),
    partial(_run, _SPENDING),
    partial(_run, _SIGHTINGS),
    partial(_run, _NOTICES),
)
"""In order; the version of a ledger is the number of steps that it went through."""
