"""The main job on real servers: plan, apply, plan again is empty; change; drift by hand."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PEOPLE = 12
STRANGER = {
    "schemas": [SCHEMA],
    "userName": "stranger@elsewhere.example",
    "name": {"givenName": "Stran", "familyName": "Ger"},
    "emails": [{"value": "stranger@elsewhere.example", "type": "work", "primary": True}],
    "active": True,
}

BASIC = """
      userName: {expression: "[userPrincipalName]", match: 1}
      active: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
      name.givenName: "[givenName]"
      name.familyName: "[surname]"
"""
FULL = (
    BASIC
    + f"""
      title: "[jobTitle]"
      emails[type eq "work"].value: "[mail]"
      {ENTERPRISE}:department: "[department]"
      {ENTERPRISE}:manager: "[manager]"
"""
)


@dataclass
class Scenario:
    """One server with a desired state of its own; commands run as a user would run them."""

    url: str
    token: str
    folder: Path
    attributes: str = FULL
    service: str = "{}"
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    crews: dict[str, list[str]] = field(default_factory=dict)

    def write(self):
        """Write the desired state as it now stands."""
        root = self.folder / "desired-state"
        root.mkdir(exist_ok=True)
        document = {
            "users": self.people,
            "groups": {
                key: {"displayName": f"Crew {key}", "members": members}
                for key, members in self.crews.items()
            },
            "targets": {
                "app": {
                    "profile": "generic-scim",
                    "url": self.url,
                    "auth": {"bearer": {"env": "APP_TOKEN"}},
                    "scope": "all",
                    "users": {"mapping": "people"},
                    "groups": {"mapping": "crews", "provision": "all"},
                }
            },
        }
        (root / "state.yaml").write_text(json.dumps(document))
        (root / "target.yaml").write_text(
            f"mappings:\n  people:\n    for: user\n    attributes:{self.attributes}"
            "  crews:\n    for: group\n    attributes:\n"
            '      displayName: {expression: "[displayName]", match: 1}\n'
            '      members: "[members]"\n'
        )
        state = json.loads((root / "state.yaml").read_text())
        state["targets"]["app"]["service"] = json.loads(self.service)
        (root / "state.yaml").write_text(json.dumps(state))

    def run(self, *arguments, code=0):
        """Run a command; show everything it printed where the exit code is another."""
        self.write()
        command = [sys.executable, "-m", "reconciler", *arguments]
        command += ["--desired-state", "desired-state", "--state-dir", "state"]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={"APP_TOKEN": self.token, "PATH": ""},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert "Traceback" not in done.stderr
        assert self.token not in done.stdout + done.stderr
        assert done.returncode == code, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def plan(self, code):
        """Return the plan as data; *code* 0 is no difference, 2 is some."""
        done = self.run("plan", "--format", "json", "--detailed-exitcode", code=code)
        return json.loads(done.stdout)

    def ids(self):
        """Return the ids of the changes that the plan has, in order."""
        return [item["id"] for item in self.plan(2)["targets"][0]["changes"]]


def person(number):
    return {
        "userPrincipalName": f"user{number:02}@contoso.example",
        "givenName": "Given",
        "surname": f"Family {number}",
        "mail": f"user{number:02}@contoso.example",
        "jobTitle": "Engineer",
        "department": "R&D",
        **({"manager": "u00"} if number else {}),
    }


def scenario_for(server, folder, **options):
    scenario = Scenario(server.base_url, server.token, folder, **options)
    scenario.people = {f"u{number:02}": person(number) for number in range(PEOPLE)}
    scenario.crews = {"a": ["u00", "u01", "u02", "u03"], "b": ["u04", "u05"]}
    return scenario


SERVERS = {
    "scim2-server": {},
    "scim2-server-minimal": {"service": '{"quirks": ["no_patch"]}'},
    "scim2-server-tiny-pages": {"service": '{"page_size": 7}'},
    "scim2-server-cursor": {"service": '{"quirks": ["cursor_paging"], "page_size": 5}'},
    "scimmy": {},
    "django-scim2-server": {
        "attributes": BASIC,
        "service": '{"quirks": ["delete_deactivates"]}',
    },
}


@pytest.mark.parametrize("name", SERVERS)
def test_create_converge_change_converge_drift_converge(name, start, tmp_path):
    server = start(name)
    (stranger,) = server.seed([STRANGER])
    scenario = scenario_for(server, tmp_path, **SERVERS[name])

    first = scenario.plan(2)
    assert first["summary"]["create"] == PEOPLE + 2
    assert first["summary"]["unmanaged"] == 1
    scenario.run("apply", "--yes")
    assert scenario.plan(0)["summary"]["create"] == 0

    scenario.people["u01"]["surname"] = "Renamed"
    scenario.people["u05"]["accountEnabled"] = False
    scenario.people["u99"] = person(99)
    scenario.crews["b"] = ["u04", "u01"]
    changes = scenario.ids()
    assert changes == [
        "app/user/u01",
        "app/user/u99",
        "app/group/b/add-members",
        "app/group/b/remove-members",
        "app/user/u05",
    ]
    scenario.run("apply", "--yes")
    scenario.plan(0)

    drift_by_hand(server)
    assert scenario.ids() == ["app/user/u02"]
    scenario.run("apply", "--yes")
    scenario.plan(0)
    assert without_meta(find(server, STRANGER["userName"])) == without_meta(stranger)


def drift_by_hand(server):
    """Somebody disables an account in the app."""
    found = find(server, "user02@contoso.example")
    with server.client() as client:
        body = {key: value for key, value in found.items() if key not in ("meta", "groups")}
        answer = client.put(f"Users/{found['id']}", json={**body, "active": False})
        assert answer.status_code in (200, 204), answer.text


def find(server, user_name):
    """Return one user, by filter or, where there is none, from the list."""
    with server.client() as client:
        answer = client.get("Users", params={"filter": f'userName eq "{user_name}"'})
    supported = answer.status_code == 200
    users = answer.json()["Resources"] if supported else server.resources("Users")
    (found,) = (item for item in users if item["userName"] == user_name)
    return found


def without_meta(resource):
    return {key: value for key, value in resource.items() if key not in ("meta", "schemas")}
