"""Moved: what of a report of drift people should be told."""

import re
from collections.abc import Callable, Mapping

from reconciler.model.drift import DriftItem
from reconciler.model.drift_class import DriftClass
from reconciler.model.drift_report import Drift, TargetDrift
from reconciler.model.notice import Cause, Event, Situation

_UNREAD = "target"
"""The subject of a target that failed, the same as after an apply."""


def causes_of_drift(drift: Drift, sentence: Callable[[DriftItem], str]) -> tuple[Situation, ...]:
    """Return what *drift* found at each target; *sentence* says what one item is.

    A target whose lists are not proven complete ends nothing: what it hides may still differ.
    """
    read = [
        Situation(target.target, _causes(target, sentence), _judged(target))
        for target in drift.targets
    ]
    unread = [Situation(name, (_failure(reason),), {}) for name, reason in drift.failures]
    return (*read, *unread)


def _failure(reason: str) -> Cause:
    """Return the cause that an apply finds too: numbers of the day make no other one of it."""
    said = {re.sub(r"\d+", "#", reason): reason}
    return Cause(Event.FAILURE, _UNREAD, "the target failed", said)


def _causes(target: TargetDrift, sentence: Callable[[DriftItem], str]) -> tuple[Cause, ...]:
    found: dict[DriftClass, dict[str, str]] = {}
    for item in target.items:
        found.setdefault(item.drift_class, {})["\0".join(item.identity)] = sentence(item)
    return tuple(
        Cause(
            Event.DRIFT,
            name.value,
            f"drift: {len(items):,} {name.words}",
            items,
            f"reconciler drift --target {target.target}",
        )
        for name, items in found.items()
    )


def _judged(target: TargetDrift) -> Mapping[Event, frozenset[str] | None]:
    judged: dict[Event, frozenset[str] | None] = {Event.FAILURE: frozenset({_UNREAD})}
    if target.complete:
        judged[Event.DRIFT] = None
    return judged
