"""Read and write the ledger. SQLite by default, any SQLAlchemy URL otherwise."""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import (
    URL,
    Connection,
    CursorResult,
    Engine,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from reconciler.errors import LedgerError
from reconciler.ledger.tables import LINKS, METADATA, OPERATIONS, REWRITES, RUNS, SCHEMA, VERSION
from reconciler.model.outcome import Outcome
from reconciler.model.resource import Link, Memory, Rewrite
from reconciler.model.values import Kind


def open_ledger(url: str) -> "Ledger":
    """Open the ledger at *url*, making what is missing; raise `LedgerError` where that fails."""
    parsed = _parse(url)
    file = parsed.database if parsed.get_backend_name() == "sqlite" else None
    try:
        if file:
            _make_private(Path(file))
        engine = create_engine(parsed, poolclass=StaticPool, connect_args=_arguments(parsed))
        if file:
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        ledger = Ledger(engine)
        ledger.prepare()
    except ModuleNotFoundError as error:
        raise LedgerError(
            f"the ledger's database driver '{error.name}' is not installed",
            hint=f"Install it beside reconciler: pip install {error.name}",
        ) from error
    except (OSError, SQLAlchemyError) as error:
        raise _unusable(error, file or "the database") from error
    return ledger


class Ledger:
    """One open ledger. Its one connection is shared by threads under a lock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def prepare(self) -> None:
        """Create the tables, or refuse a ledger that a newer version wrote."""
        with self._transaction() as connection:
            SCHEMA.create(connection, checkfirst=True)
            version = connection.scalar(select(func.max(SCHEMA.c.version)))
            if version is not None and version > VERSION:
                raise LedgerError(
                    f"the ledger has schema {version}, and this version knows {VERSION}",
                    hint="Use the newer reconciler that wrote it.",
                )
            METADATA.create_all(connection)
            if version is None:
                connection.execute(insert(SCHEMA).values(version=VERSION))

    def memory(self, target: str, url: str) -> Memory:
        """Return what is known of *target* at *url*."""
        place = {"target": target, "url": _base(url)}
        runs = (
            select(func.count(func.distinct(RUNS.c.id)))
            .join(OPERATIONS, OPERATIONS.c.run == RUNS.c.id)
            .where(RUNS.c.finished.is_not(None), *_at(OPERATIONS, place))
        )
        with self._transaction() as connection:
            links = connection.execute(select(LINKS).where(*_at(LINKS, place))).mappings()
            rewrites = connection.execute(select(REWRITES).where(*_at(REWRITES, place))).mappings()
            return Memory(
                links=tuple(Link(**_fields(row)) for row in links),
                rewrites=tuple(Rewrite(**_fields(row)) for row in rewrites),
                runs=connection.scalar(runs) or 0,
            )

    def start_run(self, plan: str, now: datetime) -> int:
        """Note that the plan with this fingerprint is about to be carried out."""
        with self._transaction() as connection:
            row = insert(RUNS).values(plan=plan, started=now.isoformat())
            return _number(connection.execute(row))

    def finish_run(self, run: int, now: datetime) -> None:
        """Note that *run* came to its end, whatever that was."""
        with self._transaction() as connection:
            row = update(RUNS).where(RUNS.c.id == run).values(finished=now.isoformat())
            connection.execute(row)

    def before_write(self, run: int, place: tuple[str, str], change: str, now: datetime) -> int:
        """Note a write before it is sent to *place* (target and URL); return its number."""
        target, url = place
        row = insert(OPERATIONS).values(
            run=run, target=target, url=_base(url), change=change, sent=now.isoformat()
        )
        with self._transaction() as connection:
            return _number(connection.execute(row))

    def after_write(self, operation: int, outcome: Outcome, now: datetime) -> None:
        """Note how the write that `before_write` numbered ended."""
        row = (
            update(OPERATIONS)
            .where(OPERATIONS.c.id == operation)
            .values(
                answered=now.isoformat(),
                status=outcome.status.value,
                detail=outcome.detail,
                requests=outcome.requests,
            )
        )
        with self._transaction() as connection:
            connection.execute(row)

    def record_link(self, target: str, url: str, link: Link) -> None:
        """Note whose a live object is; a key has one live object, and that belongs to one key."""
        place = {"target": target, "url": _base(url), "kind": link.kind.value}
        with self._transaction() as connection:
            mine = (LINKS.c.key == link.key) | (LINKS.c.live_id == link.live_id)
            connection.execute(delete(LINKS).where(*_at(LINKS, place), mine))
            connection.execute(
                insert(LINKS).values(
                    **place,
                    key=link.key,
                    live_id=link.live_id,
                    external_id=link.external_id,
                    match_value=link.match_value,
                    settled=link.settled,
                )
            )

    def forget_link(self, target: str, url: str, kind: Kind, key: str) -> None:
        """Note that the live object is gone."""
        place = {"target": target, "url": _base(url), "kind": kind.value, "key": key}
        with self._transaction() as connection:
            connection.execute(delete(LINKS).where(*_at(LINKS, place)))

    def record_rewrites(
        self, target: str, url: str, live_id: str, rewrites: Sequence[Rewrite]
    ) -> None:
        """Note what the server made of the values that were just written to *live_id*."""
        place = {"target": target, "url": _base(url), "live_id": live_id}
        with self._transaction() as connection:
            for item in rewrites:
                row = {**place, "kind": item.kind.value, "path": item.path}
                connection.execute(delete(REWRITES).where(*_at(REWRITES, row)))
                connection.execute(insert(REWRITES).values(**row, sent=item.sent, kept=item.kept))

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._lock, self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise _unusable(error, str(self._engine.url.database)) from error


def _number(result: CursorResult[Any]) -> int:
    """Return the number of the row that was just inserted."""
    key = result.inserted_primary_key
    return int(key[0]) if key else 0


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        # The text may hold a password: neither it nor the cause is shown.
        raise LedgerError(
            "the ledger's address is no database URL",
            hint="Write it as sqlite:///path/to/ledger.db or postgresql+psycopg://host/name.",
        ) from None


def _arguments(url: URL) -> dict[str, Any]:
    # One connection for all threads: a lock of ours serialises them.
    is_sqlite = url.get_backend_name() == "sqlite"
    return {"check_same_thread": False, "timeout": 30} if is_sqlite else {}


def _set_up_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = (
        None  # Transactions begin where _begin_sqlite says, and only there.
    )
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock first, so that two processes wait for each other and never clash."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _make_private(file: Path) -> None:
    """Make the folder and the file, readable by their owner only: they name people."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def _base(url: str) -> str:
    return url.rstrip("/")


def _at(table: Table, values: dict[str, str]) -> list[Any]:
    return [table.c[name] == value for name, value in values.items()]


def _fields(row: Any) -> dict[str, Any]:
    fields = {name: value for name, value in row.items() if name not in ("target", "url")}
    return {**fields, "kind": Kind(fields["kind"])}


def _unusable(error: Exception, where: str) -> LedgerError:
    cause = getattr(error, "orig", None) or error
    return LedgerError(
        f"the ledger cannot be used ({where}): {cause}",
        hint="Check the path, the disk and the rights; a damaged file may be moved away: "
        "that loses history, and links are found again by externalId.",
    )
