"""Record in git what a target took whole, for CI that keeps no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from shlex import quote

from reconciler.cli.environment import for_git
from reconciler.cli.options.settings import Settings
from reconciler.cli.plan.applied import recorded_prefix
from reconciler.cli.workspace.sources import applied_commit
from reconciler.cli.workspace.workspace import Workspace
from reconciler.desired.git.record import Record, check_name, move_record, read_record
from reconciler.desired.git.repository import Repository, open_repository
from reconciler.errors import InputError
from reconciler.model.outcome import Recorded, Run, Status
from reconciler.model.plan import Plan, TargetPlan
from reconciler.render.words import STATUSES, count

_ENDED = (Status.HELD, Status.FAILED, Status.SKIPPED)

DEFAULT_PREFIX = "-"
"""What `--record-ref` without a value stands for."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Moves the refs of one run, each from where it was when the run began; *moved* are those."""

    repository: Repository
    commit: str
    refs: dict[str, tuple[str, Record | None]]
    options: tuple[str, ...] = ()
    """What was typed to record."""
    moved: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    def note(self, target: str, moment: datetime) -> str | None:
        """Record that *target* took everything; return what went wrong, if anything did."""
        ref, was = self.refs[target]
        reason = move_record(self.repository, ref, was, commit=self.commit, at=moment)
        (self.refused if reason else self.moved).add(target)
        return reason and f"what was applied could not be recorded as {ref}: {reason}"

    def standing(self, run: Run, plan: Plan, missing: Mapping[str, int]) -> tuple[Recorded, ...]:
        """Return where each ref stands after *run*, and why where it stays.

        *missing* says of each planned target how many changes it needs that had no end.
        """
        whys = {part.target: _why_not(run, part, missing[part.target]) for part in plan.targets}
        whys |= dict.fromkeys(dict(run.failures), "the target failed")
        return tuple(self._standing(target, whys) for target in self.refs)

    def _standing(self, target: str, whys: Mapping[str, str]) -> Recorded:
        ref, was = self.refs[target]
        if target in self.moved:
            return Recorded(target, ref, self.commit)
        why = whys.get(target, "nothing was planned there")
        if target in self.refused:
            was, why = read_record(self.repository, ref), "it could not be moved"
        return Recorded(target, ref, was.commit if was else None, why)


def open_recorder(workspace: Workspace, settings: Settings, prefix: str | None) -> Recorder | None:
    """Return what `--record-ref` asks for; raise `InputError` where nothing could be recorded."""
    if prefix is None:
        return None
    repository = open_repository(settings.desired_state, for_git())
    head = applied_commit(settings, repository)
    if head is None:
        raise InputError(
            "--record-ref needs a commit, and there are changes that are in none",
            hint="Commit them, or leave out --record-ref.",
        )
    start = recorded_prefix(settings) if prefix == DEFAULT_PREFIX else prefix
    refs = {target.key: f"{start}{target.key}" for target in workspace.targets}
    for ref in refs.values():
        check_name(repository, ref)
    found = {key: (ref, read_record(repository, ref)) for key, ref in refs.items()}
    options = "--record-ref" if prefix == DEFAULT_PREFIX else f"--record-ref {quote(prefix)}"
    return Recorder(repository, head, found, (options,))


def _why_not(run: Run, part: TargetPlan, missing: int) -> str:
    """Return why a target that was planned did not take everything."""
    if part.only:
        return "the plan was of a few users alone"
    ours = {change.id for change in part.changes}
    ends = [outcome.status for outcome in run.outcomes if outcome.id in ours]
    told = [f"{ends.count(end):,} {STATUSES[end].word}" for end in _ENDED if end in ends]
    if part.conflicts:
        told.append(count(len(part.conflicts), "conflict"))
    if missing:
        told.append(f"{missing:,} not approved or not begun")
    return ", ".join(told)
