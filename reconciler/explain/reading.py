"""What to ask an app about one object, and what the answers amount to."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconciler.explain.scene import Scene
from reconciler.model.canonical import canonical_value
from reconciler.model.explanation import Reading, Trial
from reconciler.model.path import read_path
from reconciler.model.resource import Link, Live, LookUp, Snapshot, WantedAttribute
from reconciler.model.target import EXTERNAL_ID
from reconciler.model.values import Kind, Ref


def as_recorded(link: Link) -> Live:
    """Take an object for what the ledger says of it, where it is not read."""
    name = "userName" if link.kind is Kind.USER else "displayName"
    marks = {"externalId": link.external_id, name: link.match_value}
    return Live(link.kind, link.live_id, {"id": link.live_id, **marks})


def trials_for(ref: Ref, scene: Scene) -> tuple[Trial, ...]:
    """Return the ways to find *ref*, in the order of the match stage (design §5)."""
    return tuple(_trials(ref, scene))


def _trials(ref: Ref, scene: Scene) -> Iterator[Trial]:
    if not scene.takes_part(ref):
        return
    link, wanted = scene.link(ref), scene.wanted.get(ref)
    if link is not None:
        yield Trial("ledger", link.live_id, link=link)
    if wanted is None:
        return
    questions = [LookUp(ref.kind, item.definition.path, item.value) for item in wanted.matching]
    if scene.target.service.stores_external_id.get(ref.kind, True):
        marks = (wanted.external_id, *wanted.previously)
        questions[:0] = [LookUp(ref.kind, EXTERNAL_ID.path, mark) for mark in marks]
    masked = {item.definition.path.identity for item in wanted.attributes if _is_masked(item)}
    for question in questions:
        value = "(sensitive)" if question.path.identity in masked else question.value
        yield Trial(str(question.path), value, look_up=question)


def references_of(ref: Ref, scene: Scene) -> tuple[Ref, ...]:
    """Return the users that *ref* should refer to, such as a manager."""
    wanted = scene.wanted.get(ref)
    wishes = (item.initial for item in wanted.attributes) if wanted else ()
    return tuple({item: None for item in wishes if isinstance(item, Ref) and item != ref})


def referred_ids(ref: Ref, scene: Scene, lives: Iterable[Live]) -> tuple[str, ...]:
    """Return the live ids that the object refers to now."""
    wanted = scene.wanted.get(ref)
    paths = [item for item in wanted.attributes if _is_reference(item)] if wanted else []
    found = (
        canonical_value(read_path(item.definition.path, live.resource), item.definition)
        for live in lives
        for item in paths
    )
    return tuple({item: None for item in found if isinstance(item, str)})


def reading_of(
    ref: Ref, scene: Scene, trials: tuple[Trial, ...], others: Iterable[Live], snapshot: Snapshot
) -> Reading:
    """Put what was read into *snapshot*, which comes empty; *others* are those referred to."""
    lives = {live.id: live for trial in trials for live in trial.found or ()}
    if ref.kind is Kind.USER:
        users = {**{live.id: live for live in others}, **lives}
        return Reading(trials, replace(snapshot, users=tuple(users.values())))
    wanted = scene.wanted.get(ref)
    recorded = {link.live_id: link for link in scene.memory.links if link.kind is Kind.USER}
    members = {member for live in lives.values() for member in live.members or ()}
    joining = set(wanted.members or ()) if wanted else set()
    known = tuple(
        as_recorded(link)
        for live_id, link in sorted(recorded.items())
        if live_id in members or link.key in joining
    )
    full = replace(snapshot, users=known, groups=tuple(lives.values()))
    keys = {link.key for link in recorded.values()}
    return Reading(trials, full, members <= recorded.keys() and joining <= keys)


def _is_masked(item: WantedAttribute) -> bool:
    return item.mapping is not None and item.mapping.is_masked


def _is_reference(item: WantedAttribute) -> bool:
    return item.definition.type == "reference"
