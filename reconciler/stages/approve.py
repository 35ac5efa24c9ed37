"""Approve: cut a fresh plan down to what was approved and still fits (design §7).

What has already happened is no longer in the fresh plan, and so is skipped. What is new is
reported and not run. What was approved and reads otherwise now, or can no longer happen, is stale.
"""

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from reconciler.model.approved import ApprovedOperation, ApprovedTarget, Restriction, is_masked
from reconciler.model.fingerprint import canonical_text, wish_as_json
from reconciler.model.outcome import Dropped
from reconciler.model.plan import Action, AttributeChange, Change, MemberChange, TargetPlan
from reconciler.model.plankey import VARIABLE, PlanKey
from reconciler.model.resource import Wanted, WantedAttribute
from reconciler.model.target import Standing
from reconciler.model.values import Ref, Wish

_SHOWN = 64
"""Characters of a value that a sentence shows."""

_WITH_KEY = f"Plan again with {VARIABLE} set, as it is for the apply, or apply without a plan file."
_AFRESH = "Run `reconciler apply`: it plans afresh, and does what is left."
_MEMBERS = (Action.ADD_MEMBERS, Action.REMOVE_MEMBERS)
_ENDS = (Action.DISABLE, Action.DELETE)


def restrict_plan(
    plan: TargetPlan,
    approved: ApprovedTarget,
    *,
    wanted: Mapping[Ref, Wanted] | None = None,
    seal: PlanKey | None = None,
) -> Restriction:
    """Return *plan* with the operations that *approved* covers, and what is stale or new.

    *wanted* is what *plan* was made from: by it, what has happened is told from what nobody asks
    for any more. Sensitive values stand in the plan file under the key *seal*.
    """
    operations = approved.operations
    if moved := _moved(plan, approved):
        new = tuple(change.id for change in plan.changes)
        stale = tuple(Dropped(key, moved) for key in sorted(operations))
        return Restriction(replace(plan, waves=()), _hinted(stale, approved), new)
    judge = _Judge(plan, operations, seal)
    waves = tuple(tuple(judge.covered(wave)) for wave in plan.waves)
    cut = replace(plan, waves=tuple(wave for wave in waves if wave))
    if not plan.only:
        judge.ask_about_the_rest(plan, wanted or {})
    stale = tuple(judge.stale[key] for key in sorted(judge.stale))
    return Restriction(cut, _hinted(stale, approved), tuple(sorted(judge.new)))


def _hinted(stale: tuple[Dropped, ...], approved: ApprovedTarget) -> tuple[Dropped, ...]:
    """Return *stale* with what helps: the rest of a run has no file that anybody could renew."""
    return tuple(replace(item, hint=_AFRESH) for item in stale) if approved.is_rest else stale


class _Judge:
    """Holds each change against its approved operation, and keeps what does not fit."""

    def __init__(
        self, plan: TargetPlan, operations: Mapping[str, ApprovedOperation], seal: PlanKey | None
    ) -> None:
        self.url = plan.url
        self.operations = operations
        self.seal = seal
        self.seen: set[str] = set()
        self.new: set[str] = set()
        self.stale: dict[str, Dropped] = {}

    def covered(self, wave: tuple[Change, ...]) -> Iterator[Change]:
        """Yield what of *wave* was approved; of members only those who were."""
        for change in wave:
            operation = self.operations.get(change.operation)
            if operation is None:
                self.new.add(change.id)
                continue
            self.seen.add(change.operation)
            if found := self._misfit(change, operation):
                self.stale[change.operation] = found
                continue
            part = _approved_part(change, operation)
            others = {*change.add, *change.remove} - {*part.add, *part.remove}
            self.new |= {f"{change.operation} of {member.name}" for member in others}
            if part.attributes or part.add or part.remove or change.action not in _MEMBERS:
                yield part

    def ask_about_the_rest(self, plan: TargetPlan, wanted: Mapping[Ref, Wanted]) -> None:
        """Note what was approved, is not planned any more, and has not happened either."""
        for key in sorted(self.operations.keys() - self.seen):
            if why := _why_gone(self.operations[key], plan, wanted):
                self.stale[key] = Dropped(key, why)

    def _misfit(self, change: Change, approved: ApprovedOperation) -> Dropped | None:
        """Return why *change* is not the approved operation any more."""
        if approved.action is not change.action:
            why = f"{approved.action} was approved, and now it would be {change.action}"
            return Dropped(change.operation, why)
        if approved.live_id not in (change.live_id, None):
            why = f"it was approved for the live object {approved.live_id}, and is now "
            return Dropped(change.operation, why + (change.live_id or "to be made"))
        found = (self._difference(item, change, approved) for item in change.attributes)
        return next(filter(None, found), None)

    def _difference(
        self, item: AttributeChange, change: Change, approved: ApprovedOperation
    ) -> Dropped | None:
        """Return why one attribute is not covered; no sensitive value is shown."""
        path = str(item.path)
        then = approved.attributes.get(path)
        if then is None:
            return Dropped(change.operation, f"{path} would change too, which nobody approved")
        now: tuple[Any, Any] = (wish_as_json(item.before), wish_as_json(item.after))
        if item.sensitive:
            return self._sealed_difference(item, change, then)
        if then == now:
            return None
        if any(map(is_masked, then)):
            return Dropped(change.operation, f"{path} was sensitive when it was approved")
        why = f"{path} was approved as {_sides(then)}, and would now be {_sides(now)}"
        return Dropped(change.operation, why)

    def _sealed_difference(
        self, item: AttributeChange, change: Change, then: tuple[Any, Any]
    ) -> Dropped | None:
        path = str(item.path)
        codes = [side.get("hmac") if is_masked(side) else None for side in then]
        if self.seal is None or None in codes:
            why = f"{path} is sensitive, and nothing that can be checked stands for its value"
            return Dropped(change.operation, why, _WITH_KEY)
        given = canonical_text(list(then))
        right = canonical_text(list(self.seal.seal(self.url, change, item)))
        if hmac.compare_digest(given.encode(), right.encode()):
            return None
        return Dropped(change.operation, f"{path} (sensitive) is another change now")


