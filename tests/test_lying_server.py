"""The command line against servers that lie: a clear message, the right exit code, no removal."""

import json
import os
import subprocess
import sys
import threading
import time
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from reconciler.sandbox import open_sandbox
from tests import lies

TOKEN = "secret-token-that-must-not-leak"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


class Liar:
    """The embedded server behind one lie; *writes* are the requests that could change something."""

    def __init__(self, lie):
        self.sandbox = open_sandbox(None, target="app")
        self.sandbox.load([account(number) for number in range(60)])
        self.lie = lie
        self.writes = []

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] != "GET":
            self.writes.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        return self.lie(self.sandbox.app, environ, start_response)


def account(number):
    return {
        "id": f"id-{number:02}",
        "schemas": [USER],
        "userName": f"u{number:02}@contoso.example",
        "externalId": f"u{number:02}",
        "active": True,
    }


def answer(status, content, content_type="application/scim+json", **headers):
    def lie(_, __, start_response):
        start_response(status, [("Content-Type", content_type), *headers.items()])
        return [content]

    return lie


def changed(transform):
    """Let the server answer, and change what it says in lists."""

    def lie(app, environ, start_response):
        body = json.loads(b"".join(app(environ, lambda *_: None)) or b"{}")
        content = transform(body, environ) if "Resources" in body else json.dumps(body)
        start_response("200 OK", [("Content-Type", "application/scim+json")])
        return [content.encode()]

    return lie


def standing_before(middleware):
    """Let a lie of lists stand before the server."""

    def lie(app, environ, start_response):
        return middleware(app)(environ, start_response)

    return lie


def cut_at_50(body, environ):
    """Give the first 50 rows and call them all, whatever page is asked for."""
    del environ
    rows = body["Resources"][:50]
    return json.dumps({**body, "totalResults": len(rows) and 50, "Resources": rows})


def first_page_for_ever(body, _):
    return json.dumps({**body, "totalResults": 500, "Resources": body["Resources"][:20]})


def no_users(body, _):
    """Say that nobody is there, with a total that tells otherwise."""
    return json.dumps({**body, "totalResults": 60, "Resources": []})


def slow(app, environ, start_response):
    time.sleep(1.5)
    return app(environ, start_response)


UNREADABLE = {
    "html": (answer("200 OK", b"<html>Sign in</html>", "text/html"), "no JSON came back"),
    "truncated-json": (changed(lambda body, _: json.dumps(body)[:200]), "no JSON came back"),
    "not-a-list": (answer("200 OK", b'{"hello": 1}'), "is no SCIM list"),
    "server-errors": (answer("500 Oops", b'{"detail": "boom"}'), "boom"),
    "too-many-requests": (
        answer("429 Slow", b'{"detail": "slow down"}', **{"Retry-After": "0"}),
        "slow down",
    ),
    "redirect": (
        answer("302 Found", b"", Location="https://evil.example/"),
        "redirects are not followed",
    ),
    "refused": (answer("401 No", b'{"detail": "bad token"}'), "The token is not accepted"),
    "rows-that-are-no-objects": (
        answer("200 OK", b'{"totalResults": 1, "Resources": [1]}'),
        "the list is malformed",
    ),
    "slow": (slow, "took too long"),
}
INCOMPLETE = {
    "a-list-cut-at-50": changed(cut_at_50),
    "the-first-page-for-ever": changed(first_page_for_ever),
    "nobody-but-a-total": changed(no_users),
    "a-list-cut-at-7-and-counted-so": standing_before(lies.cut(7)),
    "totals-of-pages": standing_before(lies.total_of_the_page(20)),
    "nobody-at-all": standing_before(lies.of_lists(answer=lies.nobody)),
    "one-made-up-account": standing_before(lies.of_lists(answer=lies.one_made_up)),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_target_that_cannot_be_read_is_named_and_left_alone(name, tmp_path):
    lie, message = UNREADABLE[name]
    liar = Liar(lie)
    done = run(liar, tmp_path, "apply", "--yes")
    assert done.returncode == 4, done.stdout + done.stderr
    assert message in " ".join((done.stdout + done.stderr).split())
    assert liar.writes == []


@pytest.mark.parametrize("name", INCOMPLETE)
def test_a_list_that_is_not_proven_takes_nothing_away(name, tmp_path):
    liar = Liar(INCOMPLETE[name])
    done = run(liar, tmp_path, "apply", "--yes")
    assert "incomplete-snapshot" in done.stdout + done.stderr
    assert done.returncode in (3, 4)
    assert [method for method, _ in liar.writes if method == "DELETE"] == []
    live = {item["id"]: item for item in liar.sandbox.show()}
    assert all(live[f"id-{number:02}"]["active"] for number in range(60))


def run(liar, folder, *arguments):
    """Run the command line against *liar* over HTTP: most people are gone from the YAML."""
    with make_server("127.0.0.1", 0, liar, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        document = {
            "users": {
                f"u{number:02}": {"userPrincipalName": f"u{number:02}@contoso.example"}
                for number in (*range(2, 12), 99)
            },
            "targets": {
                "app": {
                    "profile": "generic-scim",
                    "url": f"http://127.0.0.1:{server.server_port}/scim/v2",
                    "auth": {"bearer": {"env": "APP_TOKEN"}},
                    "scope": "all",
                    "ownership": "external_id",
                    "groups": {"provision": "none"},
                    "service": {"retries": 1, "timeout_seconds": 0.5},
                }
            },
        }
        (folder / "desired-state").mkdir()
        (folder / "desired-state" / "state.yaml").write_text(json.dumps(document))
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", *arguments, "--state-dir", str(folder / "state")],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "APP_TOKEN": TOKEN, "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        server.shutdown()
        thread.join()
    assert "Traceback" not in done.stderr, done.stderr
    assert TOKEN not in done.stdout + done.stderr
    return done
