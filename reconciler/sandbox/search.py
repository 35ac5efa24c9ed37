"""Searches that the database does whole: an equality on an indexed attribute, and the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scim2_models import InvalidCursorException, SearchRequest
from scim2_models.path import CompareOperator, Comparison
from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from reconciler.sandbox.index import indexed_attributes
from reconciler.sandbox.tables import LOOKUP_VALUES, MEMBERSHIPS, RESOURCES


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of (kind, body), as many as were asked for; *total* is None when paged by cursor."""

    rows: Sequence[Any]
    total: int | None
    next: list[str] | None = None
    previous: list[str] | None = None


def condition(target: str, kinds: Sequence[str], scim_filter: Any) -> ColumnElement[bool] | None:
    """Return the SQL condition of a search; None where only the library can evaluate the filter."""
    everything = and_(RESOURCES.c.target == target, RESOURCES.c.kind.in_(kinds))
    if scim_filter is None:
        return everything
    if len(kinds) != 1 or scim_filter.model is None:
        return None
    node = scim_filter.ast
    if not isinstance(node, Comparison) or node.op != CompareOperator.eq:
        return None
    binding = scim_filter.resolve_comparison(node.attr_path, strict=False)
    if binding is None or not isinstance(node.value, str):
        return None
    found = _equal(target, kinds[0], binding, (scim_filter.model, node.value))
    return None if found is None else and_(everything, found)


def read_index_page(
    connection: Connection, where: ColumnElement[bool], request: SearchRequest[Any]
) -> Page:
    """Read the page that starts at startIndex, and count all that match."""
    query = select(RESOURCES.c.kind, RESOURCES.c.body).where(where).order_by(RESOURCES.c.id)
    query = query.offset(request.start_index_0 or 0).limit(request.count)
    total = connection.scalar(select(func.count()).select_from(RESOURCES).where(where))
    return Page(connection.execute(query).all(), total)


def read_cursor_page(
    connection: Connection, where: ColumnElement[bool], count: int | None, position: Any
) -> Page:
    """Read the page after or before *position* (RFC 9865): an id, so that pages are stable."""
    direction, anchor = _read_position(position)
    backwards = direction == "previous"
    ids, query = RESOURCES.c.id, select(RESOURCES.c.kind, RESOURCES.c.body, RESOURCES.c.id)
    beyond = ids < anchor if backwards else ids > anchor
    order = ids.desc() if backwards else ids
    rows = list(connection.execute(query.where(where, beyond).order_by(order).limit(count)))
    if not rows:
        return Page((), None)
    rows = rows[::-1] if backwards else rows
    first, last = rows[0].id, rows[-1].id
    before = connection.scalar(select(exists().where(where, ids < first)))
    after = connection.scalar(select(exists().where(where, ids > last)))
    return Page(
        rows,
        None,
        next=["next", last] if after else None,
        previous=["previous", first] if before else None,
    )


def _equal(
    target: str, kind: str, binding: Any, compared: tuple[Any, str]
) -> ColumnElement[bool] | None:
    model, value = compared
    urn = str(binding.urn)
    if urn.endswith(":User:groups.value"):
        mine = (MEMBERSHIPS.c.target == target, MEMBERSHIPS.c.group == value)
        return RESOURCES.c.id.in_(select(MEMBERSHIPS.c.member).where(*mine))
    if urn.rpartition(":")[2] == "id":
        return RESOURCES.c.id == value
    if urn not in indexed_attributes(model):
        return None
    try:
        text = str(binding.comparable(value))
    except ValueError:
        return RESOURCES.c.id.is_(None)  # What cannot be compared equals nothing.
    query = select(LOOKUP_VALUES.c.id).where(
        LOOKUP_VALUES.c.target == target,
        LOOKUP_VALUES.c.attribute == f"{kind}.{urn}",
        LOOKUP_VALUES.c.value == text,
    )
    return RESOURCES.c.id.in_(query)


def _read_position(position: Any) -> tuple[str, str]:
    match position:
        case None:
            return "next", ""
        case ["next" | "previous" as direction, str(anchor)]:
            return direction, anchor
        case _:
            raise InvalidCursorException