def _moved(plan: TargetPlan, approved: ApprovedTarget) -> str:
    """Return how the target is not the one that was approved, or nothing."""
    if approved.url != plan.url:
        return f"it was approved for {approved.url}, and the target is now at {plan.url}"
    if approved.profile != plan.profile:
        return f"it was approved with the profile {approved.profile}, now it is {plan.profile}"
    return ""


def _approved_part(change: Change, approved: ApprovedOperation) -> Change:
    if change.action not in _MEMBERS:
        return change

    def known(members: tuple[MemberChange, ...], names: frozenset[str]) -> tuple[MemberChange, ...]:
        return tuple(member for member in members if member.name in names)

    add, remove = known(change.add, approved.add), known(change.remove, approved.remove)
    return replace(change, add=add, remove=remove)


def _why_gone(item: ApprovedOperation, plan: TargetPlan, wanted: Mapping[Ref, Wanted]) -> str:
    """Return why an operation that is not planned any more has not happened; nothing if it has."""
    for conflict in plan.conflicts:
        if Ref(conflict.kind, conflict.key) == item.ref:
            return f"it is unclear now who is who: {conflict.message}"
    for stranger in plan.unmanaged:
        if (stranger.kind, stranger.live_id) == (item.ref.kind, item.live_id):
            return f"the live object {item.live_id} is not ours any more: {stranger.why}"
    wish = wanted.get(item.ref)
    if item.action in _MEMBERS:
        return _members_unwanted(item, wish)
    if wish is None or wish.standing is not Standing.ACTIVE:
        return "" if item.action in _ENDS else "the YAML does not ask for it any more"
    if item.action in _ENDS:
        return "the YAML wants it active again"
    return _other_wish(item, wish) if item.ref in plan.ids else _why_withheld(item.ref, plan)


def _members_unwanted(item: ApprovedOperation, wish: Wanted | None) -> str:
    members = wish.members if wish is not None and wish.members is not None else {}
    if item.action is Action.REMOVE_MEMBERS:
        names = sorted(item.remove & members.keys())
        return f"the YAML wants {', '.join(names)} in it again" if names else ""
    names = sorted(item.add - members.keys())
    return f"the YAML does not want {', '.join(names)} in it any more" if names else ""


def _why_withheld(ref: Ref, plan: TargetPlan) -> str:
    about = f"{plan.target}/{ref}"
    for item in plan.withheld:
        if item.object_id == about:
            return f"{item.what}: {item.why}"
    return "it is not there, and nothing is planned that would make it"


def _other_wish(item: ApprovedOperation, wish: Wanted) -> str:
    """Return which plain value the YAML asks for now, where that is another than was approved.

    Lists and complex values are left out: what is sent of them depends on what is live.
    """
    for attribute in wish.attributes:
        path = str(attribute.definition.path)
        after = item.attributes.get(path, (None, None))[1]
        if attribute.sensitive or not _is_other(after, attribute):
            continue
        return f"{path} was approved as {_shown(after)}, and the YAML now asks for another value"
    return ""


def _is_other(after: Any, attribute: WantedAttribute) -> bool:
    value: Wish = attribute.value
    if not (isinstance(after, str) and isinstance(value, str)) or attribute.only_on_create:
        return False
    return after.casefold() != value.casefold()


def _sides(sides: tuple[Any, Any]) -> str:
    return f"{_shown(sides[0])} → {_shown(sides[1])}"


def _shown(value: Any) -> str:
    text = "(none)" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
