"""Ask by id for who was there at an earlier look and is in no list now: one GET each."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from reconciler.model.resource import Live, Snapshot
from reconciler.model.values import Kind
from reconciler.scim.reader import ScimReader
from reconciler.scim.reading.proof import ask
from reconciler.scim.reading.single import read_by_id

AGAIN: Final = 100
"""The most that are asked for at one look; the others wait for the next."""


def look_again(reader: ScimReader, snapshot: Snapshot, ids: Iterable[tuple[Kind, str]]) -> Snapshot:
    """Return *snapshot* with those of *ids* who are there all the same, and who is gone for good.

    A list that is proven complete has answered already. «Not found» is believed only of a server
    that finds by its id somebody whom it shows.
    """
    if snapshot.complete:
        return snapshot
    shown = {kind: {live.id for live in snapshot.of(kind)} for kind in Kind}
    silent = [(kind, live_id) for kind, live_id in ids if live_id not in shown[kind]][:AGAIN]
    kinds = [kind for kind in Kind if any(one is kind for one, _ in silent)]
    able = {kind for kind in kinds if _finds_by_id(reader, snapshot.of(kind))}
    questions = [(kind, live_id) for kind, live_id in silent if kind in able]
    answers = ask(reader, questions, lambda question: read_by_id(reader, *question))
    pairs = list(zip(questions, answers, strict=True))
    found = [live for (_, live_id), live in pairs if isinstance(live, Live) and live.id == live_id]
    gone = frozenset(question for question, answer in pairs if answer is None)
    if not found and not gone:
        return snapshot
    there, away = len(found), len({live_id for _, live_id in gone})
    said = f"asked by id for who was seen before and is not listed: {there} there, {away} gone"
    return replace(
        snapshot,
        users=(*snapshot.users, *(live for live in found if live.kind is Kind.USER)),
        groups=(*snapshot.groups, *(live for live in found if live.kind is Kind.GROUP)),
        evidence=(*snapshot.evidence, said),
        gone=gone,
    )


def _finds_by_id(reader: ScimReader, shown: tuple[Live, ...]) -> bool:
    if not shown:
        return False
    first = shown[0]
    (answer,) = ask(reader, [first.id], lambda live_id: reader.read(first.kind, live_id))
    return isinstance(answer, dict) and answer.get("id") == first.id
