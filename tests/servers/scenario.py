"""Two hundred people and twenty crews as YAML, and the commands that a user would run."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.commands import type_in
from tests.servers.expected import Expected
from tests.servers.process import Server

CREWS = 20


@dataclass
class Scenario:
    """One server and what should be there; *steps* says what each command cost, for failures."""

    server: Server
    folder: Path
    expected: Expected
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    crews: dict[str, dict[str, Any]] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    requests: int = 0
    """What the last apply sent."""

    def __post_init__(self) -> None:
        """Put everybody into a crew, and most of them into the first one too."""
        self.people = {f"u{number:03}": person(number) for number in range(self.expected.people)}
        keys = [*self.people]
        size = len(keys) // CREWS
        for number in range(CREWS):
            self.crews[f"g{number:02}"] = {
                "displayName": f"Crew {number:02}",
                "members": keys[number * size : (number + 1) * size],
            }
        self.crews["g00"]["members"] = keys[: len(keys) * 3 // 4]

    def plan(self) -> dict[str, Any]:
        """Return what the plan says of the target."""
        document = self._run("plan", "--verbose", "--format", "json")
        target: dict[str, Any] = document["targets"][0]
        return target

    def apply(self, *options: str) -> dict[str, str]:
        """Apply, every change done, and return what each outcome says beyond that."""
        run = self._run("apply", "--yes", "--format", "json", *options)
        self.requests = run["requests"]
        outcomes = {item["id"]: item for item in run["outcomes"]}
        undone = {key: item for key, item in outcomes.items() if item["status"] != "done"}
        assert not undone, self.told(undone)
        return {key: item["detail"] for key, item in outcomes.items()}

    def told(self, what: object) -> str:
        """Return *what* went wrong, with the requests of every step before."""
        return json.dumps(what, indent=1)[:6000] + "\nSteps:\n" + "\n".join(self.steps)

    def _run(self, *arguments: str) -> dict[str, Any]:
        """Run a command that must succeed; return its JSON."""
        self._write()
        began = time.monotonic()
        state = ("--state-dir", "state")
        done = type_in(self.folder, *arguments, *state, APP_TOKEN=self.server.token)
        assert "Traceback" not in done.err, done.err
        assert self.server.token not in done.out + done.err
        assert done.out, self.told(done.err)
        document: dict[str, Any] = json.loads(done.out)
        cost = f"{document['requests']} requests" if "requests" in document else done.err.strip()
        seconds = time.monotonic() - began
        self.steps.append(f"  {arguments[0]}: code {done.code}, {seconds:.1f} s, {cost}")
        allowed = (0, 3) if arguments[0] == "plan" else (0,)
        assert done.code in allowed, self.told(done.out + done.err)
        return document

    def _write(self) -> None:
        root = self.folder / "desired-state"
        root.mkdir(exist_ok=True)
        document = {
            "users": self.people,
            "groups": self.crews,
            "mappings": {
                "people": {"for": "user", "attributes": self.expected.mapping},
                "crews": {
                    "for": "group",
                    "attributes": {
                        "displayName": {"expression": "[displayName]", "match": 1},
                        "members": "[members]",
                    },
                },
            },
            "targets": {
                "app": {
                    "profile": "generic-scim",
                    "url": self.server.base_url,
                    "auth": {"bearer": {"env": "APP_TOKEN"}},
                    "scope": "all",
                    "removed": "delete",
                    "users": {
                        "mapping": "people",
                        "actions": ["create", "update", "disable", "delete"],
                        "attributes": self.expected.attributes,
                    },
                    "groups": {
                        "mapping": "crews",
                        "provision": "all",
                        "removed": "delete",
                        "actions": ["create", "update", "delete"],
                    },
                    "service": self.expected.service,
                }
            },
        }
        (root / "state.yaml").write_text(json.dumps(document))


def person(number: int) -> dict[str, Any]:
    """Return one of the people; the first is everybody's manager."""
    return {
        "userPrincipalName": f"user{number:03}@contoso.example",
        "displayName": f"Person {number:03}",
        "givenName": "Given",
        "surname": f"Family {number}",
        "mail": f"user{number:03}@contoso.example",
        "mailNickname": f"nick{number:03}",
        "jobTitle": "Engineer",
        "department": "R&D",
        "employeeId": f"E{number:03}",
        **({"manager": "u000"} if number else {}),
    }


def live_people(server: Server) -> dict[str, dict[str, Any]]:
    """Return who is there by user name, as the server shows them."""
    return {item["userName"]: item for item in server.resources("Users")}


def live_crews(server: Server) -> dict[str, set[str]]:
    """Return the groups by name, each with the user names of its members."""
    names = {item["id"]: item["userName"] for item in server.resources("Users")}
    return {
        item["displayName"]: {names[value] for value in _member_ids(item)}
        for item in server.resources("Groups")
    }


def _member_ids(group: dict[str, Any]) -> Iterator[str]:
    for member in group.get("members") or ():
        yield member["value"]
