"""What earlier runs took away lately: the budget of a day goes by it."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select

from reconciler.ledger.place import Place, at
from reconciler.ledger.reading import stamp
from reconciler.ledger.tables import OPERATIONS, RUNS
from reconciler.model.outcome import Status
from reconciler.model.plan import Action
from reconciler.model.resource import Loss
from reconciler.model.values import Kind

_DAY = timedelta(hours=24)
_TAKES = (Action.DISABLE.value, Action.DELETE.value, Action.REMOVE_MEMBERS.value)


def read_losses(connection: Connection, place: Place, now: datetime) -> tuple[Loss, ...]:
    """Return what was taken away at *place* within the 24 hours before *now*, once each.

    A write without an answer counts: it may have happened. So may a part of a refused batch of
    members.
    """
    columns = OPERATIONS.c
    # A run may last; whatever wrote within a day began within two.
    runs = select(RUNS.c.id).where(RUNS.c.started >= stamp(now - 2 * _DAY))
    wanted = select(columns.kind, columns.key, columns.live_id, columns["values"]).where(
        *at(OPERATIONS, place.row),
        columns.run.in_(runs),
        columns.action.in_(_TAKES),
        columns.sent >= stamp(now - _DAY),
        or_(
            columns.status.is_(None),
            columns.status == Status.DONE.value,
            columns.action == Action.REMOVE_MEMBERS.value,
        ),
    )
    rows = connection.execute(wanted.order_by(columns.id)).mappings()
    return tuple(dict.fromkeys(_loss(row) for row in rows))


def _loss(row: Any) -> Loss:
    members = frozenset(json.loads(row["values"])["members"]["remove"])
    return Loss(Kind(row["kind"]), row["key"], row["live_id"] or "", members)
