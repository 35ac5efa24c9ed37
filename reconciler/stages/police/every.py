"""Every policy, in the order of the ids; what it finds, in the order of the lines."""

from collections.abc import Iterator, Mapping

from reconciler.model.directory import Desired, Directory
from reconciler.model.policy import (
    Domain,
    EndDate,
    Finding,
    Fit,
    Membership,
    Policy,
    Separation,
)
from reconciler.model.resource import Scoped
from reconciler.model.values import Kind, Ref
from reconciler.stages.police.membership import need_grounds
from reconciler.stages.police.people import need_domain, need_end, need_fit
from reconciler.stages.police.scene import Exemptions, Scene
from reconciler.stages.police.separation import keep_apart


def police_directory(
    desired: Desired,
    directory: Directory,
    accounts: Mapping[str, Mapping[str, Scoped]],
    before: Directory | None = None,
) -> tuple[Finding, ...]:
    """Return what breaks a policy of *desired* on the day of *directory*.

    *accounts* are the users at every target that a policy names, by key. *before* is the directory
    of the base: exceptions for a group cover nobody who only joins it now.
    """
    scene = Scene(desired, directory, accounts, before)
    return tuple(
        found
        for key in sorted(desired.policies)
        for found in sorted(_judge(desired.policies[key], scene), key=_place)
    )


def _judge(policy: Policy, scene: Scene) -> Iterator[Finding]:
    exemptions = Exemptions(policy, scene)
    for found in _findings(policy, scene):
        yield from exemptions.judge(found, *_refs(found))
    yield from exemptions.left_over()


def _findings(policy: Policy, scene: Scene) -> Iterator[Finding]:
    match policy.demand:
        case Separation():
            return keep_apart(policy, policy.demand, scene)
        case EndDate():
            return need_end(policy, policy.demand, scene)
        case Membership():
            return need_grounds(policy, policy.demand, scene)
        case Domain():
            return need_domain(policy, policy.demand, scene)
        case Fit():
            return need_fit(policy, policy.demand, scene)


def _refs(found: Finding) -> Iterator[Ref]:
    """Yield whom an exception may name."""
    if found.user:
        yield Ref(Kind.USER, found.user)
    if found.group:
        yield Ref(Kind.GROUP, found.group)


def _place(found: Finding) -> tuple[str, int, int, str]:
    return found.at.file, found.at.line, found.at.column or 0, found.message
