"""Recall: whom an earlier drift report was about, so that they can be asked for by name."""

from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.model.drift import SeenItem
from reconciler.model.drift_class import DriftClass
from reconciler.model.recall import Recall
from reconciler.model.resource import Wanted
from reconciler.model.target import Standing
from reconciler.model.values import Kind, Ref

_STRANGE: Final = "id:"
_OF_MEMBERS: Final = frozenset({DriftClass.EXTRA_MEMBER, DriftClass.MISSING_MEMBER})


def recall_seen(known: Iterable[SeenItem], wanted: Iterable[Wanted]) -> Recall:
    """Return the questions about what was there at the last look, that seen longest ago first.

    Whoever should be active is asked for anyway.
    """
    there = [seen for seen in known if seen.sighting.gone_since is None]
    there.sort(key=lambda seen: (seen.sighting.last_seen, seen.identity))
    names = list(dict.fromkeys(name for seen in there for name in _names(seen)))
    keys = {Ref(kind, name) for kind, name in names}
    strange = [(kind, name) for kind, name in names if name.startswith(_STRANGE)]
    return Recall(
        ids=tuple((kind, name.removeprefix(_STRANGE)) for kind, name in strange),
        look_ups=tuple(
            question
            for item in wanted
            if item.standing is not Standing.ACTIVE and item.ref in keys
            for question in item.look_ups
        ),
    )


def _names(seen: SeenItem) -> Iterator[tuple[Kind, str]]:
    """Yield kind and name of everybody whom *seen* is about; a member may be of either kind."""
    yield seen.kind, seen.name
    if seen.drift_class in _OF_MEMBERS:
        yield Kind.USER, seen.part
        if seen.part.startswith(_STRANGE):
            yield Kind.GROUP, seen.part
