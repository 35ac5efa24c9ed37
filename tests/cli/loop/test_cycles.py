"""The loop of `reconciler run` without its process: what is waited for, and what is told."""

from datetime import UTC, datetime, timedelta

from reconciler.cli.loop.cycles import Health, run_cycles
from reconciler.cli.options.settings import Settings
from reconciler.model.outcome import Status

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


def test_what_is_held_is_said_once_and_again_only_when_it_is_another(desk):
    desk.type("apply", "--sandbox", "--yes")
    for number in range(4, 9):
        del desk.document["users"][f"u{number:02}"]
    ended = []

    def later(run):
        ended.append(run)
        if len(ended) == 3:
            del desk.document["users"]["u09"]
            desk.write()

    loop(desk, cycles=5, report=later)
    told = desk.capture.readouterr().err
    assert told.count("Nothing new. Still held: 5 changes, first said at 2026-07-01 12:00") == 2
    assert told.count("Nothing new. Still held: 6 changes, first said at 2026-07-01 12:00") == 1
    assert told.count("− disable user u04 (u04@contoso.example)") == 2
    assert told.count("held app/user/u04: held by removals") == 1
    assert told.count("held app/user/u09: held by removals") == 1
    assert [run.count(Status.HELD) for run in ended] == [5, 5, 5, 6, 6]
