"""Lapse: which ignores, and which exceptions of policies, end soon."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from reconciler.model.directory import Desired
from reconciler.model.lapse import Lapse


def find_lapses(
    desired: Desired, day: date, *, days: int, targets: Collection[str]
) -> tuple[Lapse, ...]:
    """Return what ends on *day* or within *days* after it, and counts at one of *targets*."""
    last = day + timedelta(days=days)
    found = (item for item in _every(desired, frozenset(targets)) if day <= item.until <= last)
    return tuple(sorted(found, key=lambda item: (item.until, item.name)))


def _every(desired: Desired, targets: frozenset[str]) -> Iterator[Lapse]:
    for ignore in desired.ignores:
        if ignore.target in targets:
            yield Lapse(f"ignore {ignore.key}", ignore.until, ignore.reason, ignore.at)
    for policy in desired.policies.values():
        if policy.targets and not policy.targets & targets:
            continue
        for item in policy.exceptions:
            name = f"exception for {item.ref.kind} {item.ref.key} of the policy {policy.key}"
            yield Lapse(name, item.until, item.reason, item.at)
