"""Runs that end badly: the next one converges, nobody twice, nobody lost, no stranger touched."""

import json
import os
import random
import resource
import signal
from threading import Event, Timer

import pytest

from tests.loopback import Loopback, calm

CRASHES = int(os.environ.get("RECONCILER_CRASHES", "3"))
"""How many random moments: few in every run, 200 with `just crash`."""
MANY, FEW = 300, 60
"""How many changes: many for random moments, few where the moment is chosen."""


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    yield from grown(tmp_path_factory.mktemp("many"), MANY)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    yield from grown(tmp_path_factory.mktemp("few"), FEW)


@pytest.fixture
def large_app(big):
    big.restore()
    return big


@pytest.fixture
def app(small):
    small.restore()
    return small


def grown(folder, changes):
    """Yield a server that holds our people, whose YAML then asks for so many changes.

    A third are updates, a tenth disabled, a tenth in groups, the rest new.
    """
    app, tenth = Loopback(folder), changes // 10
    with app.serve():
        app.people = {f"u{number:03}": {"jobTitle": "Engineer"} for number in range(5 * tenth)}
        app.groups = {f"g{number}": [f"u{number:03}"] for number in range(tenth // 2)}
        app.run("apply", "--yes")
        app.save()
        for number in range(tenth, 2 * tenth):
            app.people[f"u{number:03}"]["accountEnabled"] = False
        for number in range(2 * tenth, 5 * tenth):
            app.people[f"u{number:03}"]["jobTitle"] = "Principal Engineer"
        new = changes - (3 * tenth + tenth + tenth // 2 + 2)  # 2: a new group, and its member
        app.people |= {f"new{number:03}": {} for number in range(new)}
        app.groups = {
            f"g{number}": [f"u{number:03}", f"new{number:03}"] for number in range(tenth // 2)
        }
        app.groups["h"] = ["u000"]
        yield app


@pytest.mark.parametrize(("name", "changes"), [("app", FEW), ("large_app", MANY)])
def test_there_is_as_much_to_do_as_we_say(request, name, changes):
    app = request.getfixturevalue(name)
    app.run("plan", "--format", "json", "--output", "plan.json")
    plan = json.loads((app.folder / "plan.json").read_text())
    assert len(plan["targets"][0]["changes"]) == changes


@pytest.mark.parametrize("seed", range(CRASHES))
def test_killed_at_a_random_moment(large_app, seed):
    app, chance = large_app, random.Random(seed)
    process = app.start("apply", "--yes")
    kill = process.kill  # SIGKILL
    if chance.random() < 0.3:
        timer = Timer(chance.uniform(0.2, 2.2), kill)
        timer.start()
    else:
        fatal = chance.randint(1, MANY), chance.choice(["before", "after", "instead"])
        app.trouble = killing(kill, *fatal)
    app.wait(process)

    app.trouble = calm
    finish = ["--resume"] if chance.random() < 0.5 else []
    again = app.run("apply", "--yes", *finish)
    if "Nothing to resume" in again:
        app.run("apply", "--yes")
    assert app.is_converged()


def killing(kill, number, phase):
    """Return the trouble that kills at one write: it may arrive all the same, or not."""

    def trouble(at, now):
        if at == number and now == ("before" if phase == "instead" else phase):
            kill()
            if phase == "instead":
                raise ConnectionResetError

    return trouble


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_interrupted_and_resumed_nothing_is_sent_twice(app, name):
    process = app.start("apply", "--yes")
    seen = Event()
    app.trouble = lambda number, _: seen.set() if number == 20 else None
    assert seen.wait(60)
    process.send_signal(getattr(signal, name))
    told = app.wait(process)
    assert process.returncode == 130, told
    assert told.endswith("Interrupted.\n")
    run = json.loads(app.run("history", "--format", "json"))["runs"][0]
    assert (run["result"], "unanswered" in run["counts"]) == ("interrupted", False)
    assert run["counts"]["done"] == app.writes
    assert run["counts"]["done"] + run["counts"]["unsent"] == FEW

    app.people["late"] = {}
    resumed = app.run("apply", "--resume", "--yes")
    assert f"Run 2 left {run['counts']['unsent']} operations without an end (app)." in resumed
    assert "1 change not in the approved plan will not be made: app/user/late" in resumed
    assert app.writes == FEW
    del app.people["late"]
    assert app.is_converged()
    assert "resumes   run 2" in app.run("history", "show", "3")
    assert "Nothing to resume" in app.run("apply", "--resume", "--yes")


def test_what_was_sent_without_an_answer_is_settled_by_the_next_apply(app):
    process = app.start("apply", "--yes")
    app.trouble = killing(process.kill, 30, "before")
    app.wait(process)
    (before,) = (run for run in runs(app) if run["run"] == 2)
    assert before["result"] == "no end recorded"
    assert before["counts"]["unanswered"] >= 1

    told = app.run("apply", "--yes")
    assert "of an earlier run without an answer:" in told
    (after,) = (run for run in runs(app) if run["run"] == 2)
    assert "unanswered" not in after["counts"]
    assert app.is_converged()


def runs(app):
    return json.loads(app.run("history", "--format", "json"))["runs"]


@pytest.mark.parametrize("phase", ["before", "after"])
def test_lost_answers_and_lost_requests(app, phase):
    def lose(number, now):
        if number % 7 == 0 and now == phase:
            raise ConnectionResetError

    app.trouble = lose
    app.run("apply", "--yes", code=0 if phase == "after" else 4)
    app.trouble = calm
    app.run("apply", "--yes")
    assert app.is_converged()


@pytest.mark.parametrize(
    ("kilobytes", "writes"), [(30, range(1)), (200, range(1, FEW))], ids=["start", "middle"]
)
def test_a_full_disk_stops_the_run_before_the_next_write(app, kilobytes, writes):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))

    told = app.run("apply", "--yes", code=4, preexec_fn=limit)
    assert "the ledger cannot be used" in told
    assert app.writes in writes
    if app.writes:
        assert "not sent: the ledger cannot be written" in told
    app.run("apply", "--yes")
    assert app.is_converged()
    assert app.writes in (FEW, FEW + 1)


def test_of_two_at_once_one_works_and_the_other_says_who(app):
    arrived, go_on = Event(), Event()

    def wait(*_):
        arrived.set()
        go_on.wait(60)

    app.trouble = wait
    first = app.start("apply", "--yes")
    assert arrived.wait(60)
    try:
        refused = app.run("apply", "--yes", code=4)
        assert f"process {first.pid} on" in refused
        assert "another apply is at work on app" in refused
        app.run("plan")
        assert app.writes <= 8  # as many as one sends at once
    finally:
        go_on.set()
        app.wait(first)
    assert first.returncode == 0
    assert app.writes == FEW
    assert app.is_converged()


def test_a_ledger_that_is_lost_between_runs_costs_no_correctness(app):
    process = app.start("apply", "--yes")
    app.trouble = killing(process.kill, 40, "after")
    app.wait(process)
    app.trouble = calm
    for file in (app.folder / "state").glob("ledger.db*"):
        file.unlink()
    app.run("apply", "--yes")
    assert app.is_converged()
