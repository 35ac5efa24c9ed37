"""Match: who is who. Ownership is decided here, once, so that the diff has no exceptions.

The order of proof (design §5): the ledger's id, then an equal externalId, then what was last
applied or the base, then the matching attributes by precedence. What stays unclear is a conflict;
nothing is ever guessed, and nobody gets the account of somebody who left.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from reconciler.model.formerly import Formerly
from reconciler.model.live_index import LiveIndex
from reconciler.model.pairing import Leaver, Pair, Pairing
from reconciler.model.remarks import Conflict, Unmanaged
from reconciler.model.resource import Link, Live, Memory, Snapshot, Wanted
from reconciler.model.target import Standing, Target
from reconciler.model.untouchable import pattern_of
from reconciler.model.values import Kind

_PROVEN = ("ledger", "externalId", "what was known of it")


@dataclass(slots=True)
class _Findings:
    """What has been found so far; becomes one frozen `Pairing`. *known* are all wanted keys."""

    known: frozenset[str]
    pairs: list[Pair] = field(default_factory=list)
    missing: list[Wanted] = field(default_factory=list)
    absent: list[Wanted] = field(default_factory=list)
    unmanaged: list[Unmanaged] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


def match_objects(
    wanted: Sequence[Wanted],
    snapshot: Snapshot,
    target: Target,
    memory: Memory,
    formerly: Formerly,
) -> Pairing:
    """Return which live object each wanted one is, and what becomes of the other live ones."""
    kinds = [Kind.USER] if target.groups.provision == "none" else [Kind.USER, Kind.GROUP]
    return _joined(
        _match_kind(
            [item for item in wanted if item.kind is kind],
            LiveIndex.build(snapshot.of(kind), kind, target, memory).with_former(
                formerly.given(kind)
            ),
            target,
        )
        for kind in kinds
    )


def _joined(pairings: Iterable[Pairing]) -> Pairing:
    found = tuple(pairings)
    return Pairing(
        *(
            tuple(chain.from_iterable(getattr(item, name) for item in found))
            for name in Pairing.__slots__
        )
    )


def _match_kind(wanted: Sequence[Wanted], index: LiveIndex, target: Target) -> Pairing:
    found = _Findings(frozenset(item.key for item in wanted))
    for item in wanted:
        _match_one(item, index, target, found)
    _refuse_shared(found)
    spared = _spared(index, target)
    _spare(found, spared, target)
    claimed = {pair.live.id for pair in found.pairs}
    claimed.update(chain.from_iterable(conflict.live_ids for conflict in found.conflicts))
    claimed.update(item.live_id for item in found.unmanaged)
    rest = [live for live in index.live if live.id not in claimed]
    departed = (item for item in rest if item.id not in spared)
    leavers = tuple(_leavers(departed, index, target, found.known))
    gone = {leaver.live.id for leaver in leavers}
    strangers = (_stranger(live, spared) for live in rest if live.id not in gone)
    return Pairing(
        pairs=tuple(found.pairs),
        missing=tuple(found.missing),
        absent=tuple(found.absent),
        leavers=leavers,
        unmanaged=(*found.unmanaged, *strangers),
        conflicts=tuple(found.conflicts),
        unrecorded=tuple(_unrecorded(found.pairs, index)),
        untouchable=tuple(spared),
    )


def _match_one(item: Wanted, index: LiveIndex, target: Target, found: _Findings) -> None:
    link = index.link_of(item)
    if link is not None:
        live = index.by_id[link.live_id]
        found.pairs.append(Pair(item, live, linked=True, how="ledger", settled=link.settled))
        return
    bearers = index.bearing(item)
    if len(bearers) > 1:
        found.conflicts.append(_two_bearers(item, bearers))
    elif bearers:
        _first_link(item, bearers[0], index, found)
    elif (known := index.remembered(item)) is not None:
        found.pairs.append(Pair(item, known, linked=True, how=_PROVEN[2]))
    else:
        _match_attributes(item, index, target, found)


def _first_link(item: Wanted, live: Live, index: LiveIndex, found: _Findings) -> None:
    """Link by externalId; if for the first time, a matching attribute must agree (design §5)."""
    renamed = live.external_id in item.previously
    if renamed or index.was_applied(item, live) or index.agrees(item, live):
        found.pairs.append(Pair(item, live, linked=True, how="externalId"))
    elif item.standing is Standing.OUT:
        why = f"bears the externalId of {item.key}, which is out"
        found.unmanaged.append(_left(live, why, item.key))
    else:
        found.conflicts.append(
            Conflict(
                item.kind,
                item.key,
                f"the live {item.kind} '{live.display}' bears the externalId "
                f"'{live.external_id}' but no matching attribute agrees",
                hint="Correct the matching attribute or the externalId, in the YAML or the app.",
                at=item.source.at,
                live_ids=(live.id,),
            )
        )


def _match_attributes(item: Wanted, index: LiveIndex, target: Target, found: _Findings) -> None:
    for key in item.matching:
        hits = index.holding(key)
        if len(hits) > 1:
            found.conflicts.append(_two_hits(item, str(key.definition.path), hits))
            return
        if hits:
            _judge(item, hits[0], index, target, found)
            return
    waiting = found.missing if item.standing is Standing.ACTIVE else found.absent
    waiting.append(item)


def _judge(item: Wanted, live: Live, index: LiveIndex, target: Target, found: _Findings) -> None:
    """Decide what a match by attribute means; it is not a link yet."""
    holder = index.holder(live)
    is_of_another = holder is not None and holder not in (*found.known, *item.previously)
    if holder and is_of_another and (item.standing is Standing.OUT or target.takeover != "allow"):
        _keep_from(item, live, holder, target, found)
    elif not index.keeps_external_id(live) and item.standing is not Standing.OUT:
        # Where externalId is not kept, a unique match is the link (design §5).
        found.pairs.append(Pair(item, live, linked=True, how="matching attribute"))
    elif item.standing is Standing.OUT:
        found.unmanaged.append(_left(live, f"{item.key} is out of scope: {item.why}", item.key))
    elif item.standing is Standing.DISABLED and not live.active:
        why = f"{item.key} is disabled, and so is the account"
        found.unmanaged.append(_left(live, why, item.key))
    elif (refusal := _refusal(item, live, target)) is not None:
        found.conflicts.append(refusal)
    else:
        found.pairs.append(Pair(item, live, linked=False, how="matching attribute"))


def _keep_from(item: Wanted, live: Live, holder: str, target: Target, found: _Findings) -> None:
    """Keep the account of somebody who left from whoever has the same name now."""
    if item.standing is Standing.OUT:
        found.absent.append(item)  # The account is left to be a leaver's.
        return
    what = f"the live {item.kind} '{live.display}' matches, but it is that of '{holder}'"
    earlier = f", or groups.{item.key}.previously: [{holder}]" if item.kind is Kind.GROUP else ""
    hint = f"If it really is {item.key}, set targets.{target.key}.takeover: allow{earlier}."
    found.conflicts.append(Conflict(item.kind, item.key, what, hint, item.source.at, (live.id,)))


def _refusal(item: Wanted, live: Live, target: Target) -> Conflict | None:
    """Return the conflict that keeps *live* from being adopted, or None."""
    setting = f"targets.{target.key}"
    if live.external_id is not None and target.takeover == "conflict":
        message = (
            f"the live {item.kind} '{live.display}' matches but bears the externalId "
            f"'{live.external_id}' of somebody else"
        )
        hint = f"If it really is {item.key}, set {setting}.takeover: allow."
    elif item.standing is Standing.DISABLED and target.on_unlinked == "conflict":
        message = f"leaver with a live account: '{live.display}' is active and not linked to us"
        hint = f"To disable it, set {setting}.on_unlinked: disable. The user: {item.why}."
    elif item.standing is Standing.ACTIVE and target.adopt == "conflict":
        message = f"the live {item.kind} '{live.display}' matches and is not linked to us"
        hint = f"To take it over, set {setting}.adopt: allow."
    else:
        return None
    return Conflict(item.kind, item.key, message, hint, item.source.at, (live.id,))


def _refuse_shared(found: _Findings) -> None:
    """Turn claims on one live object into conflicts; a proven link beats a mere match."""
    claims = Counter(pair.live.id for pair in found.pairs)
    proven = Counter(pair.live.id for pair in found.pairs if pair.how in _PROVEN)
    kept: list[Pair] = []
    refused: list[Pair] = []
    for pair in found.pairs:
        alone = claims[pair.live.id] == 1
        wins = pair.how in _PROVEN and proven[pair.live.id] == 1
        (kept if alone or wins else refused).append(pair)
    found.pairs = kept
    found.conflicts.extend(
        Conflict(
            pair.wanted.kind,
            pair.wanted.key,
            f"the live {pair.wanted.kind} '{pair.live.display}' is claimed by another of ours",
            hint="Make the matching attributes differ, or remove one of the two from the YAML.",
            at=pair.wanted.source.at,
            live_ids=() if proven[pair.live.id] == 1 else (pair.live.id,),
        )
        for pair in refused
    )


def _spared(index: LiveIndex, target: Target) -> dict[str, str]:
    """Return by id the pattern that makes a live object untouchable."""
    found = ((live, target.rules(live.kind).untouchable) for live in index.live)
    fits = ((live.id, pattern_of(live, patterns)) for live, patterns in found if patterns)
    return {live_id: pattern for live_id, pattern in fits if pattern is not None}


def _spare(found: _Findings, spared: Mapping[str, str], target: Target) -> None:
    """Turn pairs with an object of the app itself into conflicts, or leave who is out alone."""
    for pair in found.pairs:
        item, live = pair.wanted, pair.live
        if live.id not in spared:
            continue
        why = f"'{live.display}' is never touched here (untouchable: {spared[live.id]})"
        if item.standing is Standing.OUT:
            found.unmanaged.append(_left(live, why, item.key))
            continue
        hint = f"Take it out of the YAML, or out of targets.{target.key}.{item.kind}s.untouchable."
        found.conflicts.append(Conflict(item.kind, item.key, why, hint, item.source.at, (live.id,)))
    found.pairs = [pair for pair in found.pairs if pair.live.id not in spared]


def _two_bearers(item: Wanted, bearers: Sequence[Live]) -> Conflict:
    what = f"bear the externalId '{item.external_id}'"
    return _several(item, bearers, what, "Remove the externalId from the wrong one in the app.")


def _two_hits(item: Wanted, path: str, hits: Sequence[Live]) -> Conflict:
    hint = "Delete or rename one of them in the app, or match on another attribute first."
    return _several(item, hits, f"have the same {path}", hint)


def _several(item: Wanted, lives: Sequence[Live], what: str, hint: str) -> Conflict:
    names = ", ".join(live.display for live in lives)
    message = f"{len(lives)} live {item.kind}s {what}: {names}"
    ids = tuple(live.id for live in lives)
    return Conflict(item.kind, item.key, message, hint, item.source.at, ids)


def _leavers(
    rest: Iterable[Live], index: LiveIndex, target: Target, known: frozenset[str]
) -> Iterator[Leaver]:
    """Yield what is ours and nobody's any more; what cannot be proven ours is left alone."""
    ownership = target.ownership
    for live in rest:
        link = index.links_by_id.get(live.id)
        if link is not None and link.key not in known:
            yield Leaver(live.kind, link.key, live, "the ledger records it")
        elif (former := index.former.get(live.id)) is not None and former.key not in known:
            yield Leaver(live.kind, former.key, live, former.how, is_named=True)
        elif ownership.kind == "all":
            yield Leaver(live.kind, live.external_id or live.display, live, "ownership is all")
        elif ownership.kind == "external_id" and _bears(live, ownership.prefix):
            key = str(live.external_id)
            yield Leaver(live.kind, key, live, "it bears an externalId of ours")


def _bears(live: Live, prefix: str) -> bool:
    return live.external_id is not None and live.external_id.startswith(prefix)


def _stranger(live: Live, spared: Mapping[str, str]) -> Unmanaged:
    if live.id in spared:
        return _left(live, f"never touched here (untouchable: {spared[live.id]})")
    if live.external_id is not None:
        return _left(live, f"not in the YAML; bears the externalId '{live.external_id}'")
    return _left(live, "not in the YAML")


def _left(live: Live, why: str, key: str = "") -> Unmanaged:
    return Unmanaged(live.kind, live.id, live.display, why, key)


def _unrecorded(pairs: Iterable[Pair], index: LiveIndex) -> Iterator[Link]:
    for pair in pairs:
        if pair.linked and pair.how != "ledger":
            yield index.link_for(pair.wanted.key, pair.live)
