"""The scene: everything that is known of one target before anything is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.model.directory import Desired, Directory, Group, User
from reconciler.model.policy import Finding
from reconciler.model.problem import Problem
from reconciler.model.resource import Link, Memory, Scoped, Wanted
from reconciler.model.target import Target
from reconciler.model.values import Kind, Ref
from reconciler.pipeline import police
from reconciler.stages.map import map_attributes
from reconciler.stages.resolve import resolve_directory
from reconciler.stages.scope import scope_directory


@dataclass(frozen=True, slots=True)
class Scene:
    """One target on one day: who should be there, and what the ledger remembers."""

    desired: Desired
    target: Target
    memory: Memory
    now: datetime
    directory: Directory
    scoped: Mapping[Ref, Scoped]
    wanted: Mapping[Ref, Wanted]
    problems: tuple[Problem, ...]
    """What keeps a plan from being made."""
    findings: tuple[Finding, ...] = ()
    """What breaks a policy."""

    def takes_part(self, ref: Ref) -> bool:
        """Tell whether objects of its kind exist at the target at all."""
        return ref.kind is Kind.USER or self.target.groups.provision != "none"

    def source(self, ref: Ref) -> User | Group | None:
        """Return *ref* as it is written, None where it is gone from the YAML."""
        people = self.desired.users if ref.kind is Kind.USER else self.desired.groups
        return people.get(ref.key)

    def findings_about(self, ref: Ref) -> tuple[Finding, ...]:
        """Return what breaks a policy by *ref*: by a person, or by who is in a group."""
        return tuple(item for item in self.findings if _is_about(item, ref))

    def link(self, ref: Ref) -> Link | None:
        """Return what the ledger records of *ref*, also under its earlier keys."""
        wanted = self.wanted.get(ref)
        keys = (ref.key, *(wanted.previously if wanted else ()))
        links = {link.key: link for link in self.memory.links if link.kind is ref.kind}
        return next((links[key] for key in keys if key in links), None)


def _is_about(found: Finding, ref: Ref) -> bool:
    if ref.kind is Kind.GROUP:
        return ref.key == found.group or ref.key in {part.group for part in found.parts}
    if found.group:
        return found.members is None or ref.key in found.members
    return found.user == ref.key


def set_scene(desired: Desired, target: Target, memory: Memory, now: datetime) -> Scene:
    """Take everybody as far as the network: resolve → scope → map."""
    directory = resolve_directory(desired, now.date())
    scoped = scope_directory(directory, target)
    wanted, problems = map_attributes(scoped, target, now)
    return Scene(
        desired=desired,
        target=target,
        memory=memory,
        now=now,
        directory=directory,
        scoped={Ref(item.kind, item.key): item for item in scoped},
        wanted={item.ref: item for item in wanted},
        problems=tuple(item for item in problems if item.severity == "error"),
        findings=police(desired, now),
    )
