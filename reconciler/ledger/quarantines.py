"""The quarantines of targets, series by series: the open one of a target has no end yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from reconciler.ledger.place import Page, Place, at
from reconciler.ledger.reading import stamp
from reconciler.ledger.tables import QUARANTINES
from reconciler.model.history import Question
from reconciler.model.quarantine import PastQuarantine, Quarantine, Reason

_MOMENTS = ("current_began", "next_attempt", "series_began")


def read_quarantine(connection: Connection, place: Place) -> Quarantine | None:
    """Return the quarantine that the target at *place* is in."""
    wanted = select(QUARANTINES).where(*_open(place))
    row = connection.execute(wanted).mappings().first()
    return _quarantine(row) if row else None


def read_quarantines(connection: Connection, question: Question) -> tuple[PastQuarantine, ...]:
    """Return the series that *question* means by target, time and limit, the newest first."""
    wanted = select(QUARANTINES).order_by(QUARANTINES.c.id.desc())
    if question.targets:
        wanted = wanted.where(QUARANTINES.c.target.in_(question.targets))
    if question.since is not None:
        wanted = wanted.where(QUARANTINES.c.current_began >= stamp(question.since))
    if question.limit:
        wanted = wanted.limit(question.limit)
    return tuple(
        PastQuarantine(
            target=row["target"],
            url=row["url"],
            quarantine=_quarantine(row),
            run=row["run"],
            ended=datetime.fromisoformat(row["ended"]) if row["ended"] else None,
        )
        for row in connection.execute(wanted).mappings()
    )


def note_quarantine(connection: Connection, page: Page, found: Quarantine) -> None:
    """Note that a run put a target into quarantine, or left it there."""
    row = {
        "run": page.run,
        "reason": found.reason.value,
        "error": found.error,
        "series_count": found.series_count,
        **{name: stamp(getattr(found, name)) for name in _MOMENTS},
    }
    changed = connection.execute(update(QUARANTINES).where(*_open(page.place)).values(row))
    if not changed.rowcount:
        connection.execute(insert(QUARANTINES).values(**page.place.row, **row))


def end_quarantine(connection: Connection, place: Place, now: datetime) -> None:
    """Note that a run at *place* succeeded."""
    connection.execute(update(QUARANTINES).where(*_open(place)).values(ended=stamp(now)))


def _open(place: Place) -> list[Any]:
    return [*at(QUARANTINES, place.row), QUARANTINES.c.ended.is_(None)]


def _quarantine(row: Any) -> Quarantine:
    moments = {name: datetime.fromisoformat(row[name]) for name in _MOMENTS}
    reason = Reason(row["reason"])
    return Quarantine(reason, row["error"], series_count=row["series_count"], **moments)
