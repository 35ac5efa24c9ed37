"""Diff: what must change for the live objects to be as wanted. Only mapped paths are compared.

Memberships are compared by their own stage, as sets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deepdiff import DeepDiff

from reconciler.model.canonical import as_it_stands, as_text, canonical_value, comparable, ordered
from reconciler.model.difference import Difference
from reconciler.model.pairing import Leaver, Pair, Pairing
from reconciler.model.path import AttributePath, read_path
from reconciler.model.plan import Action, AttributeChange, Change
from reconciler.model.remarks import Withheld
from reconciler.model.resource import Live, Memory, Rewrite, Wanted, WantedAttribute
from reconciler.model.target import Departure, Standing, Target
from reconciler.model.values import Kind, Ref, Wish, references_of

_ACTIVE = AttributePath("active")


@dataclass(slots=True)
class _Findings:
    """The target being compared, who is known there, and what has been found so far."""

    target: Target
    ids: Mapping[Ref, str]
    people: Mapping[str, Ref]  # users by live id
    created: frozenset[Ref]
    deleted: frozenset[Ref]
    """Who is about to go: nobody shall refer to them any more."""
    rewrites: Mapping[tuple[str, str], Rewrite]
    changes: list[Change] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    rewritten: list[Rewrite] = field(default_factory=list)


def diff_pairing(pairing: Pairing, target: Target, memory: Memory) -> Difference:
    """Return what must change, unordered, at most one change an object."""
    found = _findings(pairing, target, memory)
    for wanted in pairing.missing:
        _create(wanted, found)
    for pair in pairing.pairs:
        _compare(pair, found)
    for leaver in pairing.leavers:
        _leave(leaver, found)
    return Difference(tuple(found.changes), tuple(found.withheld), tuple(found.rewritten))


def _findings(pairing: Pairing, target: Target, memory: Memory) -> _Findings:
    ids = pairing.ids()
    created = frozenset(
        item.ref for item in pairing.missing if "create" in target.rules(item.kind).actions
    )
    return _Findings(
        target=target,
        ids=ids,
        people={live_id: ref for ref, live_id in ids.items() if ref.kind is Kind.USER},
        created=created,
        deleted=frozenset(
            pair.wanted.ref
            for pair in pairing.pairs
            if pair.wanted.standing is Standing.OUT
            and target.rules(pair.wanted.kind).deletes_who_is_out
        ),
        rewrites={(item.live_id, item.path.casefold()): item for item in memory.rewrites},
    )


# --- an object that does not exist yet --------------------------------------------------------


def _create(wanted: Wanted, found: _Findings) -> None:
    if "create" not in found.target.rules(wanted.kind).actions:
        _withhold(wanted, found, "create", "create is not among the actions")
        return
    attributes = []
    for item in wanted.attributes:
        after = _reachable(item.given, wanted, found)
        if after is not None and item.definition.stored and not item.definition.read_only:
            at = wanted.position_of(item)
            change = AttributeChange(item.definition.path, None, after, at, item.sensitive)
            attributes.append(change)
    _add(found, wanted, Action.CREATE, None, tuple(attributes))


def _reachable(value: Wish, wanted: Wanted, found: _Findings) -> Wish:
    """Return *value* without references to those who have no account here."""
    homeless = [ref for ref in references_of(value) if not _has_account(ref, found)]
    for ref in homeless:
        why = "is about to be deleted" if ref in found.deleted else "has no account here"
        _withhold(wanted, found, f"refer to {ref}", f"{ref.key} {why}")
    if not homeless:
        return value
    return tuple(r for r in references_of(value) if r not in homeless) or None


def _has_account(ref: Ref, found: _Findings) -> bool:
    return ref not in found.deleted and (ref in found.ids or ref in found.created)


# --- an object on both sides ------------------------------------------------------------------


def _compare(pair: Pair, found: _Findings) -> None:
    wanted, target = pair.wanted, found.target
    if wanted.standing is Standing.OUT:
        departure = target.rules(wanted.kind).out_of_scope
        _depart(pair, departure, found)
    elif wanted.standing is Standing.DISABLED:
        _depart(pair, Departure.DISABLE, found)
    else:
        _update(pair, found)


def _update(pair: Pair, found: _Findings) -> None:
    wanted, live = pair.wanted, pair.live
    changes = _diff_attributes(wanted, live, wanted.attributes, found)
    action = _update_action(pair, changes)
    if "update" not in found.target.rules(wanted.kind).actions:
        if changes or not pair.linked:
            _withhold(wanted, found, action, "update is not among the actions")
        return
    if changes or not pair.linked:
        _add(found, wanted, action, live, changes)


def _update_action(pair: Pair, changes: Sequence[AttributeChange]) -> Action:
    if not pair.linked:
        return Action.ADOPT
    enables = any(item.path.identity == "active" and item.after is True for item in changes)
    return Action.ENABLE if enables and not pair.live.active else Action.UPDATE


def _diff_attributes(
    wanted: Wanted, live: Live, attributes: Sequence[WantedAttribute], found: _Findings
) -> tuple[AttributeChange, ...]:
    """Compare what differs as it stands by canonical dicts; deepdiff only where they differ too."""
    every = (_sides(item, wanted, live, found) for item in attributes if _is_compared(item))
    sides = {side[0].definition.path.identity: side for side in every if side[1] != side[2]}
    if not sides:
        return ()
    before = {path: comparable(side[1], side[0].definition) for path, side in sides.items()}
    after = {path: comparable(side[2], side[0].definition) for path, side in sides.items()}
    if before == after:
        return ()
    changes = []
    for path in _differing(before, after):
        item, old, new = sides[path]
        if refused := item.definition.refused(old, new):
            stays = "" if item.sensitive else f"; it stays {as_text(old, found.ids)}"
            why = f"the app never {refused} it{stays}"
            _withhold(wanted, found, f"change {item.definition.path}", why)
        elif not _is_rewritten(live, path, (old, new), found):
            at = wanted.position_of(item)
            changes.append(AttributeChange(item.definition.path, old, new, at, item.sensitive))
    return tuple(changes)


def _is_compared(item: WantedAttribute) -> bool:
    definition = item.definition
    held = definition.stored and not definition.read_only
    return held and item.flows and not item.only_on_create


def _sides(
    item: WantedAttribute, wanted: Wanted, live: Live, found: _Findings
) -> tuple[WantedAttribute, Wish, Wish]:
    """Return before and after of one attribute, equal where nothing is to happen."""
    before = _before(item, live, found)
    if item.fills:
        return item, before, before if before is not None else item.given
    after = _reachable(item.value, wanted, found)
    if after is None and found.target.null_values == "keep":
        after = before
    if isinstance(before, tuple):
        after = as_it_stands(before, after, item.definition, only_adds=item.only_adds)
    return item, before, after


def _before(item: WantedAttribute, live: Live, found: _Findings) -> Wish:
    definition = item.definition
    before = canonical_value(read_path(definition.path, live.resource), definition, item.given)
    if definition.path.identity == "active" and before is None:
        return True  # RFC 7643 §4.1.1: a server that does not say means that it is usable.
    if definition.type != "reference":
        return before
    if isinstance(before, tuple):
        return ordered(found.people.get(str(one), one) for one in before)
    return None if before is None else found.people.get(str(before), before)


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the paths that differ, in the order of *after*."""
    tree = DeepDiff(before, after, view="tree", threshold_to_diff_deeper=0)
    roots = {change.path(output_format="list")[0] for kind in tree.values() for change in kind}
    return [path for path in after if path in roots]


