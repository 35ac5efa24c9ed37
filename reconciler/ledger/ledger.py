"""Read and write the ledger: what is ours where, and what was sent."""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import CursorResult, Table, delete, func, insert, select, update

from reconciler.ledger.database import Database, open_database
from reconciler.ledger.migrations import migrate
from reconciler.ledger.tables import LINKS, OPERATIONS, REWRITES, RUNS
from reconciler.model.outcome import Outcome
from reconciler.model.resource import Link, Memory, Rewrite
from reconciler.model.values import Kind


def open_ledger(url: str) -> "Ledger":
    """Open the ledger at *url*, brought up to date; raise `LedgerError` where that fails."""
    database = open_database(url)
    try:
        with database.transaction() as connection:
            migrate(connection)
    except BaseException:
        database.close()
        raise
    return Ledger(database)


class Ledger:
    """One open ledger; threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
        self._database.close()

    def memory(self, target: str, url: str) -> Memory:
        """Return what is known of *target* at *url*."""
        place = {"target": target, "url": _base(url)}
        runs = (
            select(func.count(func.distinct(RUNS.c.id)))
            .join(OPERATIONS, OPERATIONS.c.run == RUNS.c.id)
            .where(RUNS.c.finished.is_not(None), *_at(OPERATIONS, place))
        )
        with self._database.transaction() as connection:
            links = connection.execute(select(LINKS).where(*_at(LINKS, place))).mappings()
            rewrites = connection.execute(select(REWRITES).where(*_at(REWRITES, place))).mappings()
            return Memory(
                links=tuple(Link(**_fields(row)) for row in links),
                rewrites=tuple(Rewrite(**_fields(row)) for row in rewrites),
                runs=connection.scalar(runs) or 0,
            )

    def start_run(self, plan: str, now: datetime) -> int:
        """Note that the plan with this fingerprint is about to be carried out."""
        with self._database.transaction() as connection:
            row = insert(RUNS).values(plan=plan, started=now.isoformat())
            return _number(connection.execute(row))

    def finish_run(self, run: int, now: datetime) -> None:
        """Note that *run* came to its end, whatever that was."""
        with self._database.transaction() as connection:
            row = update(RUNS).where(RUNS.c.id == run).values(finished=now.isoformat())
            connection.execute(row)

    def before_write(self, run: int, place: tuple[str, str], change: str, now: datetime) -> int:
        """Note a write before it is sent to *place* (target and URL); return its number."""
        target, url = place
        row = insert(OPERATIONS).values(
            run=run, target=target, url=_base(url), change=change, sent=now.isoformat()
        )
        with self._database.transaction() as connection:
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
        with self._database.transaction() as connection:
            connection.execute(row)

    def record_link(self, target: str, url: str, link: Link) -> None:
        """Note whose a live object is; a key has one live object, and that belongs to one key."""
        place = {"target": target, "url": _base(url), "kind": link.kind.value}
        with self._database.transaction() as connection:
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
        with self._database.transaction() as connection:
            connection.execute(delete(LINKS).where(*_at(LINKS, place)))

    def record_rewrites(
        self, target: str, url: str, live_id: str, rewrites: Sequence[Rewrite]
    ) -> None:
        """Note what the server made of the values that were just written to *live_id*."""
        place = {"target": target, "url": _base(url), "live_id": live_id}
        with self._database.transaction() as connection:
            for item in rewrites:
                row = {**place, "kind": item.kind.value, "path": item.path}
                connection.execute(delete(REWRITES).where(*_at(REWRITES, row)))
                connection.execute(insert(REWRITES).values(**row, sent=item.sent, kept=item.kept))


def _number(result: CursorResult[Any]) -> int:
    """Return the number of the row that was just inserted."""
    key = result.inserted_primary_key
    return int(key[0]) if key else 0


def _base(url: str) -> str:
    return url.rstrip("/")


def _at(table: Table, values: dict[str, str]) -> list[Any]:
    return [table.c[name] == value for name, value in values.items()]


def _fields(row: Any) -> dict[str, Any]:
    fields = {name: value for name, value in row.items() if name not in ("target", "url")}
    return {**fields, "kind": Kind(fields["kind"])}
