"""Access: what a plan means for each person and each group, and which line of the YAML says so."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.model.access import (
    Cause,
    Effect,
    GroupAccess,
    PersonAccess,
    TargetAccess,
    Thing,
    Turn,
)
from reconciler.model.canonical import canonical_value
from reconciler.model.grounds import Grounds
from reconciler.model.mapping import AttributeMapping
from reconciler.model.origin import Origin
from reconciler.model.path import read_path
from reconciler.model.plan import Action, Change, MemberChange, TargetPlan
from reconciler.model.unheard import find_unheard_roles
from reconciler.model.values import Kind, Wish
from reconciler.values import Complex

_ROLES = "appRoleAssignments"
_MASKED = "(sensitive)"
_TURNS = {
    Action.CREATE: Turn.CREATED,
    Action.DISABLE: Turn.DISABLED,
    Action.DELETE: Turn.DELETED,
}


@dataclass(slots=True)
class _Found:
    """What has been found of one person so far."""

    display: str
    account: list[Effect] = field(default_factory=list)
    groups: list[Effect] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Scene:
    """What one target's view is made from."""

    plan: TargetPlan
    grounds: Grounds
    roles: Mapping[str, AttributeMapping]
    """The mappings that carry roles, by the identity of their paths."""
    marked: frozenset[str]
    """The sensitive roles, folded: here or in the base."""
    people: dict[str, _Found] = field(default_factory=dict)

    def find(self, name: str, display: str) -> _Found:
        """Return what is known of somebody; an account's own name goes before others."""
        found = self.people.get(name)
        if found is None:
            item = self.grounds.head.account(name)
            found = self.people[name] = _Found(item.display if item else display)
        return found


def view_access(plan: TargetPlan, grounds: Grounds) -> TargetAccess:
    """Return who gains and who loses what by *plan*, by person and by group."""
    mappings = grounds.head.target.users.mapping
    roles = {
        item.definition.path.identity: item
        for item in mappings
        if item.expression is not None and _ROLES in item.expression.reads
    }
    targets = (side.target for side in (grounds.head, grounds.base) if side is not None)
    marked = frozenset(name.casefold() for it in targets for name in it.sensitive_roles)
    scene = _Scene(plan, grounds, roles, marked)
    for change in plan.changes:
        if change.kind is Kind.USER:
            _see_user(change, scene)
        else:
            _see_group(change, scene)
    if not roles:
        _see_unheard(scene)
    people = (_person(name, found, scene) for name, found in sorted(scene.people.items()))
    return TargetAccess(tuple(people), tuple(_groups(scene)))


def _person(name: str, found: _Found, scene: _Scene) -> PersonAccess:
    sides = (scene.grounds.head, scene.grounds.base)
    users = [user for side in sides if side and (user := side.user(name)) is not None]
    return PersonAccess(
        target=scene.plan.target,
        name=name,
        display=found.display,
        effects=(*found.account, *found.groups),
        sensitive=any(user.sensitive for user in users),
        owner=next((user.owner for user in reversed(users) if user.owner), None),
    )


# --- accounts and roles -----------------------------------------------------------------------


def _see_user(change: Change, scene: _Scene) -> None:
    turn = _turn(change)
    effects = []
    if turn is not None:
        grounds = scene.grounds
        find = grounds.of_gained_account if turn.gains else grounds.of_lost_account
        origin = change.cause or change.origin
        effects.append(_effect(Thing.ACCOUNT, (change.key, turn), change, find(change.key), origin))
    effects += _roles(change, turn, scene)
    if effects:
        found = scene.find(change.key, change.display)
        found.display = change.display
        found.account += effects


def _turn(change: Change) -> Turn | None:
    """Return what happens to the account itself; None where it stays usable, or unusable."""
    if change.action in _TURNS:
        return _TURNS[change.action]
    active = next((item for item in change.attributes if item.path.identity == "active"), None)
    if active is None:
        return None
    return Turn.DISABLED if active.after is False else Turn.ENABLED


def _roles(change: Change, turn: Turn | None, scene: _Scene) -> Iterator[Effect]:
    """Yield the roles that are given and taken: as the app has them, else as they are assigned."""
    before, after = _role_names(change, turn, scene)
    grounds = scene.grounds
    for role in before:
        if role not in after:
            cause = grounds.of_lost_role(change.key, role)
            yield _role(role, Turn.TAKEN, change, cause, scene)
    for role in after:
        if role not in before:
            cause = grounds.of_gained_role(change.key, role)
            yield _role(role, Turn.GIVEN, change, cause, scene)


