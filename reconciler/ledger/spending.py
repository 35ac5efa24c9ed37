"""What hosts were sent, minute by minute: budgets of an hour or a day outlive a run.

Rows are only added, so that machines which share a ledger need not wait for each other.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from reconciler.ledger.reading import stamp
from reconciler.ledger.tables import SPENDING
from reconciler.model.rate import Spent

_KEPT: Final = timedelta(days=2)
"""The longest budget is one of a day."""


def note_spent(connection: Connection, host: str, found: Iterable[Spent], now: datetime) -> None:
    """Add what was sent to *host*, and forget what no budget counts any more."""
    rows = [
        {
            "host": host,
            "minute": stamp(item.minute),
            "method": item.method,
            "endpoint": item.endpoint,
            "requests": item.requests,
        }
        for item in found
    ]
    if rows:
        connection.execute(insert(SPENDING), rows)
    connection.execute(delete(SPENDING).where(SPENDING.c.minute < stamp(now - _KEPT)))


def read_spent(connection: Connection, host: str, since: datetime) -> tuple[Spent, ...]:
    """Return what was sent to *host* from the minute of *since* on."""
    begin = since.replace(second=0, microsecond=0)
    wanted = select(SPENDING).where(SPENDING.c.host == host, SPENDING.c.minute >= stamp(begin))
    return tuple(
        Spent(
            datetime.fromisoformat(row["minute"]), row["method"], row["endpoint"], row["requests"]
        )
        for row in connection.execute(wanted.order_by(SPENDING.c.minute)).mappings()
    )
