"""A target in use: YAML, the embedded server over HTTP, a ledger, and somebody who meddles there.

Commands run in process, against loopback; what the server is sent is counted by method.
"""

import json
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx

from reconciler.cli.boundary import run
from reconciler.cli.drift import find_drifts
from reconciler.cli.options.settings import Settings
from reconciler.cli.workspace.workspace import require_workspace
from reconciler.sandbox import open_sandbox
from reconciler.sandbox.serve import serving

TOKEN = "house-token"
MORNING = datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
SCHEMA = "urn:ietf:params:scim:schemas:core:2.0"
TARGET = {
    "profile": "generic-scim",
    "auth": {"bearer": {"env": "HOUSE_TOKEN"}},
    "scope": "all",
    "users": {"mapping": "people"},
    "groups": {"provision": "all"},
}
MAPPING = {
    "for": "user",
    "attributes": {
        "userName": {"expression": "[userPrincipalName]", "match": 1},
        "active": 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
        "title": "[jobTitle]",
        "nickName": "[costCenter]",
    },
}


class House:
    """One target `app`. *lie* is a WSGI middleware that stands before the server."""

    def __init__(self, folder):
        self.requests = Counter()
        self.move_in(folder, None)

    def move_in(self, folder, capture):
        """Begin with the first desired state in *folder*; *capture* is the test's own."""
        self.folder, self.capture, self.lie = folder, capture, lambda app: app
        self.people = {
            key: {"userPrincipalName": f"{key}@contoso.example", "jobTitle": "Engineer"}
            for key in ("ada", "grace", "linus", "barbara")
        }
        self.groups = {
            "crew": {"displayName": "Crew", "members": ["ada", "grace", "linus"]},
            "admins": {"displayName": "Admins", "members": ["ada"], "sensitive": True},
        }
        self.target, self.mapping, self.more = dict(TARGET), dict(MAPPING), {}
        self.requests.clear()

    @contextmanager
    def open(self):
        """Serve while the block runs."""
        self.sandbox = open_sandbox(None, target="app")
        with serving({"app": self._counted}, host="127.0.0.1", token=TOKEN) as port:
            self.url = f"http://127.0.0.1:{port}/app/scim/v2"
            yield self
        self.sandbox.close()

    def save(self):
        """Keep what the server and the ledger hold."""
        self._saved = self.sandbox.show(), (self.folder / "state" / "ledger.db").read_bytes()

    def restore(self, folder, capture):
        """Return to what was saved, in another folder: quicker than to apply it again."""
        resources, ledger = self._saved
        self.move_in(folder, capture)
        self.sandbox.reset()
        self.sandbox.load(resources)
        (folder / "state").mkdir()
        (folder / "state" / "ledger.db").write_bytes(ledger)

    def _counted(self, environ, start_response):
        by_hand = environ.get("HTTP_X_BY_HAND")
        if by_hand:
            return self.sandbox.app(environ, start_response)
        self.requests[environ["REQUEST_METHOD"]] += 1
        return self.lie(self.sandbox.app)(environ, start_response)

    # --- what people do in git ---

    def write(self):
        """Write the YAML as it stands."""
        root = self.folder / "desired-state"
        root.mkdir(exist_ok=True)
        document = {
            "attributes": {"costCenter": {"sensitive": True}},
            "users": self.people,
            "groups": self.groups,
            "mappings": {"people": self.mapping},
            "targets": {"app": {**self.target, "url": self.url}},
            **self.more,
        }
        (root / "all.yaml").write_text(json.dumps(document, indent=1), encoding="utf-8")

    def type(self, *arguments, code=0):
        """Run a command; return what it printed."""
        self.write()
        places = ["--desired-state", str(self.folder / "desired-state")]
        ended = run([*arguments, *places, "--state-dir", str(self.folder / "state")])
        if self.capture is None:
            assert ended == code
            return None
        printed = self.capture.readouterr()
        assert ended == code, f"{ended}\n{printed.out}\n{printed.err}"
        assert TOKEN not in printed.out + printed.err
        return printed

    def apply(self):
        """Make the target as the YAML says."""
        self.type("apply", "--yes")
        self.requests.clear()

    def drift(self, days=0, **options):
        """Return the drift that a run finds so many days after the first morning."""
        self.write()
        moment = MORNING + timedelta(days=days)
        options = {"state_dir": self.folder / "state", "now": moment, **options}
        settings = Settings(
            desired_state=self.folder / "desired-state", clock=lambda: moment, **options
        )
        return find_drifts(require_workspace(settings), settings)

    # --- what people do in the app ---

    def live(self, name):
        """Return the user or the group that is called so."""
        names = ("userName", "displayName")
        return next(
            item for item in self.sandbox.show() if name in [item.get(each) for each in names]
        )

    def id_of(self, name):
        """Return the id at the server."""
        return self.live(name)["id"]

    def make(self, name, **more):
        """Create a user by hand."""
        body = {"schemas": [f"{SCHEMA}:User"], "userName": name, "active": True, **more}
        return self._send("POST", "Users", body).json()["id"]

    def patch(self, endpoint, name, *operations):
        """Change a user or a group by hand."""
        body = {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": list(operations),
        }
        self._send("PATCH", f"{endpoint}/{self.id_of(name)}", body)

    def set(self, name, path, value):
        """Change one attribute of a user by hand."""
        self.patch("Users", name, {"op": "replace", "path": path, "value": value})

    def join(self, group, live_id):
        """Add a member by hand."""
        members = [{"value": live_id}]
        self.patch("Groups", group, {"op": "add", "path": "members", "value": members})

    def leave(self, group, live_id):
        """Remove a member by hand."""
        path = f'members[value eq "{live_id}"]'
        self.patch("Groups", group, {"op": "remove", "path": path})

    def delete(self, endpoint, name):
        """Delete a user or a group by hand."""
        self._send("DELETE", f"{endpoint}/{self.id_of(name)}")

    def _send(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {TOKEN}", "X-By-Hand": "yes"}
        answer = httpx.request(method, f"{self.url}/{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer
