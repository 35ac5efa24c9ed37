"""Servers that write SCIM in a hand of their own: what they show is understood, and nobody fights.

Each hand is a function of the objects that the embedded server shows.
"""

import io
import json
import re

import pytest

from reconciler.model.outcome import Status
from reconciler.scim.http.tidy import tidied
from reconciler.scim.http.wire import read_list
from tests.world import World

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
STATE = """
users:
  ada: {userPrincipalName: ada@contoso.example, givenName: Ada, surname: Moor, mail: a@x.example,
    department: Pier, manager: bob}
  bob: {userPrincipalName: bob@contoso.example, givenName: Bob, surname: Stone, mail: b@x.example}
groups:
  crew: {displayName: Crew, members: [ada, bob]}
targets:
  app:
    profile: generic-scim
    url: https://app.example/scim/v2
    auth: {bearer: {env: APP_TOKEN}}
    scope: all
    groups: {provision: all}
    limits: {revocations: {percent: 100, floor: 9}}
"""
THEN = STATE.replace("Moor", "Moorland").replace("a@x.", "ada@x.").replace("[ada, bob]", "[bob]")


def flat(item):
    """Show the parts of a name as keys of their own: GitLab."""
    name = item.pop("name", {})
    return {**item, **{f"name.{key}": value for key, value in name.items()}}


def pascal(item):
    """Begin every key with a capital letter, URNs aside."""
    if isinstance(item, list):
        return [pascal(one) for one in item]
    if not isinstance(item, dict):
        return item
    return {
        key if key.startswith("urn:") else key[:1].upper() + key[1:]: pascal(value)
        for key, value in item.items()
    }


def lower(item):
    """Write every key in lower case: Zuora."""
    if isinstance(item, list):
        return [lower(one) for one in item]
    if not isinstance(item, dict):
        return item
    return {
        key if key.startswith("urn:") else key.lower(): lower(value) for key, value in item.items()
    }


def single(item):
    """Show a list of one as the one: old servers that were made from XML."""
    return {
        key: value[0] if isinstance(value, list) and len(value) == 1 and key != "schemas" else value
        for key, value in item.items()
    }


def numbered(item):
    """Show ids as numbers, those of members and managers too."""
    text = re.sub(r'"([0-9a-f]{32})"', lambda found: str(int(found[1], 16)), json.dumps(item))
    return json.loads(text)


def textual(item):
    """Show booleans as texts: Entra sent them so, and some kept them."""
    return json.loads(
        json.dumps(item).replace(": true", ': "True"').replace(": false", ': "False"')
    )


def bare(item):
    """Show neither schemas nor meta."""
    return {key: value for key, value in item.items() if key not in ("schemas", "meta")}


def nulls(item):
    """Show what has no value as null, and an empty externalId."""
    return {"nickName": None, "title": None, "photos": [], "locale": "", **item}


HANDS = [flat, pascal, lower, single, numbered, textual, bare, nulls]


def written_by(hand):
    """Return a middleware that shows every object in *hand*, and takes ids that are numbers."""

    def lie(app):
        def lying(environ, start_response):
            heard = []
            sent = in_hex(environ["wsgi.input"].read().decode()).encode()
            size = {"CONTENT_LENGTH": str(len(sent)), "wsgi.input": io.BytesIO(sent)}
            path = {"PATH_INFO": in_hex(environ["PATH_INFO"])}
            asked = {**environ, **path, **(size if sent else {})}
            raw = b"".join(app(asked, lambda status, *_: heard.append(status)))
            body = json.loads(raw) if raw else None
            if body and "Resources" in body:
                body["Resources"] = [hand(item) for item in body["Resources"]]
            elif body and "id" in body:
                body = hand(body)
            start_response(heard[0], [("Content-Type", "application/scim+json")])
            return [json.dumps(body).encode()] if body is not None else [b""]

        return lying

    return lie


def in_hex(text):
    return re.sub(r"\b\d{32,40}\b", lambda found: f"{int(found[0]):032x}", text)


@pytest.mark.parametrize("hand", HANDS, ids=lambda it: it.__name__)
def test_an_object_in_another_hand_is_understood(hand):
    world = World(STATE, lie=written_by(hand))
    for state in (STATE, THEN):
        world.change(state)
        outcomes = world.apply(world.plan())
        plan = world.plan()
        assert plan.targets[0].complete
        assert plan.changes == ()
        assert (plan.targets[0].conflicts, plan.targets[0].rewritten) == ((), ())
        assert {item.status for item in outcomes} == {Status.DONE}
        assert not [item.detail for item in outcomes if item.detail]
    found = {item.get("userName", "crew")[:4]: item for item in world.sandbox.show()}
    assert found["ada@"]["name"]["familyName"] == "Moorland"
    assert [item["value"] for item in found["ada@"]["emails"]] == ["ada@x.example"]
    assert [item["value"] for item in found["crew"]["members"]] == [found["bob@"]["id"]]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"ID": 7, "userName": "ada"}, {"id": 7, "userName": "ada"}),
        ({"id": "7", "Name": None, "name.x": "a"}, {"id": "7", "Name": None, "name": {"x": "a"}}),
        (
            {"id": "7", "Name": {"x": "b"}, "name.X": "a", "name.y": "c"},
            {"id": "7", "Name": {"x": "b", "y": "c"}},
        ),
        ({"id": "7", "emails": [1], "emails.work": "a"}, {"id": "7", "emails": [1]}),
        ({"id": "7", "urn:a:2.0:User": {"b": 1}}, {"id": "7", "urn:a:2.0:User": {"b": 1}}),
        ({"userName": "ada"}, {"userName": "ada"}),
    ],
)
def test_what_is_unclear_stays_as_the_object_itself_has_it(written, meant):
    assert tidied(written) == meant


def test_a_list_of_one_may_be_the_one():
    page = read_list("GET Users", {"totalResults": 1, "Resources": {"Id": "7"}})
    assert page.resources == [{"id": "7"}]
