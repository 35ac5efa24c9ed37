"""A SCIM server of our own on loopback, and a directory of people: for runs that end badly.

The commands speak HTTP; what is killed or limited is a process of its own. What goes wrong is said
by a function that is called around each write with its number, `before` the server takes it up and
`after`.
"""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from threading import Lock

from reconciler.sandbox import open_sandbox
from reconciler.sandbox.serve import serving
from tests.commands import type_in

SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
TOKEN = "loopback-token"
TARGET = {
    "profile": "generic-scim",
    "auth": {"bearer": {"env": "APP_TOKEN"}},
    "scope": "all",
    "groups": {"provision": "all"},
    "service": {"retries": 0},
    "limits": {
        "removals": {"percent": 90, "floor": 50},
        "revocations": {"percent": 90, "floor": 50},
        "mass_change": {"percent": 100, "floor": 50},
    },
}
STRANGERS = [
    {
        "schemas": [SCHEMA],
        "userName": f"stranger{number}@elsewhere.example",
        "title": "Not ours",
        **({"externalId": f"theirs-{number}"} if number % 2 else {}),
    }
    for number in range(5)
]


def calm(number, phase):
    """Let every write happen."""


class Loopback:
    """The server, the desired state, and the commands on it."""

    def __init__(self, folder):
        self.folder = folder
        self.people = {}
        self.groups = {}
        self.trouble = calm
        self.writes = 0
        self._started = []
        self._lock = Lock()

    @contextmanager
    def serve(self):
        """Serve while the block runs; strangers are there already."""
        self.sandbox = open_sandbox(None, target="app")
        with serving({"app": self._watched}, host="127.0.0.1", token=TOKEN) as port:
            self.url = f"http://127.0.0.1:{port}/app/scim/v2"
            self.sandbox.load(STRANGERS)
            self._strangers = self._others()
            yield self
            for process in self._started:
                process.kill()
                process.wait()
        self.sandbox.close()

    def save(self):
        """Keep what the server and the ledger hold."""
        self._saved = self.sandbox.show(), (self.folder / "state" / "ledger.db").read_bytes()

    def restore(self):
        """Return to what was saved."""
        resources, ledger = self._saved
        self.trouble, self.writes = calm, 0
        self.sandbox.reset()
        self.sandbox.load(resources)
        self._strangers = self._others()
        for file in (self.folder / "state").glob("ledger.db*"):
            file.unlink()
        (self.folder / "state" / "ledger.db").write_bytes(ledger)

    def write(self):
        """Write the desired state as it now stands."""
        root = self.folder / "desired-state"
        root.mkdir(exist_ok=True)
        users = {
            key: {"userPrincipalName": f"{key}@contoso.example", **more}
            for key, more in self.people.items()
        }
        groups = {
            key: {"displayName": f"Group {key}", "members": members}
            for key, members in self.groups.items()
        }
        targets = {"app": {**TARGET, "url": self.url}}
        document = {"users": users, "groups": groups, "targets": targets}
        (root / "all.yaml").write_text(json.dumps(document))

    def start(self, *arguments, **more):
        """Start a command as a process of its own; it is ended when the server is."""
        self.write()
        log = self.folder / f"log-{len(self._started)}"
        with log.open("wb") as words:  # A pipe that nobody reads would stop it half-way.
            process = subprocess.Popen(
                [sys.executable, "-m", "reconciler", *arguments, "--state-dir", "state"],
                cwd=self.folder,
                env={"PATH": "", "PYTHONPATH": os.pathsep.join(sys.path), "APP_TOKEN": TOKEN},
                stdout=words,
                stderr=words,
                **more,
            )
        process.log = log
        self._started.append(process)
        return process

    def wait(self, process):
        """Wait until a command has ended; return what it printed, both streams together."""
        process.wait(timeout=120)
        return process.log.read_text()

    def run(self, *arguments, code=0, **more):
        """Run a command to its end; return what it printed. *more* is for a process."""
        if more:
            process = self.start(*arguments, **more)
            told = self.wait(process)
            ended = process.returncode
        else:
            self.write()
            arguments += ("--state-dir", "state")
            ended, told, _ = type_in(self.folder, *arguments, both=True, APP_TOKEN=TOKEN)
        assert ended == code, f"{ended}\n{told}"
        assert "Traceback" not in told
        return told

    def is_converged(self):
        """Plan: nothing is left, nobody is there twice, nobody is lost, strangers as they were."""
        self.run("plan", "--detailed-exitcode", code=0)
        live = self.sandbox.show()
        names = [item.get("userName") or item["displayName"] for item in live]
        assert len(names) == len(set(names)), "somebody is there twice"
        ours = {f"{key}@contoso.example" for key in self.people}
        ours |= {f"Group {key}" for key in self.groups}
        assert set(names) == ours | {item["userName"] for item in STRANGERS}
        assert self._others() == self._strangers, "a stranger was touched"
        return True

    def _others(self):
        return [item for item in self.sandbox.show() if "stranger" in item.get("userName", "")]

    def _watched(self, environ, start_response):
        if environ["REQUEST_METHOD"] == "GET":
            return self.sandbox.app(environ, start_response)
        with self._lock:
            self.writes += 1
            number = self.writes
        self.trouble(number, "before")
        answer = list(self.sandbox.app(environ, start_response))
        self.trouble(number, "after")
        return answer
