"""Plan and apply again and again: the cycles of `reconciler run`, and what is told of them."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from reconciler.cli.apply.apply import apply_plan
from reconciler.cli.apply.permission import Permission
from reconciler.cli.budgets import Budgets
from reconciler.cli.codes import DONE, HELD
from reconciler.cli.options.settings import Settings
from reconciler.cli.traffic import Traffic
from reconciler.cli.workspace.workspace import Workspace, require_workspace
from reconciler.errors import ReconcilerError
from reconciler.model.outcome import Run, Status
from reconciler.render.safe import escape
from reconciler.scim.http.rate import Throttles

SPREAD: Final = 0.1
"""How much earlier or later a cycle may begin, so that many runners do not meet at one host."""

_ALLOWED: Final = Permission(approved=None, accepted=(), yes=True)
"""What nobody watches accepts no guard, ever."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """How one cycle ended, in numbers: nothing that anybody's name could stand in."""

    started: datetime
    ended: datetime
    code: int
    targets: Mapping[str, Mapping[str, Any]]


@dataclass(slots=True)
class Health:
    """What is known of the loop. The thread that answers requests reads it."""

    every: timedelta
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _cycles: int = 0
    _last: Cycle | None = None
    _good: datetime | None = None
    _next: datetime | None = None

    def note(self, cycle: Cycle, following: datetime) -> None:
        """Take in the end of a cycle, and when the *following* one begins."""
        with self._lock:
            self._cycles += 1
            self._last, self._next = cycle, following
            if cycle.code in (DONE, HELD):
                self._good = cycle.ended

    @property
    def is_ready(self) -> bool:
        """Tell whether a cycle has ended, and the last one reached every target."""
        with self._lock:
            return self._last is not None and self._last.code in (DONE, HELD)

    def as_data(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        with self._lock:
            last = self._last
            return {
                "format": "reconciler.health/1",
                "every_seconds": int(self.every.total_seconds()),
                "cycles": self._cycles,
                "last": None if last is None else _data(last),
                "last_good": _text(self._good),
                "next": _text(self._next),
            }


def run_cycles(
    settings: Settings, health: Health, chance: Callable[[], float], report: Callable[[Run], None]
) -> int:
    """Run cycles until somebody interrupts the wait between two; return 0 then.

    An interrupt within a cycle ends it as it ends an apply: what is under way is finished and
    noted. What cannot be read at first is raised; later it is told, and the next cycle tries again.
    """
    while True:
        cycle = _run_cycle(settings, report, is_first=health.as_data()["cycles"] == 0)
        following = cycle.started + health.every * (1 - SPREAD + 2 * SPREAD * chance())
        following = max(following, cycle.ended)
        health.note(cycle, following)
        settings.log.write(
            f"Exit code {cycle.code}; the next cycle begins at {following:%H:%M:%S} UTC.",
            event="cycle",
            code=cycle.code,
            next=following.isoformat(),
        )
        left = (following - settings.clock()).total_seconds()
        try:
            settings.pause(max(0.0, left))  # The clock has gone on since the cycle ended.
        except KeyboardInterrupt:
            return DONE


def _run_cycle(settings: Settings, report: Callable[[Run], None], *, is_first: bool) -> Cycle:
    fresh = _fresh(settings)
    ended: list[Run] = []
    workspace: Workspace | None = None
    try:
        workspace = require_workspace(fresh)
        code = apply_plan(
            workspace, fresh, _ALLOWED, report=lambda run, _: _both(run, ended, report)
        )
    except ReconcilerError as error:
        if is_first and workspace is None:
            raise
        settings.log.write(f"Error: {escape(error.message)}", level="error", event="error")
        code = error.exit_code
    targets = _numbers(workspace, ended[-1] if ended else None)
    return Cycle(fresh.now, settings.clock(), code, targets)


def _both(run: Run, ended: list[Run], report: Callable[[Run], None]) -> None:
    ended.append(run)
    report(run)


def _fresh(settings: Settings) -> Settings:
    """Return *settings* for one cycle: a moment of its own, and nothing kept of the last one."""
    return replace(
        settings,
        now=settings.clock(),
        throttles=Throttles(),
        traffic=Traffic(settings.log),
        budgets=Budgets(),
    )


def _numbers(workspace: Workspace | None, run: Run | None) -> dict[str, dict[str, Any]]:
    """Return for each target whether it was reached, and how many changes ended how."""
    if workspace is None or run is None:
        return {}
    failed = {target for target, _ in run.failures}
    found: dict[str, dict[str, Any]] = {
        target.key: {"failed_target": target.key in failed, **dict.fromkeys(Status, 0)}
        for target in workspace.targets
        if target.provisioning
    }
    for outcome in run.outcomes:
        found[outcome.id.partition("/")[0]][outcome.status] += 1
    return found


def _data(cycle: Cycle) -> dict[str, Any]:
    return {
        "started": _text(cycle.started),
        "ended": _text(cycle.ended),
        "code": cycle.code,
        "targets": {key: dict(numbers) for key, numbers in cycle.targets.items()},
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
