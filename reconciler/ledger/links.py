"""Whose live objects are, and what servers made of values: read and noted in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
)

from reconciler.ledger.place import Place, at
from reconciler.ledger.prepared import Prepared
from reconciler.ledger.tables import LINKS, OPERATIONS, REWRITES, RUNS
from reconciler.model.resource import Link, Memory, Rewrite
from reconciler.model.values import Kind, Ref


@dataclass(frozen=True, slots=True)
class Learned:
    """What a write taught: whose the object is now, who is *gone*, what was rewritten."""

    link: Link | None = None
    gone: Ref | None = None
    rewrites: tuple[Rewrite, ...] = ()


NOTHING = Learned()


def read_memory(connection: Connection, place: Place) -> Memory:
    """Return what is known of a target; runs count that came to their end and wrote there."""
    runs = (
        select(func.count(func.distinct(RUNS.c.id)))
        .join(OPERATIONS, OPERATIONS.c.run == RUNS.c.id)
        .where(RUNS.c.finished.is_not(None), OPERATIONS.c.sent.is_not(None))
        .where(*at(OPERATIONS, place.row))
    )
    links, rewrites = (
        connection.execute(
            select(table).where(*at(table, place.row)).order_by(*table.primary_key)
        ).mappings()
        for table in (LINKS, REWRITES)
    )
    return Memory(
        links=tuple(Link(**_fields(row)) for row in links),
        rewrites=tuple(Rewrite(**_fields(row)) for row in rewrites),
        runs=connection.scalar(runs) or 0,
    )


def note_learned(connection: Connection, place: Place, learned: Learned) -> None:
    """Note what a write taught."""
    if learned.gone is not None:
        ref = {**place.row, "kind": learned.gone.kind.value, "key": learned.gone.key}
        _GONE_LINK.execute(connection, _at(ref))
    if learned.link is not None:
        note_link(connection, place, learned.link)
    for item in learned.rewrites:
        row = {**place.row, "kind": item.kind.value, "live_id": item.live_id, "path": item.path}
        _SAME_REWRITES.execute(connection, _at(row))
        _NEW_REWRITE.execute(connection, {**row, "sent": item.sent, "kept": item.kept})


def note_link(connection: Connection, place: Place, link: Link) -> None:
    """Note whose a live object is; a key has one live object, and that belongs to one key."""
    row = {**place.row, "kind": link.kind.value, "key": link.key, "live_id": link.live_id}
    _SAME_LINKS.execute(connection, _at(row))
    more = {name: getattr(link, name) for name in ("external_id", "match_value", "settled")}
    _NEW_LINK.execute(connection, {**row, **more})


def _at(row: Mapping[str, str]) -> dict[str, str]:
    return {f"at_{name}": value for name, value in row.items()}


def _holds(table: Table, *names: str) -> list[ColumnElement[bool]]:
    return [table.c[name] == bindparam(f"at_{name}") for name in names]


_SAME_LINKS = Prepared(
    delete(LINKS).where(
        *_holds(LINKS, "target", "url", "kind"), or_(*_holds(LINKS, "key", "live_id"))
    )
)
_GONE_LINK = Prepared(delete(LINKS).where(*_holds(LINKS, "target", "url", "kind", "key")))
_NEW_LINK = Prepared(insert(LINKS))
_SAME_REWRITES = Prepared(
    delete(REWRITES).where(*_holds(REWRITES, "target", "url", "kind", "live_id", "path"))
)
_NEW_REWRITE = Prepared(insert(REWRITES))


def _fields(row: Any) -> dict[str, Any]:
    fields = {name: value for name, value in row.items() if name not in ("target", "url")}
    return {**fields, "kind": Kind(fields["kind"])}
