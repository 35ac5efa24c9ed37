"""A desired state in a directory, and commands run on it in process, with the embedded server."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reconciler.cli.boundary import run

TARGET = {
    "profile": "generic-scim",
    "url": "https://app.example/scim/v2",
    "auth": {"bearer": {"env": "RECONCILER_TEST_TOKEN"}},
    "scope": "all",
    "groups": {"provision": "all"},
}


def person(number):
    return {
        "userPrincipalName": f"u{number:02}@contoso.example",
        "displayName": f"User {number}",
        "givenName": "Given",
        "surname": "Name",
        "jobTitle": "Engineer",
        "mail": f"u{number:02}@contoso.example",
    }


@dataclass
class Desk:
    """Where one person works: a directory with YAML, and the commands typed there."""

    folder: Path
    capture: pytest.CaptureFixture
    document: dict = field(default_factory=dict)

    def write(self):
        """Write the YAML as it stands."""
        root = self.folder / "desired-state"
        root.mkdir(exist_ok=True)
        (root / "all.yaml").write_text(json.dumps(self.document, indent=1), encoding="utf-8")

    def type(self, *arguments, code=0):
        """Run a command; return what it printed on standard output and on standard error."""
        self.write()
        places = ["--desired-state", str(self.folder / "desired-state")]
        if arguments[0] != "validate":
            places += ["--state-dir", str(self.folder / "state")]
        ended = run([*arguments, *places])
        printed = self.capture.readouterr()
        assert ended == code, f"{ended}\n{printed.out}\n{printed.err}"
        assert "Traceback" not in printed.err
        return printed

    def plan(self, code=2):
        """Return the plan against the embedded server as data."""
        arguments = ("plan", "--sandbox", "--format", "json", "--detailed-exitcode")
        return json.loads(self.type(*arguments, code=code).out)

    def changes(self, code=2):
        return [item["id"] for item in self.plan(code)["targets"][0]["changes"]]


@pytest.fixture
def desk(tmp_path, capsys):
    document = {
        "users": {f"u{number:02}": person(number) for number in range(12)},
        "groups": {"crew": {"displayName": "Crew", "members": ["u00", "u01"]}},
        "targets": {"app": dict(TARGET)},
    }
    return Desk(tmp_path, capsys, document)


@pytest.fixture
def start():
    """Start a command in a process of its own; it is stopped when the test ends."""
    running = []

    def start_command(desk, *arguments, **streams):
        desk.write()
        command = [sys.executable, "-m", "reconciler", *arguments]
        command += ["--desired-state", "desired-state", "--state-dir", "state"]
        environment = {"PATH": "", "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm"}
        process = subprocess.Popen(command, cwd=desk.folder, env=environment, **streams)
        running.append(process)
        return process

    yield start_command
    for process in running:
        process.kill()
        process.wait()
