"""What drift is looked for in: one target, as it is live and as it should be."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.path import AttributePath
from reconciler.model.plan import Change
from reconciler.model.resource import Live, Snapshot, Wanted
from reconciler.model.target import Standing, Target
from reconciler.model.values import Kind, Ref, Wish
from reconciler.values import Complex

_ROLES = "appRoleAssignments"
"""The source attribute that a mapping of roles reads."""


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

    def shows_members(self) -> bool:
        """Tell whether any group shows a member; where none does, they may all be hidden."""
        return any(group.members for group in self.snapshot.groups)

    def live(self) -> dict[tuple[Kind, str], Live]:
        """Return every live object by kind and id."""
        return {(live.kind, live.id): live for kind in Kind for live in self.snapshot.of(kind)}

    def present(self, ids: Mapping[Ref, str]) -> frozenset[tuple[str, str]]:
        """Return kind and name of everybody in the snapshot: by id, and by key where one has it."""
        by_id = ((kind.value, f"id:{live.id}") for kind in Kind for live in self.snapshot.of(kind))
        return frozenset((*by_id, *((ref.kind.value, ref.key) for ref in ids)))

    def absent(self) -> frozenset[tuple[str, str]]:
        """Return kind and name of who is proven not to be there, where the lists prove nothing."""
        if self.snapshot.complete:
            return frozenset()
        by_id = ((kind.value, f"id:{live_id}") for kind, live_id in self.snapshot.gone)
        asked = (item for item in self.wanted if item.look_ups)
        by_key = (
            (item.kind.value, item.key)
            for item in asked
            if self.snapshot.absent.issuperset(item.look_ups)
        )
        return frozenset((*by_id, *by_key))

    def privileged(self) -> frozenset[Ref]:
        """Return the users and groups that are marked `sensitive` in the YAML."""
        return frozenset(item.ref for item in self.wanted if item.source.sensitive)

    def elevates(self, path: AttributePath, found: Wish, expected: Wish) -> bool:
        """Tell whether *found*, live at *path*, is a sensitive role that *expected* is not."""
        if not self.target.sensitive_roles or path.identity not in self._role_paths():
            return False
        marked = {role.casefold() for role in self.target.sensitive_roles}
        return bool(marked & (_names(found) - _names(expected)))

    def _role_paths(self) -> frozenset[str]:
        return frozenset(
            item.definition.path.identity
            for item in self.target.users.mapping
            if item.expression is not None and _ROLES in item.expression.reads
        )

    def unreadable(self, ids: Mapping[Ref, str]) -> tuple[str, ...]:
        """Return the keys of our groups whose members the server does not show, in order."""
        return tuple(key for key, live in self._groups(ids) if live.members is None)

    def half_seen(self, ids: Mapping[Ref, str]) -> frozenset[str]:
        """Return the keys of our groups that may have other members than they show."""
        is_open = self.shows_members()
        groups = self._groups(ids)
        return frozenset(key for key, live in groups if not (is_open and live.members_proven))

    def _groups(self, ids: Mapping[Ref, str]) -> list[tuple[str, Live]]:
        """Return our groups whose members are mapped, in order."""
        live = {group.id: group for group in self.snapshot.groups}
        ours = (
            (item.key, live.get(ids.get(item.ref, "")))
            for item in self.wanted
            if item.members is not None and item.standing is Standing.ACTIVE
        )
        found = [(key, group) for key, group in ours if group is not None]
        return sorted(found, key=lambda pair: pair[0])


def _names(value: Wish) -> set[str]:
    """Return what a role attribute holds as names of roles, folded."""
    items = value if isinstance(value, tuple) else (value,)
    names = (dict(item.parts).get("value") if isinstance(item, Complex) else item for item in items)
    return {str(name).casefold() for name in names if name is not None}


def waits(change: Change) -> bool:
    """Tell whether some of *change* was asked for before and only waits for an apply."""
    members = (member.origin for member in (*change.add, *change.remove))
    return "pending" in (change.cause, *(item.origin for item in change.attributes), *members)
