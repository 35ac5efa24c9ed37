"""Causes: what of a run people should be told, each with a name that stays the same."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from reconciler.model.notice import Cause, Event, Situation
from reconciler.model.outcome import Outcome, Run, Status
from reconciler.model.plan import Plan, TargetPlan
from reconciler.model.quarantine import Quarantine

CONFLICTS: Final = "conflicts"
_TARGET, _CHANGES, _SKIPPED, _DROPPED = "target", "changes", "skipped", "dropped"
_SERIES: Final = "series"

_WHERE = "reconciler history --status failed"


def causes_of(
    run: Run,
    plan: Plan,
    quarantines: Mapping[str, Quarantine],
    *,
    left_alone: frozenset[str] = frozenset(),
    is_part: bool = False,
) -> tuple[Situation, ...]:
    """Return what *run* of *plan* found at each target.

    *quarantines* are those that targets are in after the run; *left_alone* are the targets that
    it did not try for theirs. *is_part* says that only some of what there is was to be done.
    """
    parts = {part.target: part for part in plan.targets}
    failures = dict(run.failures)
    stale = {item.id.partition("/")[0] for item in run.stale}
    names = sorted(parts.keys() | failures.keys() | quarantines.keys() | stale)
    found = _Findings(run, parts, failures, quarantines)
    return tuple(found.at(name, left_alone=name in left_alone, is_part=is_part) for name in names)


class _Findings:
    """All that a run left, by target."""

    def __init__(
        self,
        run: Run,
        parts: Mapping[str, TargetPlan],
        failures: Mapping[str, str],
        quarantines: Mapping[str, Quarantine],
    ) -> None:
        self.run = run
        self.parts = parts
        self.failures = failures
        self.quarantines = quarantines
        self.outcomes: dict[str, list[Outcome]] = {}
        owner = {change.id: part.target for part in parts.values() for change in part.changes}
        for outcome in run.outcomes:
            self.outcomes.setdefault(owner.get(outcome.id, ""), []).append(outcome)

    def at(self, name: str, *, left_alone: bool, is_part: bool) -> Situation:
        """Return the situation at one target."""
        part = self.parts.get(name)
        quarantine = self.quarantines.get(name)
        failure = None if left_alone or (part and quarantine) else self.failures.get(name)
        causes = [*self._failures(name, failure), *self._dropped(name)]
        if part is not None:
            causes += [*_guards(part), *_conflicts(part)]
        if quarantine is not None:
            causes.append(_quarantine(quarantine))
        whole = part is not None and name not in self.failures
        judged = _judged(is_read=part is not None, is_whole=whole, is_part=is_part)
        return Situation(name, tuple(causes), judged, is_part)

    def _failures(self, name: str, failure: str | None) -> Iterable[Cause]:
        if failure is not None:
            said = {re.sub(r"\d+", "#", failure): failure}
            yield Cause(Event.FAILURE, _TARGET, "the target failed", said)
        outcomes = self.outcomes.get(name, ())
        failed = [item for item in outcomes if item.status is Status.FAILED]
        if failed:
            items = {f"{item.id} {item.code}": f"{item.id}: {item.detail}" for item in failed}
            title = _number(len(failed), "change", "failed")
            yield Cause(Event.FAILURE, _CHANGES, title, items, _WHERE)
        skipped = [item for item in outcomes if item.status is Status.SKIPPED]
        if skipped and not failed and failure is None:
            why = {re.sub(r"\d+", "#", item.detail): item.detail for item in skipped}
            title = _number(len(skipped), "change", "skipped", was=True)
            yield Cause(Event.FAILURE, _SKIPPED, title, why, "reconciler history --status skipped")

    def _dropped(self, name: str) -> Iterable[Cause]:
        stale = [item for item in self.run.stale if item.id.partition("/")[0] == name]
        if stale:
            items = {f"{self.run.plan} {item.id}": f"{item.id}: {item.why}" for item in stale}
            title = _number(len(stale), "approved operation", "dropped", was=True)
            hint = "plan again, and have the new plan approved"
            yield Cause(Event.FAILURE, _DROPPED, title, items, hint)


def _guards(part: TargetPlan) -> Iterable[Cause]:
    """Yield what guards and policies hold, one cause each."""
    holders = sorted({guard for change in part.held for guard in change.held_by})
    said = {violation.guard: violation.message for violation in part.violations}
    for guard in holders:
        held = [change for change in part.held if guard in change.held_by]
        items = {change.id: f"{change.id}: {change.action}" for change in held}
        title = f"{guard} holds {_number(len(held), 'change')}"
        message = said.get(str(guard), "")
        yield Cause(Event.HELD, str(guard), f"{title}: {message}" if message else title, items)


def _conflicts(part: TargetPlan) -> Iterable[Cause]:
    if part.conflicts:
        items = {
            f"{item.kind}/{item.key}": f"{item.kind} {item.key}: {item.message}"
            for item in part.conflicts
        }
        title = _number(len(part.conflicts), "conflict")
        yield Cause(Event.HELD, CONFLICTS, f"{title}: it is unclear who is who", items)


def _quarantine(found: Quarantine) -> Cause:
    """Return the cause of a quarantine: one for the series, however often it is imposed."""
    return Cause(
        Event.QUARANTINE,
        _SERIES,
        f"it is in quarantine ({found.reason})",
        {f"{found.series_began.isoformat()}": found.error},
        "mend the cause, then reconciler apply --leave-quarantine",
    )


def _judged(
    *, is_read: bool, is_whole: bool, is_part: bool
) -> Mapping[Event, frozenset[str] | None]:
    """Return what a run can tell the end of: who was not reached may fail as before."""
    judged: dict[Event, frozenset[str] | None] = {Event.QUARANTINE: None}
    if is_part:
        judged[Event.FAILURE] = frozenset({_DROPPED, *([_TARGET] if is_whole else [])})
        return judged
    if is_whole:
        judged[Event.FAILURE] = None
    if is_read:
        judged[Event.HELD] = None
    return judged


def _number(number: int, one: str, verb: str = "", *, was: bool = False) -> str:
    text = f"{number:,} {one}{'' if number == 1 else 's'}"
    if not verb:
        return text
    return f"{text} {'was' if number == 1 else 'were'} {verb}" if was else f"{text} {verb}"
