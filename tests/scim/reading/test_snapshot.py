"""What is read, and what may be concluded from a list that is not whole."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from reconciler.model.path import parse_path
from reconciler.model.resource import LookUp
from reconciler.model.service import Service
from reconciler.model.values import Kind
from reconciler.sandbox import open_sandbox
from reconciler.scim.http.transport import open_transport
from reconciler.scim.reader import ScimReader
from reconciler.scim.reading.snapshot import read_members, read_snapshot
from tests.patience import patience

NOW = datetime(2026, 7, 1, tzinfo=UTC)
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PEOPLE = [
    {"id": f"id-{name}", "schemas": [USER], "userName": name} for name in ("ada", "bob", "eve")
]
CREW = {
    "id": "id-crew",
    "schemas": [GROUP],
    "displayName": "Crew",
    "members": [{"value": "id-ada"}],
}


SERVICE = Service(retries=0)


def look_up(name):
    return LookUp(Kind.USER, parse_path("userName"), name)


def reader(lie=None, *, filterable=SERVICE.filterable):
    sandbox = open_sandbox(None, target="app")
    sandbox.load([*PEOPLE, CREW])

    def app(environ, start_response):
        body = b"".join(sandbox.app(environ, start_response))
        return [lie(environ, body) if lie else body]

    service = replace(SERVICE, filterable=filterable)
    transport = open_transport(
        "http://sandbox.localhost", credentials=None, service=service, patience=patience(), app=app
    )
    return ScimReader(transport, service)


def hide_eve(environ, body):
    """Leave one of three users out of lists; filters tell the truth."""
    if "filter" in environ["QUERY_STRING"] or not environ["PATH_INFO"].endswith("/Users"):
        return body
    found = json.loads(body)
    shown = [item for item in found["Resources"] if item["userName"] != "eve"]
    return json.dumps({**found, "Resources": shown}).encode()


def ignore_filters(environ, body):
    """List two of three users, whatever the filter."""
    if not environ["PATH_INFO"].endswith("/Users"):
        return body
    rows = PEOPLE[:2]
    return json.dumps({"totalResults": 3, "Resources": rows}).encode()


def test_a_snapshot_holds_everything_and_the_proof():
    found = read_snapshot(reader(), now=NOW)
    assert [live.id for live in found.users] == ["id-ada", "id-bob", "id-eve"]
    assert found.groups[0].members == {"id-ada"}
    assert found.complete
    assert found.evidence == (
        "3 users in 1 page, totalResults 3, nothing after the last",
        "1 group in 1 page, totalResults 1, nothing after the last",
    )


def test_a_proven_filter_finds_who_was_hidden_and_who_is_not_there():
    questions = [look_up("eve"), look_up("zoe")]
    found = read_snapshot(reader(hide_eve), now=NOW, look_ups=questions)
    assert not found.complete
    assert {live.id for live in found.users} == {"id-ada", "id-bob", "id-eve"}
    assert found.absent == {look_up("zoe")}


def test_an_ignored_filter_proves_nothing_and_finds_nobody_else():
    questions = [look_up("eve"), look_up("zoe")]
    found = read_snapshot(reader(ignore_filters), now=NOW, look_ups=questions)
    assert not found.complete
    assert {live.id for live in found.users} == {"id-ada", "id-bob"}
    assert found.absent == frozenset()


def test_members_named_by_user_name_are_resolved():
    group = {"members": [{"value": "ada"}, {"value": "id-bob"}]}
    assert read_members(group, {"ada": "id-ada", "bob": "id-bob"}) == {"id-ada", "id-bob"}
    assert read_members({"members": [{"display": "no value"}]}, {}) is None
    assert read_members({}, {}) == frozenset()


def test_what_cannot_be_filtered_by_is_not_asked_and_proves_nothing():
    shy = reader(hide_eve, filterable=frozenset({"displayName"}))
    found = read_snapshot(shy, now=NOW, look_ups=[look_up("eve"), look_up("zoe")])
    assert not found.complete
    assert found.absent == frozenset()
    assert {live.id for live in found.users} == {"id-ada", "id-bob"}
    assert found.requests == read_snapshot(reader(hide_eve), now=NOW).requests
