"""When drift was seen, and how much of it there was each time.

Rows are known by a digest: an id of a server may be longer than an index holds.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from reconciler.ledger.place import Place, at
from reconciler.ledger.reading import stamp
from reconciler.ledger.tables import DRIFT_RUNS, SIGHTINGS
from reconciler.model.drift import SeenItem, Sighting
from reconciler.model.drift_class import DriftClass
from reconciler.model.drift_report import DriftPoint

_KEPT: Final = timedelta(days=400)
"""What has been gone for longer is forgotten; where it comes back, it is new."""
_IDENTITY = ("class", "kind", "name", "part")
_MOMENTS = ("first_seen", "began", "last_seen")


def read_sightings(connection: Connection, place: Place) -> tuple[SeenItem, ...]:
    """Return every difference that was ever seen at *place* and is not forgotten."""
    wanted = select(SIGHTINGS).where(*at(SIGHTINGS, place.row))
    return tuple(map(_seen, connection.execute(wanted).mappings()))


def read_history(connection: Connection, place: Place, limit: int) -> tuple[DriftPoint, ...]:
    """Return how much drift the last *limit* runs saw at *place*, the oldest first."""
    wanted = select(DRIFT_RUNS).where(*at(DRIFT_RUNS, place.row))
    newest = wanted.order_by(DRIFT_RUNS.c.taken.desc(), DRIFT_RUNS.c.id.desc()).limit(limit)
    rows = connection.execute(newest).mappings().all()
    return tuple(map(_point, reversed(rows)))


def note_drift(
    connection: Connection, place: Place, seen: Sequence[SeenItem], point: DriftPoint
) -> None:
    """Note what a run saw, and what it saw no more."""
    known = set(connection.scalars(select(SIGHTINGS.c.id).where(*at(SIGHTINGS, place.row))))
    rows = [_row(item, place) for item in seen]
    if new := [row for row in rows if row["id"] not in known]:
        connection.execute(insert(SIGHTINGS), new)
    if old := [_changed(row) for row in rows if row["id"] in known]:
        connection.execute(_AGAIN, old)
    forgotten = SIGHTINGS.c.gone_since < stamp(point.taken - _KEPT)
    connection.execute(delete(SIGHTINGS).where(*at(SIGHTINGS, place.row), forgotten))
    connection.execute(insert(DRIFT_RUNS).values(**place.row, **_as_row(point)))


_CHANGING = (*_MOMENTS, "display", "gone_since", "times", "episodes")
_AGAIN = (
    update(SIGHTINGS)
    .where(SIGHTINGS.c.id == bindparam("at_id"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)


def _changed(row: dict[str, Any]) -> dict[str, Any]:
    return {"at_id": row["id"], **{f"new_{name}": row[name] for name in _CHANGING}}


def _row(item: SeenItem, place: Place) -> dict[str, Any]:
    sighting = item.sighting
    return {
        "id": _digest((*place.row.values(), *item.identity)),
        **place.row,
        **dict(zip(_IDENTITY, item.identity, strict=True)),
        "display": item.display,
        **{name: stamp(getattr(sighting, name)) for name in _MOMENTS},
        "gone_since": stamp(sighting.gone_since) if sighting.gone_since else None,
        "times": sighting.times,
        "episodes": sighting.episodes,
    }


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()


def _seen(row: Any) -> SeenItem:
    first, began, last = (datetime.fromisoformat(row[name]) for name in _MOMENTS)
    gone = datetime.fromisoformat(row["gone_since"]) if row["gone_since"] else None
    drift_class, kind, name, part = (row[column] for column in _IDENTITY)
    sighting = Sighting(first, began, last, row["times"], row["episodes"], gone)
    return SeenItem((drift_class, kind, name, part), row["display"], sighting)


def _as_row(point: DriftPoint) -> dict[str, Any]:
    return {
        "taken": stamp(point.taken),
        "counts": json.dumps(point.counts),
        "ignored": point.ignored,
        "pending": point.pending,
        "complete": point.complete,
    }


def _point(row: Any) -> DriftPoint:
    found = json.loads(row["counts"])
    return DriftPoint(
        taken=datetime.fromisoformat(row["taken"]),
        counts={name: found.get(name.value, 0) for name in DriftClass},
        ignored=row["ignored"],
        pending=row["pending"],
        complete=row["complete"],
    )