def _is_rewritten(live: Live, path: str, sides: tuple[Wish, Wish], found: _Findings) -> bool:
    """Tell whether the server changed or dropped this very value before; then it is not fought."""
    rewrite = found.rewrites.get((live.id, path))
    if rewrite is None:
        return False
    before, after = (as_text(side, found.ids) for side in sides)
    if rewrite.kept == before and rewrite.sent == after:
        found.rewritten.append(rewrite)
        return True
    return False


# --- an object that should go -----------------------------------------------------------------


def _depart(pair: Pair, departure: Departure, found: _Findings) -> None:
    wanted, live = pair.wanted, pair.live
    if departure is Departure.DELETE:
        _delete(wanted, live, wanted.why, found)
    elif departure is Departure.DISABLE and wanted.kind is Kind.GROUP:
        _withhold(wanted, found, "disable", "a group cannot be disabled; it is kept")
    elif departure is Departure.DISABLE and live.active:
        lifecycle = [
            item
            for item in wanted.attributes
            if item.is_lifecycle or item.definition.path.identity == "active"
        ]
        changes = _diff_attributes(wanted, live, lifecycle, found)
        _disable(wanted, live, changes, found)


def _disable(
    wanted: Wanted, live: Live, changes: tuple[AttributeChange, ...], found: _Findings
) -> None:
    if "disable" not in found.target.rules(wanted.kind).actions:
        _withhold(wanted, found, "disable", "disable is not among the actions")
    elif not changes:
        _withhold(wanted, found, "disable", "the mapping does not change anything for it")
    else:
        _add(found, wanted, Action.DISABLE, live, changes)


