"""What is known when a run has ended, beside the plan and what became of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.model.notice import Commands
from reconciler.model.plan import Change
from reconciler.model.quarantine import Quarantine


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What people are told of a run with: where the targets stand, and how it is said.

    *quarantines* are those that targets are in after the run; *left_alone* are the targets that it
    did not try for theirs. *is_part* says that only some of what there is was to be done.
    *sentence* says what one change does and where it comes from, *commands* what helps at a target.
    """

    now: datetime
    quarantines: Mapping[str, Quarantine]
    sentence: Callable[[Change], str]
    commands: Callable[[str], Commands]
    left_alone: frozenset[str] = frozenset()
    is_part: bool = False
