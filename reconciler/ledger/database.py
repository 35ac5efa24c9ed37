"""The database under the ledger: how it is opened, and how a transaction begins and fails."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from reconciler.errors import LedgerError


def open_database(url: str) -> "Database":
    """Open the database at *url*, making a file that is missing; raise `LedgerError` on failure."""
    parsed = _parse(url)
    file = parsed.database if parsed.get_backend_name() == "sqlite" else None
    try:
        if file:
            _make_private(Path(file))
        engine = create_engine(parsed, poolclass=StaticPool, connect_args=_arguments(parsed))
    except ModuleNotFoundError as error:
        raise LedgerError(
            f"the ledger's database driver '{error.name}' is not installed",
            hint=f"Install it beside reconciler: pip install {error.name}",
        ) from error
    except (OSError, SQLAlchemyError) as error:
        raise _unusable(error, file or "the database") from error
    if file:
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return Database(engine)


class Database:
    """One open database. Its one connection is shared by threads under a lock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection whose statements take effect together, or not at all."""
        try:
            with self._lock, self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise _unusable(error, str(self._engine.url.database)) from error


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


def _unusable(error: Exception, where: str) -> LedgerError:
    cause = getattr(error, "orig", None) or error
    return LedgerError(
        f"the ledger cannot be used ({where}): {cause}",
        hint="Check the path, the disk and the rights; a damaged file may be moved away: "
        "that loses history, and links are found again by externalId.",
    )
