"""A pull request that means ill is a directory: `base.yaml` and `head.yaml` in, `plan.txt` out.

The real commands run in a real repository, against two servers that listen: the app, and one that
nobody at the base names. What cannot be kept in a file (links, names, sizes) is built here.
`pytest tests/test_pull_requests.py --update-golden` rewrites the plans; the review is `git diff`.
"""

import re
from contextlib import contextmanager
from pathlib import Path

import pytest

from reconciler.cli.boundary import run
from reconciler.sandbox import open_sandbox
from reconciler.sandbox.serve import serving
from tests.repository import Clone

CASES = Path(__file__).parent / "pull_requests"
TOKENS = {"APP_TOKEN": "the-token-of-the-app", "OTHER_SECRET": "the-secret-of-something-else"}
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
LIVE = [
    {
        "schemas": [USER],
        "externalId": key,
        "userName": f"{key}@contoso.example",
        "title": "Engineer",
        "active": True,
    }
    for key in ("ada", "grace", "linus", "margaret", "barbara", "katherine")
]


class Listener:
    """An app that notes all that it is sent; *app* answers, or nobody with an empty list."""

    def __init__(self, app=None):
        self.app = app
        self.heard = []

    def __call__(self, environ, start_response):
        self.heard.append(f"{environ['REQUEST_METHOD']} {environ.get('HTTP_AUTHORIZATION')}")
        if self.app is not None:
            return self.app(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/scim+json")])
        return [b'{"schemas": [], "totalResults": 0, "Resources": []}']


@contextmanager
def listening():
    """Yield the app and the stranger, with their URLs."""
    sandbox = open_sandbox(None, target="app")
    app, stranger = Listener(sandbox.app), Listener()
    with (
        serving({"app": app}, host="127.0.0.1") as port,
        serving({"app": stranger}, host="127.0.0.1") as other,
    ):
        sandbox.load(LIVE)
        app.url = f"http://127.0.0.1:{port}/app/scim/v2"
        stranger.url = f"http://127.0.0.1:{other}/app/scim/v2"
        yield app, stranger
    sandbox.close()


def huge(clone):
    clone.write("huge.yaml", "#" * (32 * 2**20 + 1))


def names(clone):
    for name in ("-rf.yaml", "line\nbreak.yaml", "bidi\u202elmay.yaml", "--output=x.yaml"):
        clone.write(name, "users: {}\n")


def links(clone):
    clone.link("passwd.yaml", "/etc/passwd")
    clone.link("secret.yaml", "../secret.yaml")
    clone.link("everything", "/")


def crafted(clone):
    return clone.commit_crafted_tree("../../.github/workflows/evil.yaml")


BUILT = {"a-file-is-huge": huge, "names-play-tricks": names, "links-lead-out": links}
"""What the head adds beyond its YAML."""


@pytest.mark.parametrize("name", sorted(item.name for item in CASES.iterdir() if item.is_dir()))
def test_a_pull_request_decides_nothing_that_its_base_decides(
    name, tmp_path, monkeypatch, capsys, request
):
    for variable, token in TOKENS.items():
        monkeypatch.setenv(variable, token)
    case, clone = CASES / name, Clone(tmp_path / "clone")
    with listening() as (app, stranger):

        def write(file):
            text = (case / file).read_text(encoding="utf-8")
            text = text.replace("{APP}", app.url).replace("{EVIL}", stranger.url)
            clone.write("all.yaml", (CASES / "common.yaml").read_text(encoding="utf-8") + text)

        write("base.yaml")
        clone.commit()
        clone.git("checkout", "-q", "-b", "change")
        write("head.yaml")
        BUILT.get(name, lambda _: None)(clone)
        clone.commit()
        told = plan(clone, capsys)
        found = told.replace(stranger.url, "{EVIL}").replace(app.url, "{APP}")

        assert stranger.heard == []
        assert set(app.heard) <= {f"GET Bearer {TOKENS['APP_TOKEN']}"}
    assert not [token for token in TOKENS.values() if token in told]
    expected = case / "plan.txt"
    if request.config.getoption("--update-golden"):
        expected.write_text(found, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == found


def plan(clone, capsys):
    """Return the exit code and all that `plan --base main` prints, free of what differs by run."""
    places = ["--desired-state", str(clone.root), "--state-dir", str(clone.folder / "state")]
    code = run(["plan", "--base", "main", *places])
    printed = capsys.readouterr()
    text = f"exit {code}\n{printed.out}{printed.err}".replace(f" {' '.join(places)}", "")
    text = re.sub(r"\b[0-9a-f]{12}\b", "<commit>", text)
    text = re.sub(r"(?<=[ :])[0-9a-f]{16}\b", "<fingerprint>", text)
    text = re.sub(r"These changes take .*", "These changes take …", text)
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "<time>", text)


def test_a_tree_that_leads_out_of_itself_is_refused(tmp_path, monkeypatch, capsys):
    """git would not write such a tree, and reads one; a branch can be pushed with it."""
    monkeypatch.setenv("APP_TOKEN", TOKENS["APP_TOKEN"])
    clone = Clone(tmp_path / "clone")
    clone.write("all.yaml", "users: {}\n")
    clone.commit()
    clone.git("update-ref", "refs/heads/evil", crafted(clone))
    clone.git("symbolic-ref", "HEAD", "refs/heads/evil")
    told = plan(clone, capsys)
    assert "planned are the files as they stand" in " ".join(told.split())
    assert not (tmp_path / ".github").exists()
