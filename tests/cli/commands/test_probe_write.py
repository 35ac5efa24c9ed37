"""`check --probe --write`: what is asked, written, kept, and taken away again."""

import json
import signal
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest

from reconciler.gallery.load import read_profile
from reconciler.model.service import Quirk
from reconciler.sandbox import open_sandbox
from reconciler.sandbox.serve import serving
from tests.scim.probe.asked import person

TOKEN = "probing-t0ken"
PATIENCE = 120
"""Seconds: a machine may be busy."""
WRITE = ("check", "--probe", "--write", "--yes")


class Gate:
    """Stands before a server, and holds the answer to one write until the client has gone."""

    def __init__(self, app):
        self.app = app
        self.hold = None
        self.held = threading.Event()
        self.go = threading.Event()
        self.writes = 0

    def __call__(self, environ, start_response):
        answer = list(self.app(environ, start_response))
        self.writes += environ["REQUEST_METHOD"] != "GET"
        if environ["REQUEST_METHOD"] != "GET" and self.writes == self.hold:
            self.held.set()
            self.go.wait(PATIENCE)
        return answer


@pytest.fixture
def served(desk, monkeypatch):
    """Serve an embedded server over HTTP in the target's place."""

    @contextmanager
    def serve(**manners):
        monkeypatch.setenv("RECONCILER_TEST_TOKEN", TOKEN)
        with open_sandbox(None, target="app", **manners) as sandbox:
            gate = Gate(sandbox.app)
            with serving({"app": gate}, host="127.0.0.1", token=TOKEN) as port:
                desk.document["targets"]["app"]["url"] = f"http://127.0.0.1:{port}/app/scim/v2"
                sandbox.gate = gate
                yield sandbox

    return serve


def files_of(desk):
    return [path for path in desk.folder.rglob("*") if path.is_file()]


def test_what_is_learned_becomes_a_profile_that_the_gallery_reads(desk, served):
    file = desk.folder / "my-app.yaml"
    with served(quirks=frozenset({"no_put", "lowercases_user_name"})) as sandbox:
        sandbox.load([person(1)])
        text = desk.type(*WRITE, "--save-profile", str(file), "--detailed-exitcode", code=2).out
        assert [item["id"] for item in sandbox.show()] == ["u001"]

    profile = read_profile(file.read_bytes(), file="my-app.yaml")
    assert profile.service.quirks == {Quirk.NO_PUT, Quirk.LOWERCASES_USER_NAME}
    assert profile.users.actions == {"create", "update", "disable", "delete"}
    written = file.read_text()
    assert (
        "# Different from generic-scim:\n#   quirks: lowercases_user_name: False -> True" in written
    )
    assert (
        "    # comes back in lower case; GET Users/probe-a, held against what was sent\n" in written
    )
    assert "2 differences from what is known of it" in text


def test_the_token_reaches_neither_the_report_nor_any_file(desk, served):
    with served():
        printed = desk.type(*WRITE, "--save-profile", str(desk.folder / "my-app.yaml"))

    assert TOKEN not in printed.out + printed.err
    for path in files_of(desk):
        assert TOKEN.encode() not in path.read_bytes(), path


def test_a_target_that_differs_from_its_profile_is_held_against_both(desk, served):
    desk.document["targets"]["app"]["service"] = {"quirks": ["no_put"]}
    with served(quirks=frozenset({"no_put"})):
        text = desk.type(*WRITE).out
        (target,) = json.loads(desk.type(*WRITE, "--format", "json").out)["targets"]

    assert "Nothing contradicts what is known of it" in text
    assert "1 difference from the profile as it is shipped:\n  quirks: no_put  no → yes\n" in text
    assert target["differences"] == []
    assert target["differences_from_profile"] == [
        {"knob": "quirks: no_put", "known": False, "learned": True}
    ]
    assert (target["wrote"], target["leftovers"]) == (True, [])


def test_nothing_is_written_without_a_yes(desk, served):
    with served() as sandbox:
        printed = desk.type("check", "--probe", "--write", code=1)
        assert sandbox.gate.writes == 0

    assert "two users `Probe-…`" in printed.err
    assert "Pass --yes to write without asking." in printed.err


