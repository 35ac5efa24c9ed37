"""Read and write the ledger: what is ours where, and what was sent."""

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, bindparam, delete, insert, update

from reconciler.ledger.database import Database, open_database
from reconciler.ledger.links import NOTHING, Learned, note_learned, note_link, read_memory
from reconciler.ledger.lock import holding
from reconciler.ledger.losses import read_losses
from reconciler.ledger.migrations import migrate
from reconciler.ledger.notices import note_delivery, note_told, read_deliveries, read_told
from reconciler.ledger.operations import operation_as_row
from reconciler.ledger.place import Page, Place, at
from reconciler.ledger.prepared import Prepared
from reconciler.ledger.quarantines import (
    end_quarantine,
    note_quarantine,
    read_quarantine,
    read_quarantines,
)
from reconciler.ledger.reading import read_applied, read_operations, read_rest, read_runs, stamp
from reconciler.ledger.sightings import note_drift, read_history, read_sightings
from reconciler.ledger.spending import note_spent, read_spent
from reconciler.ledger.tables import APPLIED, OPERATIONS, RUNS
from reconciler.model.drift import SeenItem
from reconciler.model.drift_report import DriftPoint
from reconciler.model.history import Applied, Failures, PastOperation, PastRun, Question, RunStart
from reconciler.model.notice import Channel, Delivery, News, Told
from reconciler.model.outcome import Outcome, Status
from reconciler.model.plan import Change
from reconciler.model.quarantine import PastQuarantine, Quarantine
from reconciler.model.rate import Spent
from reconciler.model.resource import Link, Memory


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
        self.database = database

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
        self.database.close()

    def memory(self, target: str, url: str, now: datetime | None = None) -> Memory:
        """Return what is known of *target* at *url*, with the losses of the day before *now*."""
        with self.database.transaction() as connection:
            found = read_memory(connection, Place(target, url))
            if now is None:
                return found
            return replace(found, losses=read_losses(connection, Place(target, url), now))

    def holding(self, place: Place, holder: str, now: datetime) -> AbstractContextManager[None]:
        """Keep other applies from a target; raise `LockedError` where one is at work there."""
        return holding(self.database, place, holder, now)

    def runs(self, question: Question) -> tuple[PastRun, ...]:
        """Return earlier runs, the newest first; one that is asked for with its notices."""
        with self.database.transaction() as connection:
            found = read_runs(connection, question)
            if question.run is None:
                return found
            return tuple(
                replace(run, notices=read_deliveries(connection, run.number)) for run in found
            )

    def operations(self, question: Question) -> tuple[PastOperation, ...]:
        """Return what was done: of one run in order, else the newest first."""
        with self.database.transaction() as connection:
            return read_operations(connection, question)

    def rest_of_last_run(self, place: Place) -> tuple[PastOperation, ...]:
        """Return the operations that the last run at *place* left without an end."""
        with self.database.transaction() as connection:
            return read_rest(connection, place)

    def start_run(
        self, start: RunStart, now: datetime, changes: Mapping[Place, Sequence[Change]]
    ) -> int:
        """Note all that a run is about to do, before it sends anything; return its number."""
        row = insert(RUNS).values(
            plan=start.plan,
            started=stamp(now),
            digest=start.digest,
            commit=start.commit,
            tool=start.tool,
            trigger=start.trigger,
            resumes=start.resumes,
        )
        with self.database.transaction() as connection:
            run = int((connection.execute(row).inserted_primary_key or (0,))[0])
            rows = [
                operation_as_row(change, Page(run, place))
                for place, found in changes.items()
                for change in found
            ]
            if rows:
                connection.execute(insert(OPERATIONS), rows)
            return run

    def finish_run(
        self, run: int, now: datetime, *, code: int | None = None, failures: Failures = ()
    ) -> None:
        """Note that *run* came to its end, with this exit code, and which targets failed whole."""
        ended = {"finished": stamp(now), "code": code, "failures": json.dumps(failures)}
        row = update(RUNS).where(RUNS.c.id == run).values(ended)
        with self.database.transaction() as connection:
            connection.execute(row)

    def before_write(self, page: Page, changes: Sequence[str], now: datetime) -> None:
        """Note that the writes of the changes with these ids are sent now.

        Not of one that has ended: it was left out.
        """
        rows = [{**_operation(page, change), "sent": stamp(now)} for change in changes]
        self.database.write(lambda connection: _execute_all(_OPEN_OPERATION, connection, rows))

    def take_back(self, page: Page, changes: Sequence[str]) -> None:
        """Note that nothing was sent of these changes after all."""
        rows = [{**_operation(page, change), "sent": None} for change in changes]
        self.database.write(lambda connection: _execute_all(_OPEN_OPERATION, connection, rows))

    def after_write(
        self,
        page: Page,
        outcome: Outcome,
        now: datetime | None,
        learned: Learned = NOTHING,
        *,
        sent: datetime | None = None,
    ) -> None:
        """Note how an operation ended, and what was learned of the object, together.

        *now* is None where no answer came and the end was found out later. *sent* is when it really
        was sent, for it was noted ahead; what is left out was not. It need not be on the disk at
        once: where a power cut takes it away, the write is read back as one without answer.
        """
        made = {"live_id": learned.link.live_id} if learned.link else {}
        ended = {
            **_operation(page, outcome.id),
            **made,
            **_sending(outcome, sent),
            "answered": stamp(now) if now else None,
            "status": outcome.status.value,
            "code": outcome.code,
            "detail": outcome.detail,
            "requests": outcome.requests,
        }

        def note(connection: Connection) -> None:
            _OPERATION.execute(connection, ended)
            note_learned(connection, page.place, learned)

        self.database.write(note, durable=False)

    def note_applied(self, page: Page, start: RunStart, now: datetime) -> None:
        """Note that the target holds the whole desired state of *start* now."""
        row = {"run": page.run, "digest": start.digest, "commit": start.commit, "at": stamp(now)}
        with self.database.transaction() as connection:
            connection.execute(delete(APPLIED).where(*at(APPLIED, page.place.row)))
            connection.execute(insert(APPLIED).values(**page.place.row, **row))

    def applied(self, place: Place) -> Applied | None:
        """Return the desired state that the target at *place* last took whole."""
        with self.database.transaction() as connection:
            return read_applied(connection, place)

    def quarantine(self, place: Place) -> Quarantine | None:
        """Return the quarantine that the target at *place* is in."""
        with self.database.transaction() as connection:
            return read_quarantine(connection, place)

    def quarantines(self, question: Question) -> tuple[PastQuarantine, ...]:
        """Return earlier quarantines and those that last, the newest series first."""
        with self.database.transaction() as connection:
            return read_quarantines(connection, question)

    def note_quarantine(self, page: Page, found: Quarantine) -> None:
        """Note that a run put a target into quarantine, or left it there."""
        with self.database.transaction() as connection:
            note_quarantine(connection, page, found)

    def end_quarantine(self, place: Place, now: datetime) -> None:
        """Note that the quarantine of a target is over."""
        with self.database.transaction() as connection:
            end_quarantine(connection, place, now)

    def sightings(self, place: Place) -> tuple[SeenItem, ...]:
        """Return every drift that was seen at a target, gone or not."""
        with self.database.transaction() as connection:
            return read_sightings(connection, place)

    def drift_history(self, place: Place, limit: int) -> tuple[DriftPoint, ...]:
        """Return how much drift the last runs saw at a target, the oldest first."""
        with self.database.transaction() as connection:
            return read_history(connection, place, limit)

    def note_drift(self, place: Place, seen: Sequence[SeenItem], point: DriftPoint) -> None:
        """Note what a run of drift saw at a target, and what it saw no more."""
        with self.database.transaction() as connection:
            note_drift(connection, place, seen, point)

    def told(self, place: Place, channel: Channel) -> tuple[Told, ...]:
        """Return the causes at *place* that people were told of and that last."""
        with self.database.transaction() as connection:
            return read_told(connection, place, channel)

    def note_told(self, place: Place, channel: Channel, news: News, now: datetime) -> None:
        """Note that all of *news* was told."""
        with self.database.transaction() as connection:
            note_told(connection, place, channel, news, now)

    def note_delivery(self, run: int, found: Delivery) -> None:
        """Note what became of a notice of *run*."""
        with self.database.transaction() as connection:
            note_delivery(connection, run, found)

    def deliveries(self, run: int) -> tuple[Delivery, ...]:
        """Return what became of the notices of *run*."""
        with self.database.transaction() as connection:
            return read_deliveries(connection, run)

    def note_spent(self, host: str, found: Sequence[Spent], now: datetime) -> None:
        """Note what was sent to a host that has a budget."""
        with self.database.transaction() as connection:
            note_spent(connection, host, found, now)

    def spent(self, host: str, since: datetime) -> tuple[Spent, ...]:
        """Return what was sent to a host that has a budget, minute by minute."""
        with self.database.transaction() as connection:
            return read_spent(connection, host, since)

    def note_links(self, place: Place, links: Sequence[Link]) -> None:
        """Note whose these live objects are."""
        if links:
            with self.database.transaction() as connection:
                for link in links:
                    note_link(connection, place, link)


_THIS = (OPERATIONS.c.run == bindparam("at_run"), OPERATIONS.c.change == bindparam("at_change"))
_OPERATION = Prepared(update(OPERATIONS).where(*_THIS))
"""What these are executed with says which columns."""
_OPEN_OPERATION = Prepared(update(OPERATIONS).where(*_THIS, OPERATIONS.c.status.is_(None)))


def _operation(page: Page, change: str) -> dict[str, Any]:
    return {"at_run": page.run, "at_change": change}


def _sending(outcome: Outcome, sent: datetime | None) -> dict[str, str | None]:
    if outcome.status in (Status.SKIPPED, Status.HELD):
        return {"sent": None}
    return {"sent": stamp(sent)} if sent else {}


def _execute_all(
    statement: Prepared, connection: Connection, rows: Sequence[Mapping[str, Any]]
) -> None:
    for row in rows:
        statement.execute(connection, row)
