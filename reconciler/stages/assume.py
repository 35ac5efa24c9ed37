"""Assume: take for live what was wanted before, where nobody may look (design §7, `--offline`)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from reconciler.model.composing import as_sent, write_path
from reconciler.model.resource import Live, Snapshot, Wanted, WantedAttribute
from reconciler.model.target import Standing
from reconciler.model.values import Kind, Ref, Wish, references_of


def assume_snapshot(wanted: Iterable[Wanted], taken: datetime, evidence: str) -> Snapshot:
    """Return a snapshot of a target that holds exactly what is *wanted*.

    Whoever is disabled is there, and inactive, for they may have had an account once; whoever has
    not begun yet or is out of scope is not.
    """
    there = [item for item in wanted if _may_be_there(item)]
    ids = {item.ref: str(item.ref) for item in there}
    found = tuple(_live(item, ids) for item in there)
    return Snapshot(
        taken=taken,
        users=tuple(live for live in found if live.kind is Kind.USER),
        groups=tuple(live for live in found if live.kind is Kind.GROUP),
        complete=True,
        evidence=(evidence,),
    )


def _may_be_there(item: Wanted) -> bool:
    """Tell whether an apply may have made an account: a disabled one is never created."""
    if item.standing is Standing.DISABLED:
        return item.asked_by != "from"
    return item.standing is Standing.ACTIVE


def _live(item: Wanted, ids: dict[Ref, str]) -> Live:
    resource: dict[str, Any] = {"id": ids[item.ref]}
    for attribute in item.attributes:
        value = _reachable(_held(attribute), ids)
        path = attribute.definition.path
        if value is not None and attribute.definition.stored:
            write_path(resource, path, as_sent(value, path, ids))
    if item.kind is Kind.USER:
        resource.setdefault("active", item.standing is Standing.ACTIVE)
    members = (Ref(Kind.USER, key) for key in item.members or ())
    return Live(
        item.kind,
        ids[item.ref],
        resource,
        frozenset(ids[ref] for ref in members if ref in ids),
    )


def _held(attribute: WantedAttribute) -> Wish:
    """Return what an account holds that was made and kept as it should be."""
    is_first = attribute.only_on_create or attribute.fills or not attribute.flows
    return attribute.given if is_first else attribute.value


def _reachable(value: Wish, ids: dict[Ref, str]) -> Wish:
    refs = references_of(value)
    if not refs:
        return value
    known = tuple(ref for ref in refs if ref in ids)
    return (known if isinstance(value, tuple) else known[0]) if known else None
