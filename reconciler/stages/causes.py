"""Causes: what of a run people should be told, each with a name that stays the same."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from reconciler.model.aftermath import Aftermath
from reconciler.model.notice import (
    TARGET,
    Cause,
    Commands,
    Event,
    Situation,
    Step,
    failed_target,
    without_numbers,
)
from reconciler.model.outcome import Outcome, Run, Status
from reconciler.model.plan import Plan, TargetPlan
from reconciler.model.quarantine import Quarantine

CONFLICTS: Final = "conflicts"
_CHANGES, _SKIPPED, _DROPPED = "changes", "skipped", "dropped"
_SERIES: Final = "series"


def causes_of(run: Run, plan: Plan, after: Aftermath) -> tuple[Situation, ...]:
    """Return what *run* of *plan* found at each target."""
    parts = {part.target: part for part in plan.targets}
    stale = {item.id.partition("/")[0] for item in run.stale}
    known = parts.keys() | dict(run.failures).keys() | after.quarantines.keys() | stale
    found = _Findings(run, parts, after)
    return tuple(found.at(name) for name in sorted(known))


class _Findings:
    """All that a run left, by target."""

    def __init__(self, run: Run, parts: Mapping[str, TargetPlan], after: Aftermath) -> None:
        self.run = run
        self.parts = parts
        self.after = after
        self.failures = dict(run.failures)
        self.changes = {change.id: change for part in parts.values() for change in part.changes}
        self.outcomes: dict[str, list[Outcome]] = {}
        for outcome in run.outcomes:
            change = self.changes.get(outcome.id)
            self.outcomes.setdefault(change.target if change else "", []).append(outcome)

    def at(self, name: str) -> Situation:
        """Return the situation at one target."""
        part, after = self.parts.get(name), self.after
        quarantine, commands = after.quarantines.get(name), after.commands(name)
        is_told = name in after.left_alone or (part and quarantine)
        failure = None if is_told else self.failures.get(name)
        causes = [*self._failures(name, failure, commands), *self._dropped(name, commands)]
        if part is not None:
            causes += [*self._guards(part, commands), *_conflicts(part, commands)]
        if quarantine is not None:
            causes.append(_quarantine(quarantine, after, commands))
        whole = part is not None and name not in self.failures
        judged = _judged(is_read=part is not None, is_whole=whole, is_part=after.is_part)
        return Situation(name, tuple(causes), judged, after.is_part)

    def _failures(self, name: str, failure: str | None, commands: Commands) -> Iterator[Cause]:
        if failure is not None:
            yield failed_target(failure, commands)
        outcomes = self.outcomes.get(name, ())
        failed = [item for item in outcomes if item.status is Status.FAILED]
        skipped = [item for item in outcomes if item.status is Status.SKIPPED]
        rest = Step("What is left is done, once its cause is mended, by", commands.apply)
        if failed:
            items = {f"{item.id} {item.code}": self._told(item) for item in failed}
            title = f"{_number(len(failed), 'change')} failed"
            others = f", and {len(skipped):,} {_was(skipped)} skipped" if skipped else ""
            of_all = f"Of {_number(len(outcomes), 'change')} {len(failed):,} failed{others}."
            steps = Step("What was sent and answered", f"{commands.look} --status failed"), rest
            yield Cause(Event.FAILURE, _CHANGES, title, items, (of_all,), steps)
        elif skipped and failure is None:
            which = Step("Which they are", f"{commands.look} --status skipped")
            yield _skipped(skipped, which, rest)

    def _told(self, outcome: Outcome) -> str:
        change = self.changes.get(outcome.id)
        return f"{self.after.sentence(change) if change else outcome.id}: {outcome.detail}"

    def _dropped(self, name: str, commands: Commands) -> Iterator[Cause]:
        stale = [item for item in self.run.stale if item.id.partition("/")[0] == name]
        if stale:
            items = {f"{self.run.plan} {item.id}": f"{item.id}: {item.why}" for item in stale}
            title = f"{_number(len(stale), 'approved operation')} {_was(stale)} dropped"
            hints = tuple(Step(hint) for hint in dict.fromkeys(item.hint for item in stale) if hint)
            again = Step("What would be done now, to be approved anew", commands.plan)
            yield Cause(Event.FAILURE, _DROPPED, title, items, steps=(*hints, again))

    def _guards(self, part: TargetPlan, commands: Commands) -> Iterator[Cause]:
        """Yield what guards and policies hold, one cause each."""
        for guard in sorted({guard for change in part.held for guard in change.held_by}):
            held = [change for change in part.held if guard in change.held_by]
            items = {change.id: self.after.sentence(change) for change in held}
            holders = Counter(holder for change in held for holder in change.held_by)
            said = (*_broken(part, guard), *_also(guard, holders))
            title = f"{guard} holds {_number(len(held), 'change')}"
            yield Cause(Event.HELD, guard, title, items, said, _decide(commands, guard))


def _broken(part: TargetPlan, guard: str) -> Iterator[str]:
    """Yield each limit or rule of *guard* that is broken, and where it stands."""
    for item in part.violations:
        if item.guard == guard and item.holds:
            place = f", {item.at}" if item.at else ""
            yield f"{item.message} ({item.setting}{place})"


def _also(guard: str, holders: Mapping[str, int]) -> Iterator[str]:
    """Say how many of the changes others hold too: one acceptance does not do for those."""
    others = {name: number for name, number in holders.items() if name != guard}
    for name, number in sorted(others.items()):
        yield f"{name} holds {number:,} of them too, and has to be accepted as well."


def _decide(commands: Commands, guard: str) -> tuple[Step, ...]:
    no = Step("If it is not, mend the YAML; until then nothing of it happens.")
    if guard in commands.accept:
        words = "If all of it is right, this lets just this happen, and nothing that came since"
        return Step(words, commands.accept[guard]), no
    return Step("The plan, with the fingerprint that an acceptance names", commands.plan), no


def _skipped(found: list[Outcome], *steps: Step) -> Cause:
    numbers = Counter(item.detail for item in found)
    why = {without_numbers(item.detail): item.detail for item in found}
    items = {key: f"{said} ({_number(numbers[said], 'change')})" for key, said in why.items()}
    title = f"{_number(len(found), 'change')} {_was(found)} skipped"
    return Cause(Event.FAILURE, _SKIPPED, title, items, steps=steps)


def _conflicts(part: TargetPlan, commands: Commands) -> Iterator[Cause]:
    if part.conflicts:
        items = {}
        for item in part.conflicts:
            place = f" ({item.at})" if item.at else ""
            said = f"{item.kind} {item.key}: {item.message}. {item.hint}{place}"
            items[f"{item.kind}/{item.key}"] = said
        title = f"{_number(len(part.conflicts), 'conflict')}: it is unclear who is who"
        step = Step("Nothing happens to them until the YAML says who is who", commands.plan)
        yield Cause(Event.HELD, CONFLICTS, title, items, steps=(step,))


def _quarantine(found: Quarantine, after: Aftermath, commands: Commands) -> Cause:
    """Return the cause of a quarantine: one for the series, however often it is imposed.

    That no run tries it any more is told as something more.
    """
    items = {f"{found.series_began.isoformat()}": found.error}
    said: tuple[str, ...] = ()
    if found.is_disabled(after.now):
        items["disabled"] = "after four weeks no run tries it any more"
    elif found.is_due(after.now):
        said = ("The next apply tries it, with a few writes first.",)
    else:
        said = (f"No apply tries it before {found.next_attempt:%Y-%m-%d %H:%M} UTC.",)
    step = Step("Once the cause is mended, this tries it now", commands.leave)
    title = f"it is in quarantine ({found.reason})"
    return Cause(Event.QUARANTINE, _SERIES, title, items, said, (step,))


def _judged(
    *, is_read: bool, is_whole: bool, is_part: bool
) -> Mapping[Event, frozenset[str] | None]:
    """Return what a run can tell the end of: who was not reached may fail as before."""
    judged: dict[Event, frozenset[str] | None] = {Event.QUARANTINE: None}
    if is_part:
        judged[Event.FAILURE] = frozenset({_DROPPED, *([TARGET] if is_whole else [])})
        return judged
    if is_whole:
        judged[Event.FAILURE] = None
    if is_read:
        judged[Event.HELD] = None
    return judged


def _number(number: int, one: str) -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def _was(found: Iterable[object]) -> str:
    return "was" if len(list(found)) == 1 else "were"
