"""The database under the ledger: how it is opened, and how a transaction begins and fails."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from reconciler.errors import LedgerError

Work: TypeAlias = Callable[[Connection], object]
"""Statements that belong together."""

_ENCODED = "In a user name or password write %40 for @, %2F for /, %3A for :, %25 for %."
_FORMS = "Write it as sqlite:///path/to/ledger.db or postgresql://user@host/name."


def open_database(url: str) -> "Database":
    """Open the database at *url*, making a file that is missing; raise `LedgerError` on failure."""
    parsed = _parse(url)
    file = parsed.database if parsed.get_backend_name() == "sqlite" else None
    try:
        if file:
            _make_private(Path(file))
        engine = create_engine(parsed, poolclass=StaticPool, connect_args=_arguments(parsed))
    except ImportError as error:
        raise LedgerError(
            "a ledger in PostgreSQL needs its driver, psycopg, which is not installed",
            hint="Install it beside reconciler: pip install 'psycopg[binary]'",
        ) from error
    except (OSError, SQLAlchemyError) as error:
        raise _unusable(error, parsed) from error
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgres)
    return Database(engine)


@dataclass(slots=True, eq=False)
class _Write:
    """Work that waits for a transaction; whoever holds the turn does it, or finds it done."""

    work: Work
    durable: bool
    is_done: bool = False
    error: LedgerError | None = None


_BROKEN_OFF = "a write to the ledger was broken off by a bug in another one"


class Database:
    """One open database. Its one connection is shared by threads under a lock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._broken: LedgerError | None = None
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._waiting: deque[_Write] = deque()
        self._driver: Any = engine.dialect.loaded_dbapi

    def close(self) -> None:
        """Let go of the database."""
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()

    @property
    def dialect(self) -> str:
        """Return `sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @property
    def file(self) -> str | None:
        """Return the path of a SQLite file; None in memory and in PostgreSQL."""
        is_file = self.dialect == "sqlite" and self._engine.url.database != ":memory:"
        return (self._engine.url.database or None) if is_file else None

    @property
    def is_broken(self) -> bool:
        """Tell whether the connection is gone, and with it all that it held."""
        return self._broken is not None

    @property
    def waiting(self) -> int:
        """Return how many writes wait for their turn."""
        return len(self._waiting)

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Connection]:
        """Give a connection whose statements take effect together, or not at all.

        One that is not *durable* outlives the process, and a power cut only together with the
        next one that is.

        A connection that broke is never made anew: whatever it held, a lock too, is gone.
        """
        if self._broken is not None:
            raise self._broken
        try:
            with self._lock:
                connection = self._kept()
                connection.info["durable"] = durable
                with connection.begin(), self._losing(connection):
                    yield connection
        except (SQLAlchemyError, self._driver.Error) as error:
            unusable = _unusable(error, self._engine.url)
            if self._connection is not None and self._connection.invalidated:
                self._broken = unusable
            raise unusable from error

    @contextmanager
    def _losing(self, connection: Connection) -> Iterator[None]:
        """Let *connection* know where the driver itself finds that nobody is there any more."""
        try:
            yield
        except self._driver.Error as error:
            if connection.dialect.is_disconnect(
                error, connection.connection.driver_connection, None
            ):
                connection.invalidate(error)
            raise

    def _kept(self) -> Connection:
        """Return the connection: handing it back after each transaction costs as much as that."""
        self._connection = self._connection or self._engine.connect()
        return self._connection

    def write(self, work: Work, *, durable: bool = True) -> None:
        """Do *work* in a transaction, shared with all who come while another one is under way.

        A durable commit waits for the disk; threads that wait together wait once. They fail
        together too.
        """
        write = _Write(work, durable)
        self._waiting.append(write)
        with self._turn:
            if not write.is_done:
                self._write_batch()
        if write.error is not None:
            raise write.error

    def _write_batch(self) -> None:
        batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
        for write in batch:
            write.is_done, write.error = True, LedgerError(_BROKEN_OFF)  # Unless it ends well.
        error: LedgerError | None = None
        try:
            with self.transaction(durable=any(write.durable for write in batch)) as connection:
                for write in batch:
                    write.work(connection)
        except LedgerError as failure:
            error = failure
        for write in batch:
            write.error = error


def _parse(url: str) -> URL:
    # The text may hold a password: neither it nor the cause is shown.
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise LedgerError("the ledger's address is no database URL", hint=_FORMS) from None
    if "@" in f"{parsed.host}{parsed.database}" and parsed.get_backend_name() != "sqlite":
        raise LedgerError("the ledger's address has more than one @", hint=_ENCODED)
    if parsed.get_backend_name() in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        raise LedgerError("the ledger lives in SQLite or PostgreSQL only", hint=_FORMS)
    return parsed.set(drivername="sqlite")


def _arguments(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        # One connection for all threads: a lock of ours serialises them.
        return {"check_same_thread": False, "timeout": 30}
    return {
        "connect_timeout": 10,
        "application_name": "reconciler",
        # A machine that lost its power lets go of its locks within a minute, not after two hours.
        "options": "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 "
        "-c tcp_keepalives_count=3",
    }


def _set_up_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = (
        None  # Transactions begin where _begin_sqlite says, and only there.
    )
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock first, so that two processes wait for each other and never clash.

    A FULL commit takes to the disk whatever earlier ones left in memory (sqlite.org/pragma.html).
    """
    # By the driver: SQLAlchemy's way costs as much as the note itself, twice for each write.
    driver: Any = connection.connection.driver_connection
    level = "FULL" if _is_durable(connection) else "NORMAL"
    if connection.info.get("synchronous") != level:
        driver.execute(f"PRAGMA synchronous={level}").close()
        connection.info["synchronous"] = level
    driver.execute("BEGIN IMMEDIATE").close()


def _begin_postgres(connection: Connection) -> None:
    if not _is_durable(connection):
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


def _is_durable(connection: Connection) -> bool:
    return bool(connection.info.get("durable", True))


def _make_private(file: Path) -> None:
    """Make the folder and the file, readable by their owner only: they name people."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def _unusable(error: Exception, url: URL) -> LedgerError:
    cause = " ".join(str(getattr(error, "orig", None) or error).split())
    for secret in (url.password, *url.normalized_query.get("password", ())):
        cause = cause.replace(str(secret), "…") if secret else cause
    if url.get_backend_name() == "sqlite":
        return LedgerError(
            f"the ledger cannot be used ({url.database}): {cause}",
            hint="Check the path, the disk and the rights; a damaged file may be moved away: "
            "that loses history, and links are found again by externalId.",
        )
    where = f"{url.host or 'local socket'}/{url.database or ''}"
    return LedgerError(
        f"the ledger cannot be used ({where}): {cause}",
        hint="Check the URL of the ledger, and that its user may create tables there.",
    )