def _role_names(
    change: Change, turn: Turn | None, scene: _Scene
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the roles before and after *change*."""
    if not scene.roles:
        return _assigned(change, turn, scene)
    changed = {item.path.identity: item for item in change.attributes}
    before: list[str] = []
    after: list[str] = []
    for path, mapping in scene.roles.items():
        item = changed.get(path)
        if turn is not None and not turn.gains:
            before += _names(_live_value(change, mapping), hidden=mapping.is_masked)
        elif item is not None:
            before += _names(item.before, hidden=item.sensitive) if not item.sensitive else ()
            after += _names(item.after, hidden=item.sensitive)
    return tuple(dict.fromkeys(before)), tuple(dict.fromkeys(after))


def _assigned(
    change: Change, turn: Turn | None, scene: _Scene
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the roles by assignment, where no mapping carries them: they go with the account."""
    if turn is None:
        return (), ()
    head, base = scene.grounds.head, scene.grounds.base
    side = head if turn.gains or base is None else base
    item = side.account(change.key)
    given = tuple(dict.fromkeys(one.role for one in item.assignments if one.role)) if item else ()
    return ((), given) if turn.gains else (given, ())


def _see_unheard(scene: _Scene) -> None:
    """Add the roles that this change gives and takes by assignment, of which no operation tells."""
    users = (change for change in scene.plan.changes if change.kind is Kind.USER)
    seen = {change.key for change in users if _turn(change) is not None}
    for item, effects in find_unheard_roles(scene.grounds, scene.marked, seen):
        if not scene.plan.only or item.key in scene.plan.only:
            scene.find(item.key, item.display).account += effects


def _live_value(change: Change, mapping: AttributeMapping) -> Wish:
    if change.live is None:
        return None
    definition = mapping.definition
    return canonical_value(read_path(definition.path, change.live.resource), definition)


def _names(value: Wish, *, hidden: bool) -> tuple[str, ...]:
    """Return what a role attribute holds as names of roles."""
    if value is None:
        return ()
    if hidden:
        return (_MASKED,)
    items = value if isinstance(value, tuple) else (value,)
    found = (dict(item.parts).get("value") if isinstance(item, Complex) else item for item in items)
    return tuple(str(item) for item in found if item is not None)


def _role(role: str, turn: Turn, change: Change, cause: Cause, scene: _Scene) -> Effect:
    privileged = role.casefold() in scene.marked or (role == _MASKED and bool(scene.marked))
    effect = _effect(Thing.ROLE, (role, turn), change, cause, change.origin)
    return replace(effect, privileged=privileged, unheard=not scene.roles)


# --- groups -----------------------------------------------------------------------------------


def _see_group(change: Change, scene: _Scene) -> None:
    grounds = scene.grounds
    privileged = _is_privileged(change.key, scene)
    name = change.display or change.key
    for member in change.add:
        cause = grounds.of_gained_group(member.name, change.key, member.at)
        effect = _effect(Thing.GROUP, (name, Turn.GIVEN), change, cause, member.origin)
        _join(member, effect, scene, privileged=privileged)
    going = _members_of_deleted(change, scene) if change.action is Action.DELETE else change.remove
    for member in going:
        cause = Cause(change.at, why="nobody in the directory")
        if member.ref is not None:
            cause = grounds.of_lost_group(member.name, change.key)
        effect = _effect(Thing.GROUP, (name, Turn.TAKEN), change, cause, member.origin)
        _join(member, effect, scene, privileged=privileged)


def _join(member: MemberChange, effect: Effect, scene: _Scene, *, privileged: bool) -> None:
    own = replace(effect, privileged=True) if privileged else effect
    scene.find(member.name, member.display).groups.append(own)


def _members_of_deleted(change: Change, scene: _Scene) -> Iterable[MemberChange]:
    """Return who loses a group that is deleted: each by key where the plan knows the live id."""
    if change.live is None or not change.live.members:
        return ()
    refs = {live_id: ref for ref, live_id in scene.plan.ids.items() if ref.kind is Kind.USER}
    origin = change.origin
    members = (
        MemberChange(
            refs.get(live_id),
            live_id,
            refs[live_id].key if live_id in refs else live_id,
            origin=origin,
        )
        for live_id in change.live.members
    )
    return sorted(members, key=lambda member: member.name)


def _groups(scene: _Scene) -> Iterator[GroupAccess]:
    changes: dict[str, list[Change]] = {}
    for change in scene.plan.changes:
        if change.kind is Kind.GROUP and (change.add or change.remove):
            changes.setdefault(change.key, []).append(change)
    for key, found in sorted(changes.items()):
        yield GroupAccess(
            target=scene.plan.target,
            key=key,
            display=found[0].display or key,
            joins=tuple(member.name for change in found for member in change.add),
            leaves=tuple(member.name for change in found for member in change.remove),
            held=frozenset(
                member.name
                for change in found
                if change.held_by
                for member in (*change.add, *change.remove)
            ),
            owner=_owner(key, scene),
            privileged=_is_privileged(key, scene),
        )


def _owner(key: str, scene: _Scene) -> str | None:
    """Return who answers for a group: as the base says, where there is one."""
    sides = (scene.grounds.base, scene.grounds.head)
    groups = (side.routes.desired.groups.get(key) for side in sides if side is not None)
    return next((group.owner for group in groups if group is not None and group.owner), None)


def _is_privileged(key: str, scene: _Scene) -> bool:
    sides = (scene.grounds.head, scene.grounds.base)
    groups = (side.routes.desired.groups.get(key) for side in sides if side is not None)
    return any(group.sensitive for group in groups if group is not None)


def _effect(
    thing: Thing, said: tuple[str, Turn], change: Change, cause: Cause, origin: Origin
) -> Effect:
    name, turn = said
    return Effect(
        thing=thing,
        key=change.key if thing is Thing.GROUP else name,
        name=name,
        turn=turn,
        change=change.id,
        cause=cause,
        origin=origin,
        held_by=change.held_by,
    )
