"""What policies look at: people and groups on one day, and who is exempt."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.model.directory import Desired, Directory, Group, User
from reconciler.model.guest import as_source
from reconciler.model.mapping import ScopeRule
from reconciler.model.policy import Exemption, Finding, Policy
from reconciler.model.problem import Position
from reconciler.model.resource import Scoped
from reconciler.model.target import Standing
from reconciler.model.values import Kind, Ref
from reconciler.values import Value


@dataclass(frozen=True, slots=True)
class Scene:
    """The desired state on one day; *accounts* by target and user, of the targets needed.

    *before* is the directory of the base, where one decides the policies.
    """

    desired: Desired
    directory: Directory
    accounts: Mapping[str, Mapping[str, Scoped]]
    before: Directory | None = None
    _admitted: dict[str, frozenset[str]] = field(default_factory=dict)
    _renamed: dict[str, str] = field(default_factory=dict)

    def people(self, policy: Policy) -> Iterator[User]:
        """Yield the users whom *policy* is about: neither switched off nor past their end."""
        today = self.directory.today
        for user in self.desired.users.values():
            if user.is_switched_off or (user.window.end is not None and user.window.end < today):
                continue
            if policy.where is not None and user.key not in self.admitted(policy.where):
                continue
            if not policy.targets or self._is_at(policy.targets, user.key):
                yield user

    def admitted(self, rule: ScopeRule) -> frozenset[str]:
        """Return the users whom *rule* admits; asked once for each rule."""
        if rule.key not in self._admitted:
            users = self.desired.users.values()
            self._admitted[rule.key] = frozenset(
                user.key for user in users if rule.admits(attributes_of(user))
            )
        return self._admitted[rule.key]

    def group(self, key: str) -> Group | None:
        """Return the group that has this key, or had it before it was renamed."""
        groups = self.desired.groups
        if key in groups:
            return groups[key]
        if not self._renamed:
            self._renamed.update(
                {old: group.key for group in groups.values() for old in group.previously}
            )
        return groups.get(self._renamed.get(key, ""))

    def members(self, key: str) -> Mapping[str, Position]:
        """Return the members of a group with the lines that grant it, nested ones included."""
        group = self.group(key)
        return self.directory.groups[group.key].members if group else {}

    def exempt(self, key: str) -> frozenset[str]:
        """Return whom an exception for a group covers: who was in it at the base, and is still.

        Nobody joins it to pass a policy in the plan of the same change.
        """
        members = frozenset(self.members(key))
        if self.before is None:
            return members
        was = self.before.groups.get(key)
        return members.intersection(was.members if was else ())

    def _is_at(self, targets: frozenset[str], user: str) -> bool:
        found = (self.accounts.get(target, {}).get(user) for target in targets)
        return any(item is not None and item.standing is Standing.ACTIVE for item in found)


def attributes_of(user: User) -> Mapping[str, Value]:
    """Return what a scope rule of a policy reads of *user*."""
    return {"accountEnabled": True, **as_source(user.attributes), "objectId": user.key}


@dataclass(slots=True)
class Exemptions:
    """Who is exempt from one policy; remembers which exceptions were asked for."""

    policy: Policy
    scene: Scene
    asked: set[Exemption] = field(default_factory=set)
    _users: dict[str, Exemption] = field(default_factory=dict)
    _groups: dict[str, Exemption] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for item in sorted(self.policy.exceptions, key=lambda item: item.until):
            if item.ref.kind is Kind.USER:
                self._users[item.ref.key] = item
            else:
                self._groups[item.ref.key] = item
                self._users.update(dict.fromkeys(self.scene.exempt(item.ref.key), item))

    def judge(self, found: Finding, *refs: Ref) -> Iterator[Finding]:
        """Yield *found* unless one of *refs* is exempt; with what ended, if that was all."""
        items = [self._of(ref) for ref in refs]
        known = [item for item in items if item is not None]
        self.asked.update(known)
        today = self.scene.directory.today
        if any(today <= item.until for item in known):
            return
        ended = "".join(f"; its exception ({item.at}) ended on {item.until}" for item in known[:1])
        why = f": {self.policy.message}" if self.policy.message else ""
        yield replace(found, message=f"{found.message}{ended}{why}")

    def left_over(self) -> Iterator[Finding]:
        """Yield a warning for every exception that ended and that nothing needs any more."""
        for item in self.policy.exceptions:
            if item not in self.asked and item.until < self.scene.directory.today:
                message = f"the exception for {item.ref.key} ended on {item.until}, and can go"
                yield Finding(
                    self.policy.key, "warning", message, item.at, targets=self.policy.targets
                )

    def _of(self, ref: Ref) -> Exemption | None:
        return (self._users if ref.kind is Kind.USER else self._groups).get(ref.key)