def _leave(leaver: Leaver, found: _Findings) -> None:
    """Treat an account that is ours and that the YAML no longer names."""
    rules = found.target.rules(leaver.kind)
    gone = f"gone from the YAML; ours because {leaver.how}"
    if rules.removed is Departure.DELETE:
        _delete(leaver, leaver.live, gone, found)
    elif rules.removed is Departure.DISABLE and leaver.kind is Kind.GROUP:
        _withhold(leaver, found, "disable", "a group cannot be disabled; it is kept")
    elif rules.removed is Departure.DISABLE and leaver.live.active:
        if "disable" in rules.actions:
            off = AttributeChange(_ACTIVE, before=True, after=False)
            _append(found, leaver, Action.DISABLE, why=gone, live=leaver.live, attributes=(off,))
        else:
            _withhold(leaver, found, "disable", "disable is not among the actions")


def _delete(item: Wanted | Leaver, live: Live, why: str, found: _Findings) -> None:
    if found.target.service.leaves_the_deleted and not live.active:
        return  # Deleted before: this server leaves the account behind, inactive.
    if "delete" in found.target.rules(item.kind).actions:
        _append(found, item, Action.DELETE, why=why, live=live)
    else:
        _withhold(item, found, "delete", "delete is not among the actions")


# --- notes ------------------------------------------------------------------------------------


def _add(
    found: _Findings,
    wanted: Wanted,
    action: Action,
    live: Live | None,
    attributes: tuple[AttributeChange, ...],
) -> None:
    """Add a change; where all of an update comes from one line, that line is its place."""
    lines = {item.at for item in attributes if item.at is not None}
    at = wanted.source.at
    if action is Action.DISABLE:
        at = wanted.source.position_of(wanted.asked_by) or at
    elif action is not Action.CREATE and len(lines) == 1:
        at = lines.pop()
    _append(found, wanted, action, why=wanted.why, live=live, attributes=attributes, at=at)


def _append(found: _Findings, item: Wanted | Leaver, action: Action, **fields: Any) -> None:
    live: Live | None = fields["live"]
    display = live.display if live else getattr(item, "display", item.key)
    found.changes.append(
        Change(found.target.key, item.kind, item.key, action, display=display, **fields)
    )


def _withhold(item: Wanted | Leaver, found: _Findings, what: str, why: str) -> None:
    at = item.source.at if isinstance(item, Wanted) else None
    found.withheld.append(Withheld(f"{found.target.key}/{item.kind}/{item.key}", what, why, at))