MISTAKES = {
    "--write goes with --probe": ["--write"],
    "--yes goes with --write": ["--probe", "--yes"],
    "--save-profile goes with --probe --write": ["--probe", "--save-profile", "a.yaml"],
    "--overwrite goes with --save-profile FILE": ["--probe", "--write", "--overwrite"],
    "'a b' is no domain": ["--probe", "--write", "--yes", "--domain", "a b"],
    "cannot hold a profile": ["--probe", "--write", "--yes", "--save-profile", "My App.yaml"],
    "there is no directory": ["--probe", "--write", "--yes", "--save-profile", "no/a.yaml"],
}


@pytest.mark.parametrize("told", MISTAKES)
def test_options_that_do_not_go_together_are_refused_before_anything_is_sent(desk, told):
    assert told in desk.type("check", "--sandbox", *MISTAKES[told], code=1).err


def test_a_profile_replaces_no_file_unless_told_to(desk):
    file = desk.folder / "my-app.yaml"
    file.write_text("mine")
    save = ("--sandbox", "--save-profile", str(file))

    assert "is there already" in desk.type(*WRITE, *save, code=1).err
    assert file.read_text() == "mine"
    desk.type(*WRITE, *save, "--overwrite")
    assert file.read_text().startswith("# Learned from the target app")


def begun(desk, sandbox, start, hold, *options):
    """Start a probe in a process of its own; the answer to write number *hold* is held back."""
    sandbox.gate.hold = hold
    desk.document["targets"]["app"]["auth"] = {"bearer": {"file": str(desk.folder / "token")}}
    (desk.folder / "token").write_text(TOKEN)
    process = start(desk, *WRITE, *options, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert sandbox.gate.held.wait(PATIENCE)
    sandbox.gate.hold = None
    return process


def ended(process, sandbox, how=None):
    """Let the answer go, after the signal *how* has arrived; return the exit code."""
    if how:
        process.send_signal(how)
        time.sleep(0.2)
    sandbox.gate.go.set()
    return process.wait(PATIENCE)


def test_users_are_made_in_the_domain_that_is_given(desk, served, start):
    with served() as sandbox:
        process = begun(desk, sandbox, start, 1, "--domain", "contoso.example")
        (user,) = sandbox.show()
        assert ended(process, sandbox) == 0

    assert user["userName"].startswith("Probe-")
    assert user["userName"].endswith("-a@contoso.example")


@pytest.mark.parametrize("hold", [1, 3, 9])
def test_what_a_killed_probe_made_is_taken_away_by_the_next(desk, served, start, hold):
    with served() as sandbox:
        sandbox.load([person(1)])
        process = begun(desk, sandbox, start, hold)
        assert ended(process, sandbox, signal.SIGKILL) == -9
        assert len(sandbox.show()) > 1
        assert len(list(desk.folder.glob("state/probes/app.json"))) == 1

        desk.type(*WRITE)

        assert [item["id"] for item in sandbox.show()] == ["u001"]
        assert not list(desk.folder.glob("state/probes/app.json"))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_probe_takes_away_what_it_made(desk, served, start, how):
    with served() as sandbox:
        sandbox.load([person(1)])
        assert ended(begun(desk, sandbox, start, 3), sandbox, how) == 130

        assert [item["id"] for item in sandbox.show()] == ["u001"]
    assert not list(desk.folder.glob("state/probes/app.json"))


def test_where_nobody_can_be_deleted_it_says_who_is_left(desk, served):
    with served(actions={"user": frozenset({"create", "update"}), "group": frozenset({"create"})}):
        text = " ".join(desk.type(*WRITE, code=4).out.split())

    assert "Left behind" in text
    assert "to delete it was refused (501); it is disabled now" in text
    assert "✗ group reconciler-probe-" in text
    assert "Remove them in the app, or let `check --probe --write` try again" in text


def test_two_do_not_write_to_one_target_at_once(desk, served, start):
    with served() as sandbox:
        process = begun(desk, sandbox, start, 1)
        text = desk.type(*WRITE, code=4).out
        assert ended(process, sandbox) == 0

    assert "Not everything could be asked." in text
    assert "is at work" in text
