"""What an apply may do: a plan that was approved, guards that may pass, and whom to ask."""

from dataclasses import dataclass
from pathlib import Path

from reconciler.cli.apply.recorder import Recorder
from reconciler.model.approved import Approved


@dataclass(frozen=True, slots=True)
class Permission:
    """What was allowed beforehand: a plan file, guards, whether to ask, and where.

    *file* is where the plan was read. With *resume* the rest of the last run is what was approved;
    *resumes* is its number then. With *leave_quarantine* targets are tried before their time.
    """

    approved: Approved | None
    accepted: tuple[str, ...]
    yes: bool
    only: tuple[str, ...] = ()
    resume: bool = False
    resumes: int | None = None
    leave_quarantine: bool = False
    file: Path | None = None
    recorder: Recorder | None = None
