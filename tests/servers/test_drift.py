"""Somebody meddles with a real server by hand; nights with a moving clock tell of it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.cli.boundary import run
from reconciler.cli.drift import find_drifts
from reconciler.cli.options.settings import Settings
from reconciler.cli.workspace.workspace import require_workspace
from tests.faults.proxy import proxying
from tests.servers.expected import EXPECTED
from tests.servers.scenario import person

MORNING = datetime(2026, 7, 1, 6, tzinfo=UTC)
NAME = "name.givenName"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"


class Office:
    """Four people and two crews at a real server, behind a proxy that logs every request."""

    def __init__(self, server, proxy, url, folder):
        self.server, self.proxy, self.folder = server, proxy, folder
        self.expected = EXPECTED[server.name]
        people = {f"u{number}": person(number) for number in range(4)}
        for each in people.values():
            each.pop("manager", None)
        self.document = {
            "users": people,
            "groups": {
                "crew": {"displayName": "Crew", "members": ["u0", "u1", "u2"]},
                "admins": {"displayName": "Admins", "members": ["u0"], "sensitive": True},
            },
            "mappings": {"people": {"for": "user", "attributes": self.expected.mapping}},
            "targets": {
                "app": {
                    "profile": "generic-scim",
                    "url": url,
                    "auth": {"bearer": {"env": "APP_TOKEN"}},
                    "scope": "all",
                    "users": {"mapping": "people", "attributes": self.expected.attributes},
                    "groups": {"provision": "all"},
                    "service": self.expected.service,
                }
            },
        }

    def write(self):
        root = self.folder / "desired-state"
        root.mkdir(exist_ok=True)
        (root / "all.yaml").write_text(json.dumps(self.document))

    def apply(self):
        self.write()
        places = ["--desired-state", f"{self.folder}/desired-state"]
        assert run(["apply", "--yes", *places, "--state-dir", f"{self.folder}/state"]) == 0

    def drift(self, days):
        """Return the drift of a night; nothing but GET may reach the server."""
        self.write()
        moment = MORNING + timedelta(days=days)
        settings = Settings(
            desired_state=self.folder / "desired-state",
            state_dir=self.folder / "state",
            clock=lambda: moment,
            now=moment,
        )
        self.proxy.expect(None, 0)
        drift = find_drifts(require_workspace(settings), settings)
        assert {seen.request.method for seen in self.proxy.log} == {"GET"}
        assert drift.failures == ()
        return drift

    def live(self, endpoint, name):
        names = ("userName", "displayName")
        return next(
            item
            for item in self.server.resources(endpoint)
            if name in [item.get(each) for each in names]
        )

    def put(self, endpoint, called, **more):
        """Change an object by hand, as a whole."""
        found = self.live(endpoint, called)
        kept = {key: value for key, value in found.items() if key not in ("meta", "groups")}
        with self.server.client() as client:
            answer = client.put(f"{endpoint}/{found['id']}", json=kept | more)
        assert answer.is_success, answer.text

    def delete(self, endpoint, name):
        with self.server.client() as client:
            answer = client.delete(f"{endpoint}/{self.live(endpoint, name)['id']}")
        assert answer.is_success, answer.text


@pytest.fixture
def office(server, tmp_path, monkeypatch):
    monkeypatch.setenv("APP_TOKEN", server.token)
    with proxying(server.base_url) as (proxy, url):
        opened = Office(server, proxy, url, tmp_path)
        opened.apply()
        yield opened


def told(drift):
    (target,) = drift.targets
    return [(str(item.drift_class), item.name, item.part) for item in target.items]


@pytest.mark.parametrize(
    "server", ["scimmy", "scim2-server-tiny-pages", "better-auth"], indirect=True
)
def test_every_class_is_seen_with_its_age_and_what_comes_back(office):
    assert told(office.drift(0)) == []
    stranger = office.server.seed(
        [{"schemas": [USER_SCHEMA], "userName": "mallory@evil.example", "active": True}]
    )[0]["id"]
    everybody = {item["userName"][:7]: item["id"] for item in office.server.resources("Users")}
    admins = [{"value": everybody["user000"]}, {"value": stranger}]
    office.put("Groups", "Admins", members=admins)
    crew = [{"value": everybody[name]} for name in ("user000", "user002")]
    office.put("Groups", "Crew", members=crew)
    name = {"givenName": "By hand", "familyName": "Family 2"}
    office.put("Users", "user002@contoso.example", name=name)
    office.delete("Users", "user003@contoso.example")
    wanted = [
        ("extra-member", "admins", f"id:{stranger}"),
        ("unmanaged", f"id:{stranger}", ""),
        ("missing", "u3", ""),
        ("changed", "u2", NAME),
        ("missing-member", "crew", "u1"),
    ]

    first, second = office.drift(1), office.drift(2)

    assert told(first) == told(second) == wanted
    sightings = [item.sighting for item in second.targets[0].items]
    assert {(item.began, item.times) for item in sightings} == {(MORNING + timedelta(days=1), 2)}
    office.put("Users", "user002@contoso.example", name=name | {"givenName": "Given"})
    third = office.drift(3)
    assert ("changed", "u2", NAME) not in told(third)
    assert [item.part.casefold() for item in third.targets[0].gone] == [NAME.casefold()]
    office.put("Users", "user002@contoso.example", name=name)
    (again,) = (item for item in office.drift(4).targets[0].items if item.name == "u2")
    assert (again.sighting.episodes, again.sighting.times) == (2, 3)
    assert again.sighting.began == MORNING + timedelta(days=4)


@pytest.mark.parametrize("server", ["django-scim2-server"], indirect=True)
def test_what_a_server_does_not_store_drifts_on_no_night(office):
    for days in range(2):
        (target,) = office.drift(days).targets

        assert target.items == ()
        assert {item.path for item in target.rewritten} == office.expected.rewritten
