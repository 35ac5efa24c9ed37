"""Origin: label what changes with where it comes from (design §7).

The head is compared with the base, and with what was last applied; live values are not looked at
again: there is a change, so the target holds something else than the head wants.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from reconciler.model.formerly import UNKNOWN, Formerly
from reconciler.model.origin import Origin
from reconciler.model.path import AttributePath
from reconciler.model.plan import Action, Change, MemberChange
from reconciler.model.resource import Wanted, WantedAttribute
from reconciler.model.target import Standing, Target
from reconciler.model.values import Kind, Ref, references_of

_COMES = frozenset({Action.CREATE, Action.ADOPT, Action.ENABLE})
_GOES = frozenset({Action.DISABLE, Action.DELETE})

_State: TypeAlias = Mapping[Ref, Wanted]
_Waves: TypeAlias = tuple[tuple[Change, ...], ...]
_Question: TypeAlias = Callable[[Wanted | None, _State], object]
"""What one state asks for; two states agree where the answers are equal."""


def label_origins(
    waves: _Waves, wanted: Iterable[Wanted], target: Target, formerly: Formerly
) -> _Waves:
    """Return *waves* with the origin of every attribute, member, coming and going."""
    if formerly == UNKNOWN:
        return waves
    states = _States(_by_ref(wanted), _known(formerly.base), _known(formerly.applied))
    return tuple(tuple(_labelled(item, states, target) for item in wave) for wave in waves)


@dataclass(frozen=True, slots=True)
class _States:
    """What is wanted of one target now, and was before; None where that is not known."""

    head: _State
    base: _State | None
    applied: _State | None

    def origin(self, ref: Ref, question: _Question) -> Origin:
        """Return the first state, from now back, that does not answer *question* as the head."""
        now = question(self.head.get(ref), self.head)
        if self.base is not None and question(self.base.get(ref), self.base) != now:
            return "this_change"
        if self.applied is None:
            return "unknown"
        before = question(self.applied.get(ref), self.applied)
        return "drift" if before == now else "pending"


def _by_ref(wanted: Iterable[Wanted]) -> _State:
    return {item.ref: item for item in wanted}


def _known(wanted: tuple[Wanted, ...] | None) -> _State | None:
    return None if wanted is None else _by_ref(wanted)


def _labelled(change: Change, states: _States, target: Target) -> Change:
    ref = Ref(change.kind, change.key)
    cause: Origin | None = None
    if change.action in _COMES | _GOES:
        cause = states.origin(ref, lambda item, _: _fate(item, ref.kind, target))
    return replace(
        change,
        cause=cause,
        attributes=tuple(
            # What a departure sends belongs to it: before, the account had other values.
            replace(item, origin=cause)
            if cause is not None and change.action in _GOES
            else replace(item, origin=states.origin(ref, _value_at(item.path)))
            for item in change.attributes
        ),
        add=_with_origins(change.add, ref, states),
        remove=_with_origins(change.remove, ref, states),
    )


def _fate(item: Wanted | None, kind: Kind, target: Target) -> str:
    """Return what becomes of an object: `active`, or how it departs."""
    rules = target.rules(kind)
    if item is None:
        return rules.removed.value
    if item.standing is Standing.OUT:
        return rules.out_of_scope.value
    return "active" if item.standing is Standing.ACTIVE else "disable"


def _value_at(path: AttributePath) -> _Question:
    def ask(item: Wanted | None, state: _State) -> object:
        if item is None or item.standing is not Standing.ACTIVE:
            return None
        found = (one for one in item.attributes if one.definition.path.identity == path.identity)
        return next((_asked(one, state) for one in found), None)

    return ask


def _asked(item: WantedAttribute, state: _State) -> object:
    """Return what is asked of one attribute; only who has an account can be referred to."""
    refs = references_of(item.value)
    if not refs:
        return (item.flows, item.value, item.initial)
    reachable = (ref for ref in refs if _is_active(state.get(ref)))
    return (item.flows, frozenset(reachable))


def _is_active(item: Wanted | None) -> bool:
    return item is not None and item.standing is Standing.ACTIVE


def _with_origins(
    members: tuple[MemberChange, ...], group: Ref, states: _States
) -> tuple[MemberChange, ...]:
    return tuple(
        replace(member, origin=states.origin(group, _has_member(member))) for member in members
    )


def _has_member(member: MemberChange) -> _Question:
    def ask(item: Wanted | None, _: _State) -> object:
        if item is None or item.standing is not Standing.ACTIVE or item.members is None:
            return None
        return member.ref is not None and member.ref.key in item.members

    return ask
