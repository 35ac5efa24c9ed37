"""What drift is looked for in: one target, as it is live and as it should be."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.plan import Change
from reconciler.model.resource import Live, Snapshot, Wanted
from reconciler.model.target import Standing, Target
from reconciler.model.values import Kind, Ref


@dataclass(frozen=True, slots=True)
class Sight:
    """A look at *target*, which is as written. *is_known*: what was last applied is known."""

    target: Target
    snapshot: Snapshot
    wanted: tuple[Wanted, ...]
    is_known: bool

    @property
    def is_whole(self) -> bool:
        """Tell whether what is not in the snapshot is not there."""
        return self.snapshot.complete or self.snapshot.one_by_one

    def live(self) -> dict[tuple[Kind, str], Live]:
        """Return every live object by kind and id."""
        return {(live.kind, live.id): live for kind in Kind for live in self.snapshot.of(kind)}

    def privileged(self) -> frozenset[str]:
        """Return the keys of the groups that are marked `sensitive` in the YAML."""
        sources = ((item.key, item.source) for item in self.wanted)
        return frozenset(key for key, source in sources if getattr(source, "sensitive", False))

    def unreadable(self, ids: Mapping[Ref, str]) -> tuple[str, ...]:
        """Return the keys of our groups whose members the server does not show, in order."""
        hidden = {live.id for live in self.snapshot.groups if live.members is None}
        ours = (
            item.key
            for item in self.wanted
            if item.members is not None and item.standing is Standing.ACTIVE
            if item.kind is Kind.GROUP and ids.get(item.ref) in hidden
        )
        return tuple(sorted(ours))


def waits(change: Change) -> bool:
    """Tell whether some of *change* was asked for before and only waits for an apply."""
    members = (member.origin for member in (*change.add, *change.remove))
    return "pending" in (change.cause, *(item.origin for item in change.attributes), *members)
