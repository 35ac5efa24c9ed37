"""The loop of `reconciler run` without its process: what is waited for, and what is told."""

from datetime import UTC, datetime, timedelta

from reconciler.cli.loop.cycles import Health, run_cycles
from reconciler.cli.options.settings import Settings

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that goes on by *step* at every look."""

    def __init__(self, step):
        self.now, self.step = NOON, step

    def __call__(self):
        self.now += self.step
        return self.now


def loop(desk, *, cycles, step=timedelta(), report=lambda _: None):
    """Run so many cycles on the embedded server; return how long was waited after each."""
    desk.write()
    waits = []

    def pause(seconds):
        waits.append(seconds)
        if len(waits) == cycles:
            raise KeyboardInterrupt

    settings = Settings(
        desired_state=desk.folder / "desired-state",
        state_dir=desk.folder / "state",
        sandbox=True,
        pause=pause,
        clock=Clock(step),
    )
    assert run_cycles(settings, Health(timedelta(minutes=40)), lambda: 0.5, report) == 0
    return waits


def test_a_cycle_that_takes_longer_than_the_wait_is_followed_by_the_next_at_once(desk):
    assert loop(desk, cycles=2, step=timedelta(hours=1)) == [0, 0]
    assert loop(desk, cycles=1) == [2400]
