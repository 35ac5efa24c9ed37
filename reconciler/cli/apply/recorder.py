"""Record in git what a target took whole, for CI that keeps no database."""

from dataclasses import dataclass
from datetime import datetime

from reconciler.cli.environment import for_git
from reconciler.cli.options.settings import Settings
from reconciler.cli.plan.applied import recorded_prefix
from reconciler.cli.workspace.sources import applied_commit
from reconciler.cli.workspace.workspace import Workspace
from reconciler.desired.git.record import Record, check_name, move_record, read_record
from reconciler.desired.git.repository import Repository, open_repository
from reconciler.errors import InputError

DEFAULT_PREFIX = "-"
"""What `--record-ref` without a value stands for."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Moves the refs of one run, each from where it was when the run began."""

    repository: Repository
    commit: str
    refs: dict[str, tuple[str, Record | None]]

    def note(self, target: str, moment: datetime) -> str | None:
        """Record that *target* took everything; return what went wrong, if anything did."""
        ref, was = self.refs[target]
        reason = move_record(self.repository, ref, was, commit=self.commit, at=moment)
        return reason and f"what was applied could not be recorded as {ref}: {reason}"


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
    return Recorder(repository, head, found)
