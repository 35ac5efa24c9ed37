"""The loop as a process: it converges, takes up what changes, and stops when it is told."""

import json
import signal
import time
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from reconciler.cli.boundary import run
from tests.loopback import Loopback, calm


@pytest.fixture
def app(tmp_path):
    """A server with strangers, and a desired state with two people."""
    app = Loopback(tmp_path)
    with app.serve():
        app.people = {"ada": {"jobTitle": "Engineer"}, "bob": {}}
        yield app


def until(condition, what, process=None):
    """Wait until *condition* gives something, and return it."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        assert process is None or process.poll() is None, process.log.read_text()
        time.sleep(0.05)
    pytest.fail(f"never: {what}\n{process.log.read_text() if process else ''}")


def health_of(process):
    """Return the URL that the process says it answers at."""

    def told():
        lines = [line for line in process.log.read_text().splitlines() if "Health: " in line]
        return lines and lines[0].split()[1].removesuffix("/healthz")

    return until(told, "an address", process)


def ask(url):
    try:
        with urlopen(url) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, error.read()


def cycles(url):
    return ask(f"{url}/healthz")[1]["cycles"]


def titles(app):
    return {
        item["userName"]: item.get("title") for item in app.sandbox.show() if "userName" in item
    }


def test_the_loop_converges_takes_up_changes_and_stops_at_sigterm(app):
    process = app.start("run", "--every", "1s", "--health", "127.0.0.1:0")
    url = health_of(process)
    until(lambda: ask(f"{url}/readyz")[0] == 200, "ready", process)
    assert titles(app)["ada@contoso.example"] == "Engineer"

    app.people["ada"]["jobTitle"] = "Principal Engineer"
    app.write()
    until(lambda: titles(app)["ada@contoso.example"] == "Principal Engineer", "news", process)

    code, state = ask(f"{url}/healthz")
    assert (code, state["format"], state["every_seconds"]) == (200, "reconciler.health/1", 1)
    assert state["last"]["targets"]["app"]["failed_target"] is False
    assert "contoso" not in json.dumps(state)
    before = cycles(url)
    until(lambda: cycles(url) > before, "another cycle", process)

    process.send_signal(signal.SIGTERM)
    told = app.wait(process)
    assert process.returncode in (0, 130)  # 130 where the signal met a cycle.
    assert "Traceback" not in told
    assert app.is_converged()
    with pytest.raises(URLError):
        urlopen(f"{url}/healthz")


def test_sigterm_within_a_cycle_ends_the_write_under_way_and_notes_it(app):
    app.people = {f"u{number:03}": {} for number in range(60)}
    box = {}

    def stop(number, phase):
        if (number, phase) == (20, "before"):
            box["process"].send_signal(signal.SIGTERM)

    app.trouble = stop
    app.write()
    box["process"] = process = app.start("run", "--every", "1h")
    told = app.wait(process)
    assert process.returncode == 130, told
    app.trouble = calm
    there = len(titles(app)) - 5
    assert 0 < there < 60
    app.run("plan", "--format", "json", "--output", "plan.json")
    left = json.loads((app.folder / "plan.json").read_text())
    assert left["summary"]["create"] == 60 - there
    app.run("apply", "--yes")
    assert app.is_converged()


def test_a_mistake_in_the_yaml_is_told_and_the_next_cycle_tries_again(app):
    process = app.start("run", "--every", "1s", "--health", "127.0.0.1:0")
    url = health_of(process)
    until(lambda: ask(f"{url}/readyz")[0] == 200, "ready", process)

    file = app.folder / "desired-state" / "all.yaml"
    good = file.read_text()
    file.write_text("users: [\n")
    until(lambda: ask(f"{url}/readyz")[0] == 503, "not ready", process)
    assert ask(f"{url}/healthz")[0] == 200
    assert "the desired state has 1 error" in process.log.read_text()

    file.write_text(good)
    until(lambda: ask(f"{url}/readyz")[0] == 200, "ready again", process)


def test_what_a_guard_holds_stays_held_cycle_after_cycle(app):
    app.people = {f"u{number:02}": {} for number in range(10)}
    app.run("apply", "--yes")
    app.people = {}
    app.groups = {"g": []}
    app.write()
    process = app.start("run", "--every", "1s", "--health", "127.0.0.1:0")
    url = health_of(process)
    until(lambda: cycles(url) >= 3, "three cycles", process)
    state = ask(f"{url}/readyz")
    assert (state[0], state[1]["last"]["code"]) == (200, 3)
    assert state[1]["last"]["targets"]["app"]["held"] == 10
    told = process.log.read_text()
    assert told.count("disable user u09 (u09@contoso.example)") == 1
    assert told.count("Held (10)") == 1
    assert told.count("held app/user/u09: held by ") == 1
    assert told.count("To let what is held happen: reconciler apply ") == 1
    assert told.count("Nothing new. Still held: 10 changes, first said at 20") >= 2
    assert all(
        item["active"] for item in app.sandbox.show() if item.get("externalId", "")[:1] == "u"
    )


def test_a_target_that_another_apply_holds_is_left_alone(app):
    box = {}

    def wait_for_the_loop(number, phase):
        if (number, phase) == (1, "before"):
            box["loop"] = app.start("run", "--every", "1s", "--health", "127.0.0.1:0")
            box["url"] = health_of(box["loop"])
            until(lambda: cycles(box["url"]) >= 1, "a cycle", box["loop"])

    app.trouble = wait_for_the_loop
    app.run("apply", "--yes")
    assert "another apply is at work on app" in box["loop"].log.read_text()
    until(lambda: ask(f"{box['url']}/readyz")[0] == 200, "the lock is free again", box["loop"])


def test_only_get_is_answered_and_only_there(app):
    process = app.start("run", "--every", "1h", "--health", "127.0.0.1:0")
    url = health_of(process)
    assert ask(f"{url}/")[0] == 404
    assert ask(f"{url}/../../etc/passwd")[0] == 404
    assert ask(Request(f"{url}/healthz", method="POST"))[0] == 501


def test_what_cannot_be_read_at_all_ends_the_command(tmp_path, capsys):
    assert run(["run", "--desired-state", str(tmp_path / "nowhere")]) == 1
    assert "There is no directory" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["0m", "40", "", "-1m", "40 m"])
def test_what_is_no_time_is_wrong_usage(capsys, text):
    assert run(["run", "--every", text]) == 1
    assert "write it like 50m" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["8080", "host:", "host:x", "127.0.0.1:99999", "192.0.2.1:80"])
def test_what_is_no_address_of_ours_is_wrong_usage(capsys, text):
    assert run(["run", "--health", text]) == 1
    assert "127.0.0.1:8080" in capsys.readouterr().err
