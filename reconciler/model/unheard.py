"""Unheard roles: what somebody gains or loses by assignment where the app is not told of roles."""

from collections.abc import Container, Iterator

from reconciler.model.access import Cause, Effect, Thing, Turn
from reconciler.model.grounds import Grounds, Side
from reconciler.model.resource import Wanted
from reconciler.model.target import Standing
from reconciler.model.values import Kind, Ref


def find_unheard_roles(
    grounds: Grounds, marked: Container[str], seen: Container[str]
) -> Iterator[tuple[Wanted, tuple[Effect, ...]]]:
    """Yield whose roles differ from those of the base, by key; nobody without a base.

    *marked* are the sensitive roles, folded. *seen* are those whose account comes or goes: their
    roles go with it.
    """
    head, base = grounds.head, grounds.base
    if base is None:
        return
    refs = {ref for ref in (*head.wanted, *base.wanted) if ref.kind is Kind.USER}
    for ref in sorted(refs, key=lambda ref: ref.key):
        before, after = _roles(base, ref), _roles(head, ref)
        item = head.wanted.get(ref) or base.wanted[ref]
        if before.keys() == after.keys() or item.key in seen:
            continue
        lost = (
            _effect(role, Turn.TAKEN, grounds.of_lost_role(item.key, role), marked)
            for role in before
            if role not in after
        )
        gained = (
            _effect(role, Turn.GIVEN, grounds.of_gained_role(item.key, role), marked)
            for role in after
            if role not in before
        )
        yield item, (*lost, *gained)


def _roles(side: Side, ref: Ref) -> dict[str, None]:
    """Return the roles that somebody with an account is assigned, in the order of the YAML."""
    item = side.wanted.get(ref)
    if item is None or item.standing is not Standing.ACTIVE:
        return {}
    return dict.fromkeys(one.role for one in item.assignments if one.role)


def _effect(role: str, turn: Turn, cause: Cause, marked: Container[str]) -> Effect:
    """Return a gain or a loss that no operation carries out."""
    return Effect(
        thing=Thing.ROLE,
        key=role,
        name=role,
        turn=turn,
        change="",
        cause=cause,
        privileged=role.casefold() in marked,
        origin="this_change",
        unheard=True,
    )
