"""Drift: what differs live from what was last applied, and is not just waiting for an apply.

It reads a plan made with every action switched on: a difference that an apply leaves alone is one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from reconciler.model.canonical import moment
from reconciler.model.drift import DriftItem, Identity
from reconciler.model.drift_class import DriftClass
from reconciler.model.drift_report import TargetDrift
from reconciler.model.guard import Guard
from reconciler.model.origin import Origin
from reconciler.model.path import lookup
from reconciler.model.plan import Action, AttributeChange, Change, MemberChange, TargetPlan
from reconciler.model.remarks import Unmanaged
from reconciler.model.resource import Live
from reconciler.model.sight import Sight, waits
from reconciler.model.target import Verb
from reconciler.model.untouchable import pattern_of
from reconciler.model.values import Kind, Ref, references_of

_VERBS: Mapping[Action, Verb] = {
    Action.CREATE: "create",
    Action.DISABLE: "disable",
    Action.DELETE: "delete",
}
"""What `actions:` has to list; everything else is an update."""


@dataclass(slots=True)
class _Findings:
    """What is looked at, and what has been found so far."""

    sight: Sight
    live: Mapping[tuple[Kind, str], Live]
    privileged: frozenset[Ref]
    """Users and groups that are marked `sensitive`."""
    absent: frozenset[Ref]
    """Who should be there and is not."""
    half_seen: frozenset[str]
    """Keys of groups that may have other members than they show."""
    moved: Mapping[Identity, DriftItem]
    """What differs from what was last applied, for what waits for an apply."""
    items: list[DriftItem] = field(default_factory=list)
    along: dict[Ref, int] = field(default_factory=dict)
    referred: dict[Ref, int] = field(default_factory=dict)
    pending: list[Change] = field(default_factory=list)
    doubted: list[Identity] = field(default_factory=list)
    """What would differ, if lists that may hide something did not."""

    def take(self, item: DriftItem) -> None:
        """Note *item*; of what waits for an apply only what was moved as well, as it was then."""
        if item.origin != "pending":
            self.items.append(item)
        elif item.identity in self.moved:
            self.items.append(self.moved[item.identity])


def find_drift(plan: TargetPlan, sight: Sight, before: TargetDrift | None = None) -> TargetDrift:
    """Return what differs, the most dangerous first.

    *plan* was made with every action on and `unmanaged: report`. *before* is what differs from
    what was last applied, for a plan in which something waits for an apply.
    """
    found = _findings(plan, sight, before)
    for change in plan.changes:
        _sort(change, found)
    spared, strangers = _strangers(plan, found)
    lists_strangers = sight.target.unmanaged == "report"
    if lists_strangers:
        found.items += strangers
    return TargetDrift(
        target=plan.target,
        profile=plan.profile,
        url=plan.url,
        taken=plan.taken,
        live_users=plan.live_users,
        live_groups=plan.live_groups,
        complete=plan.complete,
        evidence=plan.evidence,
        items=tuple(sorted(_with_memberships(found), key=_rank)),
        pending=tuple(found.pending),
        conflicts=plan.conflicts,
        withheld=plan.withheld,
        rewritten=plan.rewritten,
        unproven=Counter(DriftClass(identity[0]) for identity in found.doubted),
        unreadable=sight.unreadable(plan.ids),
        half_seen=sight.half_seen(plan.ids),
        present=sight.present(plan.ids),
        absent=sight.absent(),
        doubted=frozenset(found.doubted),
        unlisted=0 if lists_strangers else len(strangers),
        untouchable=spared,
    )


def _findings(plan: TargetPlan, sight: Sight, before: TargetDrift | None) -> _Findings:
    creates = (item for item in plan.changes if item.action is Action.CREATE)
    return _Findings(
        sight=sight,
        live=sight.live(),
        privileged=sight.privileged(),
        absent=frozenset(Ref(item.kind, item.key) for item in creates),
        half_seen=sight.half_seen(plan.ids),
        moved={item.identity: item for item in before.items} if before else {},
    )


def _rank(item: DriftItem) -> tuple[object, ...]:
    return (
        item.danger,
        not item.privileged,
        item.kind.value,
        item.name,
        item.drift_class.value,
        item.part,
    )


# --- what a plan would change -----------------------------------------------------------------


def _sort(change: Change, found: _Findings) -> None:
    """Make items of *change*, and put what of it waits for an apply among the pending."""
    if waits(change) and not _left(change, found):
        found.pending.append(_waiting(change))
    if change.references_only and change.live is None:
        return  # The manager of somebody who is missing altogether.
    if change.action in (Action.CREATE, Action.DELETE):
        _add_object(change, found)
        return
    for attribute in change.attributes:
        _add_attribute(change, attribute, found)
    for member in (*change.add, *change.remove):
        _add_member(change, member, found)


def _waiting(change: Change) -> Change:
    """Return the part of *change* that waits; one that comes or goes does so as a whole."""
    if change.cause == "pending":
        return change
    return replace(
        change,
        attributes=tuple(item for item in change.attributes if item.origin == "pending"),
        add=tuple(item for item in change.add if item.origin == "pending"),
        remove=tuple(item for item in change.remove if item.origin == "pending"),
    )


def _left(change: Change, found: _Findings) -> str:
    """Say why an apply does nothing about it, or nothing where it does."""
    verb = _VERBS.get(change.action, "update")
    if verb in found.sight.target.rules(change.kind).actions:
        return ""
    return f"{verb} is not among the actions"


def _item(change: Change, drift_class: DriftClass, origin: Origin, found: _Findings) -> DriftItem:
    left = _left(change, found)
    return DriftItem(
        target=change.target,
        drift_class=drift_class,
        kind=change.kind,
        key=change.key,
        display=change.display,
        origin=origin,
        live_id=change.live_id,
        at=change.at,
        made=_said(change.live, "created"),
        modified=_said(change.live, "lastModified"),
        privileged=Ref(change.kind, change.key) in found.privileged,
        why=change.why,
        left=left,
        held_by=() if left else change.held_by,
    )


def _add_object(change: Change, found: _Findings) -> None:
    origin = change.cause or change.origin
    is_gone = change.action is Action.CREATE
    item = _item(change, DriftClass.MISSING if is_gone else DriftClass.UNMANAGED, origin, found)
    if is_gone and Guard.INCOMPLETE in change.held_by and origin != "pending":
        # Nobody looked it up, and the list may have left it out.
        found.doubted.append(item.identity)
        return
    found.take(item)


def _add_attribute(change: Change, attribute: AttributeChange, found: _Findings) -> None:
    missing = [ref for ref in references_of(attribute.after) if ref in found.absent]
    if missing and attribute.origin != "pending" and _leads_nowhere(attribute, found):
        # Nobody changed it: whom it names is missing, and this is no second thing.
        for ref in missing:
            found.referred[ref] = found.referred.get(ref, 0) + 1
        return
    is_masked = attribute.sensitive
    found.take(
        replace(
            _item(change, DriftClass.CHANGED, attribute.origin, found),
            path=attribute.path,
            expected=None if is_masked else attribute.after,
            found=None if is_masked else attribute.before,
            sensitive=is_masked,
            elevated=found.sight.elevates(attribute.path, attribute.before, attribute.after),
            at=attribute.at or change.at,
        )
    )


def _leads_nowhere(attribute: AttributeChange, found: _Findings) -> bool:
    """Tell whether a reference holds nothing, or the id of somebody who is not there."""
    before = attribute.before
    if not isinstance(before, str):
        return before is None
    return found.sight.is_whole and not any((kind, before) in found.live for kind in Kind)


def _add_member(change: Change, member: MemberChange, found: _Findings) -> None:
    is_extra = change.action is Action.REMOVE_MEMBERS
    drift_class = DriftClass.EXTRA_MEMBER if is_extra else DriftClass.MISSING_MEMBER
    item = replace(
        _item(change, drift_class, member.origin, found),
        member=member.name,
        member_display=member.display,
        at=member.at or change.at,
    )
    if not is_extra and member.origin != "pending":
        whole = Ref(change.kind, change.key)
        missing = [ref for ref in (whole, member.ref) if ref is not None and ref in found.absent]
        for ref in missing:
            # The group or the account is missing itself, and this is no second thing.
            found.along[ref] = found.along.get(ref, 0) + 1
        if missing:
            return
        if not _shows_all_members(change, found):
            found.doubted.append(item.identity)
            return
    found.take(item)


def _shows_all_members(change: Change, found: _Findings) -> bool:
    return found.sight.is_whole and change.key not in found.half_seen


def _with_memberships(found: _Findings) -> Iterator[DriftItem]:
    """Yield the items; what is missing says what is gone with it."""
    for item in found.items:
        ref = Ref(item.kind, item.key)
        along, referred = found.along.get(ref, 0), found.referred.get(ref, 0)
        is_more = item.drift_class is DriftClass.MISSING and along + referred > 0
        yield replace(item, along=along, referred=referred) if is_more else item


# --- what a plan leaves alone -----------------------------------------------------------------


def _strangers(plan: TargetPlan, found: _Findings) -> tuple[int, list[DriftItem]]:
    """Return how many objects are the app's own, and the items of those that are nobody's."""
    spared, items = 0, []
    for stranger in plan.unmanaged:
        live = found.live[stranger.kind, stranger.live_id]
        if pattern_of(live, found.sight.target.rules(stranger.kind).untouchable) is not None:
            spared += 1
        elif live.active or not stranger.key:
            # Of a leaver, an inactive account is what everybody wants.
            items.append(_stranger(stranger, live, found.sight))
    return spared, items


def _stranger(stranger: Unmanaged, live: Live, sight: Sight) -> DriftItem:
    return DriftItem(
        target=sight.target.key,
        drift_class=DriftClass.UNMANAGED,
        kind=stranger.kind,
        key=stranger.key,
        display=stranger.display,
        origin="drift" if sight.is_known else "unknown",
        live_id=stranger.live_id,
        made=_said(live, "created"),
        modified=_said(live, "lastModified"),
        why=stranger.why if live.active else f"{stranger.why}; inactive",
        left="it is not ours",
    )


def _said(live: Live | None, name: str) -> datetime | None:
    """Return what the server says in `meta` under *name*, where that is a moment."""
    meta = lookup(live.resource, "meta") if live else None
    text = lookup(meta, name) if isinstance(meta, Mapping) else None
    return moment(text) if isinstance(text, str) else None
