"""What people were told, by target and channel: a cause lasts until its row has an end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from reconciler.ledger.place import Place, at
from reconciler.ledger.reading import stamp
from reconciler.ledger.tables import DELIVERIES, NOTICES
from reconciler.model.notice import Channel, Delivery, Event, News, Told

_EVENTS = frozenset(Event)


def read_told(connection: Connection, place: Place, channel: Channel) -> tuple[Told, ...]:
    """Return the causes that last; one of an event that a newer version wrote is left out."""
    rows = connection.execute(select(NOTICES).where(*_open(place, channel))).mappings()
    return tuple(_told(row) for row in rows if row["event"] in _EVENTS)


def note_told(
    connection: Connection, place: Place, channel: Channel, news: News, now: datetime
) -> None:
    """Note that all of *news* was told."""
    for item in (*news.kept, *news.quietly):
        _keep(connection, place, channel, item)
    for item in news.ended:
        wanted = update(NOTICES).where(*_open(place, channel, item))
        connection.execute(wanted.values(ended=stamp(now)))


def note_delivery(connection: Connection, run: int, found: Delivery) -> None:
    """Note what became of a notice of *run*."""
    row = {name: getattr(found, name) for name in ("target", "channel", "is_sent", "remark")}
    connection.execute(insert(DELIVERIES).values(run=run, **row))


def read_deliveries(connection: Connection, run: int) -> tuple[Delivery, ...]:
    """Return what became of the notices of *run*, in order."""
    wanted = select(DELIVERIES).where(DELIVERIES.c.run == run).order_by(DELIVERIES.c.id)
    rows = connection.execute(wanted).mappings()
    return tuple(
        Delivery(row["target"], row["channel"], row["is_sent"], row["remark"]) for row in rows
    )


def _keep(connection: Connection, place: Place, channel: Channel, item: Told) -> None:
    row = {"title": item.title, "marks": " ".join(sorted(item.marks))}
    changed = connection.execute(update(NOTICES).where(*_open(place, channel, item)).values(row))
    if not changed.rowcount:
        began = {
            "channel": channel,
            "event": item.event.value,
            "subject": item.subject,
            "since": stamp(item.since),
        }
        connection.execute(insert(NOTICES).values(**place.row, **began, **row))


def _open(place: Place, channel: Channel, item: Told | None = None) -> Sequence[Any]:
    found = [*at(NOTICES, place.row), NOTICES.c.channel == channel, NOTICES.c.ended.is_(None)]
    if item is not None:
        found += [NOTICES.c.event == item.event.value, NOTICES.c.subject == item.subject]
    return found


def _told(row: Any) -> Told:
    since, marks = datetime.fromisoformat(row["since"]), frozenset(row["marks"].split())
    return Told(Event(row["event"]), row["subject"], row["title"], marks, since)
