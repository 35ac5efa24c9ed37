"""Whose live objects are, and what servers made of values: read and noted in one transaction."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from reconciler.ledger.place import Place, at
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
        connection.execute(delete(LINKS).where(*at(LINKS, ref)))
    if learned.link is not None:
        note_link(connection, place, learned.link)
    for item in learned.rewrites:
        row = {**place.row, "kind": item.kind.value, "live_id": item.live_id, "path": item.path}
        connection.execute(delete(REWRITES).where(*at(REWRITES, row)))
        connection.execute(insert(REWRITES).values(**row, sent=item.sent, kept=item.kept))


def note_link(connection: Connection, place: Place, link: Link) -> None:
    """Note whose a live object is; a key has one live object, and that belongs to one key."""
    row = {**place.row, "kind": link.kind.value, "key": link.key, "live_id": link.live_id}
    connection.execute(_SAME_LINKS, {f"at_{name}": value for name, value in row.items()})
    more = {name: getattr(link, name) for name in ("external_id", "match_value", "settled")}
    connection.execute(_NEW_LINK, {**row, **more})


_SAME_LINKS = delete(LINKS).where(
    *(LINKS.c[name] == bindparam(f"at_{name}") for name in ("target", "url", "kind")),
    (LINKS.c.key == bindparam("at_key")) | (LINKS.c.live_id == bindparam("at_live_id")),
)
_NEW_LINK = insert(LINKS)
"""Built once, both: nearly every write executes them."""


def _fields(row: Any) -> dict[str, Any]:
    fields = {name: value for name, value in row.items() if name not in ("target", "url")}
    return {**fields, "kind": Kind(fields["kind"])}
