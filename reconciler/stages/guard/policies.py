"""Policies as guards: what of the changes would break one, or give more to whoever breaks it.

A policy holds what gives, and never what takes away: a breach that is there already is told, and
whatever mends it may go.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from reconciler.model.evidence import Evidence
from reconciler.model.plan import Action, AttributeChange, Change, Violation
from reconciler.model.policy import Finding, Part
from reconciler.model.resource import Wanted
from reconciler.model.target import Standing
from reconciler.model.values import Kind, Ref

_SHOWN = 20
"""So many breaches of one policy are named one by one; the rest is one violation."""
_ROLES = frozenset({"appRoleAssignments"})

_Place = tuple[str, str]
"""The id of a membership change, and the name of a member."""


def guard_policies(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Yield what is broken here, with what it holds; without, it only reports."""
    if not evidence.intent.findings:
        return
    scene = _Scene.build(changes, evidence)
    here = (item for item in evidence.intent.findings if scene.concerns(item))
    for _, group in groupby(here, key=lambda item: item.policy):
        found = list(group)
        yield from (_violation([item], scene) for item in found[:_SHOWN])
        if len(found) > _SHOWN:
            yield _violation(found[_SHOWN:], scene)


def _violation(found: Sequence[Finding], scene: "_Scene") -> Violation:
    first, holds, members = found[0], set[str](), set[_Place]()
    for item in found:
        whole, places = scene.held_by(item)
        holds |= whole
        members |= places
    # Who is held whole need not be held in part.
    members = {place for place in members if place[0] not in holds}
    rest = f"{len(found)} more break it; the first: " if len(found) > 1 else ""
    return Violation(
        first.guard,
        f"{rest}{first.message}",
        f"policies.{first.policy}",
        (("breaches", len(found)),),
        frozenset(holds.union(change_id for change_id, _ in members)),
        frozenset(members),
        severity=max((item.severity for item in found), key=lambda item: item == "error"),
        at=first.at,
    )


@dataclass(frozen=True, slots=True)
class _Scene:
    """The changes that give something, by whom they give it to, and who should be here."""

    evidence: Evidence
    wanted: Mapping[Ref, Wanted]
    accounts: Mapping[str, list[Change]]
    """By the key of the user."""
    joins: Mapping[str, list[Change]]
    """Additions of members, by the key of the user."""
    fills: Mapping[str, list[Change]]
    """Additions of members, and creations, by the key of the group."""
    assigned: frozenset[str]
    """The groups that are assigned here."""
    reads: Mapping[str, frozenset[str]]
    """The source attributes that flow into a target attribute, by its identity."""

    @classmethod
    def build(cls, changes: tuple[Change, ...], evidence: Evidence) -> "_Scene":
        """Sort *changes* once for all findings."""
        accounts, joins, fills = (defaultdict[str, list[Change]](list) for _ in range(3))
        for change in changes:
            if change.kind is Kind.USER:
                accounts[change.key].append(change)
            elif change.action in (Action.ADD_MEMBERS, Action.CREATE):
                fills[change.key].append(change)
                for member in change.add:
                    joins[member.name].append(change)
        target = evidence.target
        return cls(
            evidence,
            {item.ref: item for item in evidence.intent.wanted},
            accounts,
            joins,
            fills,
            frozenset(item.ref.key for item in target.assignments if item.ref.kind is Kind.GROUP),
            {
                item.definition.path.identity: item.expression.reads
                for item in target.users.mapping
                if item.expression is not None
            },
        )

    def concerns(self, found: Finding) -> bool:
        """Tell whether *found* says something of this target."""
        if found.targets and self.evidence.target.key not in found.targets:
            return False
        if found.parts:
            return any(self._has(part) for part in found.parts)
        if found.group:
            return self._has(Part(group=found.group))
        return not found.user or self._is_active(Ref(Kind.USER, found.user))

    def held_by(self, found: Finding) -> tuple[set[str], set[_Place]]:
        """Return the ids of the changes that *found* holds, and the single members."""
        if found.severity != "error":
            return set(), set()
        if found.parts:
            return self._held_parts(found)
        if found.group:
            return self._held_group(found)
        account = {
            item.id for item in self.accounts.get(found.user, ()) if self._gives(item, found.reads)
        }
        return account, {(item.id, found.user) for item in self.joins.get(found.user, ())}

    def _held_parts(self, found: Finding) -> tuple[set[str], set[_Place]]:
        groups = {part.group for part in found.parts if part.group}
        joins = {
            (item.id, found.user) for item in self.joins.get(found.user, ()) if item.key in groups
        }
        if not any(self._is_given_by_account(part) for part in found.parts):
            return set(), joins
        changes = self.accounts.get(found.user, ())
        return {item.id for item in changes if self._gives(item, frozenset())}, joins

    def _held_group(self, found: Finding) -> tuple[set[str], set[_Place]]:
        changes = self.fills.get(found.group, ())
        if found.members is None:
            return {item.id for item in changes}, set()
        return set(), {
            (item.id, member.name)
            for item in changes
            for member in item.add
            if member.name in found.members
        }

    def _has(self, part: Part) -> bool:
        if part.target:
            return part.target == self.evidence.target.key
        return part.group in self.assigned or self._is_active(Ref(Kind.GROUP, part.group))

    def _is_given_by_account(self, part: Part) -> bool:
        """Tell whether *part* comes with the account here: by a role, or without a live group."""
        if part.target:
            return part.target == self.evidence.target.key
        if part.group not in self.assigned:
            return False
        itself = Ref(Kind.GROUP, part.group)
        target = self.evidence.target
        gives_role = any(item.role and item.ref == itself for item in target.assignments)
        return gives_role or not self._is_active(itself)

    def _is_active(self, ref: Ref) -> bool:
        item = self.wanted.get(ref)
        return item is not None and item.standing is Standing.ACTIVE

    def _gives(self, change: Change, reads: frozenset[str]) -> bool:
        """Tell whether *change* opens an account, adds a role, or writes what is at fault."""
        if change.action in (Action.CREATE, Action.ENABLE):
            return True
        if change.action not in (Action.ADOPT, Action.UPDATE):
            return False
        return any(self._adds(item, reads) for item in change.attributes)

    def _adds(self, item: AttributeChange, reads: frozenset[str]) -> bool:
        if item.after is None:
            return False
        if item.path.identity == "active":
            return str(item.after).casefold() == "true"
        found = self.reads.get(item.path.identity, frozenset())
        if found & reads:
            return True
        return bool(found & _ROLES) and bool(_values(item.after) - _values(item.before))


def _values(value: object) -> frozenset[str]:
    items = value if isinstance(value, tuple | list | frozenset) else (value,)
    return frozenset(str(item) for item in items if item is not None)
