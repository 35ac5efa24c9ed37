"""How to let happen what was held: the very command, said at the end of an apply."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from shlex import quote

from reconciler.cli.apply.permission import Permission
from reconciler.cli.console import say
from reconciler.cli.options.again import options_again
from reconciler.cli.options.settings import Settings
from reconciler.model.fingerprint import fingerprint
from reconciler.model.outcome import Run, Status
from reconciler.model.plan import Plan, TargetPlan
from reconciler.model.shard import WHOLE
from reconciler.render.plan.text import SHORT
from reconciler.render.safe import escape

_ENDED = (Status.DONE, Status.HELD)


@dataclass(frozen=True, slots=True)
class Way:
    """A command that makes a plan again, with the *mark* that an acceptance of it is bound to."""

    command: str
    mark: str
    guards: tuple[str, ...]

    def accepting(self, *guards: str) -> str:
        """Return the command that lets *guards* pass."""
        accepts = (f"--accept {quote(guard)}:{self.mark[:SHORT]}" for guard in guards)
        return escape(" ".join((self.command, *accepts)))


def tell_how_to_accept(plan: Plan, run: Run, settings: Settings, permission: Permission) -> None:
    """Name the acceptance for what is left, target by target where some of them failed.

    A loop names it once.
    """
    for way in _ways(plan, run, settings, permission):
        text = f"To let what is held happen: {way.accepting(*way.guards)}"
        if not settings.told.repeats(("accept", way.command), text):
            say(text)


def way_to_accept(plan: Plan, run: Run, settings: Settings, permission: Permission) -> Way | None:
    """Return how to accept what *plan* holds, or None where nobody can know that yet.

    All else is done, so the next plan is another one: that holds only where all else is. A plan
    file stays the one that it is, and what it shows as held can be accepted for it.
    """
    left = replace(plan, targets=tuple(map(_only_held, plan.targets)))
    guards = {guard for change in left.changes for guard in change.held_by}
    options = options_again(settings)
    approved, mark = permission.approved, fingerprint(left)
    if approved is not None:
        if permission.file is None:
            return None
        read = (approved.targets.get(part.target) for part in plan.targets)
        guards &= {guard for part in read if part for guard in part.guards}
        options, mark = (quote(str(permission.file)), *options), approved.fingerprint
    elif not _has_ended(plan, run):
        return None
    command = " ".join(("reconciler apply", *options, *_recording(permission)))
    return Way(command, mark, tuple(sorted(guards))) if guards else None


def acceptances(
    plan: Plan, settings: Settings, permission: Permission, run: Run, target: str
) -> Mapping[str, str]:
    """Return the command that lets each guard at *target* pass, for whoever did not watch *run*."""
    alone = replace(settings, targets=(target,), shard=WHOLE)
    way = way_to_accept(_part_of(plan, target), run, alone, permission)
    return {guard: way.accepting(guard) for guard in way.guards} if way else {}


def _ways(plan: Plan, run: Run, settings: Settings, permission: Permission) -> Iterator[Way]:
    if not run.failures and (way := way_to_accept(plan, run, settings, permission)):
        yield way
        return
    for part in plan.targets:
        alone = replace(settings, targets=(part.target,), shard=WHOLE)
        if way := way_to_accept(_part_of(plan, part.target), run, alone, permission):
            yield way


def _part_of(plan: Plan, target: str) -> Plan:
    return replace(plan, targets=tuple(part for part in plan.targets if part.target == target))


def _has_ended(plan: Plan, run: Run) -> bool:
    """Tell whether all of *plan* is done, or held."""
    names = {part.target for part in plan.targets}
    ended = {outcome.id for outcome in run.outcomes if outcome.status in _ENDED}
    is_whole = all(change.id in ended for change in plan.changes)
    return is_whole and not any(target in names for target, _ in run.failures)


def _recording(permission: Permission) -> tuple[str, ...]:
    return permission.recorder.options if permission.recorder else ()


def _only_held(target: TargetPlan) -> TargetPlan:
    waves = (tuple(change for change in wave if change.held_by) for wave in target.waves)
    return replace(target, waves=tuple(waves))
