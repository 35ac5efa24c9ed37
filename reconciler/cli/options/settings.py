"""What the options that commands share say, as values."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from reconciler.cli.budgets import Budgets
from reconciler.cli.environment import now as current_time
from reconciler.cli.log import Log
from reconciler.cli.repeats import Repeats
from reconciler.cli.traffic import Traffic
from reconciler.model.shard import WHOLE, Shard
from reconciler.scim.http.rate import Throttles
from reconciler.scim.http.retry import PAUSE


@dataclass(frozen=True, slots=True)
class Settings:
    """What the shared options say; a command that does not take one goes by its default.

    *deadline* is a moment of the stopwatch. *throttles* to *told* are no options, but shared.
    """

    desired_state: Path = Path("desired-state")
    targets: tuple[str, ...] = ()
    shard: Shard = WHOLE
    sandbox: bool = False
    state_dir: Path = Path(".reconciler")
    ledger: str | None = None
    now: datetime = field(default_factory=current_time)
    users: tuple[str, ...] = ()
    base: str | None = None
    head: str | None = None
    offline: bool = False
    applied: str | None = None
    pause: Callable[[float], object] = PAUSE
    """How to wait so many seconds; no option, for whoever calls a command from Python."""
    clock: Callable[[], datetime] = current_time
    """What time it is; no option either."""
    moment: datetime | None = None
    """What `Now()` gives where that is not *now*: the moment of the plan that was approved."""
    deadline: float = math.inf
    throttles: Throttles = field(default_factory=Throttles)
    log: Log = field(default_factory=Log)
    traffic: Traffic = field(default_factory=lambda: Traffic(Log()))
    budgets: Budgets = field(default_factory=Budgets)
    told: Repeats = field(default_factory=Repeats)


@dataclass(frozen=True, slots=True)
class Output:
    """Which reading is wanted, and where it goes: None is standard output."""

    format: str
    file: Path | None
