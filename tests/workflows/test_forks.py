"""Pull requests that mean harm: nothing of theirs runs beside a secret, and no token leaves."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

USERS = "desired-state/users.yaml"
ACTION = ".github/actions/reconciler/run.sh"
TARGET = "desired-state/targets/app.yaml"

pytestmark = pytest.mark.parametrize("app", ["embedded"], indirect=True)


@contextmanager
def listener():
    """A server of the attacker: it notes all that it is sent."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self):
            heard.append(self.rfile.readline())
            self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/scim/v2", heard
    server.shutdown()
    server.server_close()


def steal(story, place):
    """Let everything that a pull request can change write down what it finds."""
    theft = f'env >> {place}; cat "$0" >> {place}; ls -a >> {place}\n'
    for path in (story.clone / ".github/actions/reconciler").glob("*.sh"):
        path.write_text(theft + path.read_text())
    for name in ("review", "apply", "drift"):
        path = story.clone / f".github/workflows/{name}.yml"
        path.write_text(path.read_text().replace("run: bash ", f"run: env >> {place}; bash "))


def test_a_fork_gets_an_offline_plan_and_nothing_of_it_runs(story, tmp_path):
    place = tmp_path / "stolen"
    story.branch("evil")
    story.write(USERS, "Principal Engineer", "Fellow")
    steal(story, place)
    _, review = story.propose(7, "evil", repository="mallory/identity")

    assert review["live"].conclusion == "skipped"
    assert review["offline"].conclusion == "success", review["offline"].log
    assert "Fellow" in story.comment(7)
    stolen = place.read_text()
    assert "GITHUB_EVENT_NAME=pull_request\n" in stolen
    assert "GITHUB_EVENT_NAME=workflow_run" not in stolen
    for secret in (story.app.token, "k" * 64, "ghs_", "GITHUB_TOKEN"):
        assert secret not in stolen
    assert story.app.requests == 0


def test_a_branch_is_planned_live_and_nothing_of_it_runs(story, tmp_path):
    place = tmp_path / "stolen"
    story.branch("evil")
    story.write(USERS, "Principal Engineer", "Fellow")
    steal(story, place)
    _, review = story.propose(7, "evil")

    assert review["live"].conclusion == "success", review["live"].log
    assert story.app.requests > 0
    stolen = place.read_text()
    assert "GITHUB_EVENT_NAME=workflow_run" not in stolen
    assert story.app.token not in stolen


def test_a_target_that_a_pull_request_moves_is_not_contacted(story):
    with listener() as (url, heard):
        story.branch("evil")
        story.write(TARGET, story.app.url, url)
        story.write(
            TARGET, "removals: {percent: 10, floor: 3}", "removals: {percent: 99, floor: 3}"
        )
        _, review = story.propose(7, "evil")
        assert review["live"].conclusion == "success", review["live"].log
    assert heard == []
    assert story.app.requests == 0
    top = story.comment(7)[:2000]
    assert "url" in top
    assert "limits" in top


@pytest.mark.parametrize("name", ["a`b", "x'y", "--upload-pack=touch", "$(touch pwned)"])
def test_the_name_of_a_branch_is_a_name_and_nothing_else(story, name):
    run = {
        "id": 1,
        "event": "pull_request",
        "head_sha": "a" * 40,
        "head_branch": name,
        "head_repository": {"full_name": "mallory/identity"},
    }
    main = story.git("rev-parse", "origin/main")
    review = story.world.run("review", "workflow_run", {"workflow_run": run}, sha=main)
    assert review["find"].conclusion == "failure"
    assert not list(story.world.folder.rglob("pwned"))
