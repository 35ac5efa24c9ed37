"""One apply a target: a lock that dies with the process that holds it.

Beside SQLite it is a lock of the operating system on a file, in PostgreSQL an advisory lock of the
session. Who holds it stands in a table, for people; what stands there locks nothing.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, func, insert, select

from reconciler.errors import LedgerError, LockedError
from reconciler.ledger.database import Database
from reconciler.ledger.place import Place, at
from reconciler.ledger.tables import LOCKS

if sys.platform != "win32":
    import fcntl


@contextmanager
def holding(database: Database, place: Place, holder: str, now: datetime) -> Iterator[None]:
    """Hold the target at *place* while the block runs; raise `LockedError` where another does."""
    mark = hashlib.sha256(f"{place.row['target']}\0{place.row['url']}".encode()).digest()
    take = _file_lock if database.dialect == "sqlite" else _session_lock
    with take(database, mark) as is_ours:
        if not is_ours:
            raise _locked(database, place)
        _note_holder(database, place, holder, now)
        yield


@contextmanager
def _file_lock(database: Database, mark: bytes) -> Iterator[bool]:
    """Try for the lock of a file that stays: whoever removed it would let two in."""
    if database.file is None:
        yield True  # In memory: no other process can see this ledger.
        return
    if sys.platform == "win32":
        raise LedgerError(
            "a ledger in SQLite cannot lock its targets on Windows",
            hint="Use PostgreSQL (--ledger), or run it under WSL.",
        )
    try:
        folder = Path(database.file).parent / "locks"
        folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(folder / f"{mark.hex()[:16]}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise LedgerError(
            f"the lock beside the ledger cannot be made: {error}", hint="Check the rights there."
        ) from error
    try:
        yield _try_lock(handle)
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _session_lock(database: Database, mark: bytes) -> Iterator[bool]:
    """Try for a lock of the ledger's own session: whoever loses it can note and send nothing."""
    number = int.from_bytes(mark[:8], signed=True)
    with database.transaction() as connection:
        is_ours = bool(connection.scalar(select(func.pg_try_advisory_lock(number))))
    try:
        yield is_ours
    finally:
        if is_ours and not database.is_broken:
            with database.transaction() as connection:
                connection.scalar(select(func.pg_advisory_unlock(number)))


def _note_holder(database: Database, place: Place, holder: str, now: datetime) -> None:
    with database.transaction() as connection:
        connection.execute(delete(LOCKS).where(*at(LOCKS, place.row)))
        since = now.isoformat(timespec="seconds")
        connection.execute(insert(LOCKS).values(**place.row, holder=holder, since=since))


def _locked(database: Database, place: Place) -> LockedError:
    with database.transaction() as connection:
        row = connection.execute(select(LOCKS).where(*at(LOCKS, place.row))).mappings().first()
    holder = f": {row['holder']}, since {row['since']}" if row else ""
    return LockedError(
        f"another apply is at work on {place.target}{holder}",
        hint="Run it again when that one has ended. A lock ends with its process, so there is "
        "none to remove; plan is never blocked.",
    )
