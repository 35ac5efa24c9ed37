"""Moved: what of a report of drift people should be told."""

from collections.abc import Callable, Mapping

from reconciler.model.drift import DriftItem
from reconciler.model.drift_class import DriftClass
from reconciler.model.drift_report import Drift, TargetDrift
from reconciler.model.notice import (
    TARGET,
    Cause,
    Commands,
    Event,
    Situation,
    Step,
    failed_target,
)

_KEEP = {
    DriftClass.UNMANAGED: "No apply touches it. To keep it, write it in the YAML, or under "
    "`ignores` with a reason; else remove it in the app.",
}
_MENDED = "To keep it as it is there, change the YAML, or list it under `ignores` with a reason."


def causes_of_drift(
    drift: Drift, sentence: Callable[[DriftItem], str], commands: Callable[[str], Commands]
) -> tuple[Situation, ...]:
    """Return what *drift* found at each target; *sentence* says what one item is.

    A target whose lists are not proven complete ends nothing: what it hides may still differ.
    *commands* are those that help at a target.
    """
    found = [
        Situation(item.target, _causes(item, sentence, commands(item.target)), _judged(item))
        for item in drift.targets
    ]
    for name, reason in drift.failures:
        found.append(Situation(name, (failed_target(reason, commands(name)),), {}))
    return tuple(found)


def _causes(
    target: TargetDrift, sentence: Callable[[DriftItem], str], commands: Commands
) -> tuple[Cause, ...]:
    found: dict[DriftClass, dict[str, str]] = {}
    for item in target.items:
        found.setdefault(item.drift_class, {})["\0".join(item.identity)] = sentence(item)
    return tuple(
        Cause(
            Event.DRIFT,
            name.value,
            f"drift: {len(items):,} {name.words}",
            items,
            steps=_steps(name, commands),
        )
        for name, items in found.items()
    )


def _steps(name: DriftClass, commands: Commands) -> tuple[Step, ...]:
    report = Step("The whole report, with since when", commands.drift)
    if name in _KEEP:
        return report, Step(_KEEP[name])
    return report, Step("What the YAML says is put back by", commands.apply), Step(_MENDED)


def _judged(target: TargetDrift) -> Mapping[Event, frozenset[str] | None]:
    judged: dict[Event, frozenset[str] | None] = {Event.FAILURE: frozenset({TARGET})}
    if target.complete:
        judged[Event.DRIFT] = None
    return judged
