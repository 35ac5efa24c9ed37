"""kill -9 at random moments of an apply of 300 changes, on real servers: the next run mends it.

RECONCILER_KILLS says how many moments; few in every test run.
"""

import os
import random
import subprocess
import sys
import time
from threading import Timer

import pytest

from reconciler.ledger.ledger import open_ledger
from reconciler.model.history import Question
from tests.faults.scenarios import State, crew, person

KILLS = int(os.environ.get("RECONCILER_KILLS", "1"))
SERVERS = ("scim2-server", "scim2-server-tiny-pages", "scimmy", "django-scim2-server")
CHANGES = 300


def _states():
    """Return two states that are 300 changes apart, there and back."""
    keys = [f"u{number:03}" for number in range(190)]
    people = {key: person(key) for key in keys}
    others = {key: person(key, surname="Changed") for key in keys[:160]}
    others |= {key: person(key, accountEnabled=False) for key in keys[160:]}
    others |= {f"new{number:03}": person(f"new{number:03}") for number in range(90)}
    halves = [keys[:10], keys[5:15]]
    here = {f"g{n}": crew(f"g{n}", halves[0]) for n in range(10)}
    there = {f"g{n}": crew(f"g{n}", halves[1]) for n in range(10)}
    return State(people, here), State(others, there)


STATES = _states()


@pytest.fixture(scope="module", params=SERVERS)
def stand(request, stands):
    stand = stands(request.param)
    stand.go(STATES[0])
    yield stand
    stands(request.param, spoilt=True)


def apply_as_process(stand, state):
    """Start `apply` as a process of its own."""
    stand.write(state)
    command = [sys.executable, "-m", "reconciler", "apply", "--yes"]
    places = ["--desired-state", "desired-state", "--state-dir", "state"]
    return subprocess.Popen(
        [*command, *places],
        cwd=stand.folder,
        env={"PATH": "", "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def seconds(stand):
    """Return how long an apply of all changes takes that nobody kills."""
    began = time.monotonic()
    assert apply_as_process(stand, STATES[1]).wait(120) == 0
    taken = time.monotonic() - began
    stand.at = STATES[1]
    with open_ledger(f"sqlite:///{stand.folder / 'state' / 'ledger.db'}") as ledger:
        (run, *_) = ledger.runs(Question())
        assert len(ledger.operations(Question(run=run.number))) == CHANGES
    assert stand.wrong(STATES[1]) == []
    return taken


@pytest.mark.parametrize("number", range(KILLS))
def test_killed_at_a_random_moment(stand, seconds, number):
    state = STATES[0] if stand.at is STATES[1] else STATES[1]
    process = apply_as_process(stand, state)
    timer = Timer(random.Random(number).uniform(0.2, 1.0) * seconds, process.kill)
    timer.start()
    process.wait(120)
    timer.cancel()
    assert process.returncode in (0, -9)
    assert stand.apply(state) == 0
    stand.at = state
    assert stand.wrong(state) == []
