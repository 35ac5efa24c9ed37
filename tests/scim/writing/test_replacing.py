"""Where PATCH is not there, or not for this, a PUT of the whole object keeps what is not ours."""

import json
from collections import Counter

import pytest

from reconciler.errors import ScimError
from reconciler.model.path import parse_path
from reconciler.model.plan import Action, AttributeChange, Change, MemberChange
from reconciler.model.resource import Live
from reconciler.model.service import Quirk, Service
from reconciler.model.values import Kind, Ref
from reconciler.sandbox import open_sandbox
from reconciler.scim.client import ScimClient
from reconciler.scim.http.transport import open_transport
from reconciler.scim.writing.writer import write_change
from tests.patience import patience

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ADA = {"id": "id-ada", "schemas": [USER], "userName": "ada", "title": "old"}
BOB = {"id": "id-bob", "schemas": [USER], "userName": "bob", "title": "old"}
CREW = {
    "id": "id-crew",
    "schemas": [GROUP],
    "displayName": "Crew",
    "members": [{"value": "id-bob"}],
}


class World:
    """The embedded server behind *answer*, which may answer in its place: it is given the method,
    the path and the body, and returns a status, or None."""

    def __init__(self, answer=lambda *_: None, *quirks, wears=()):
        service = Service(retries=0, quirks=frozenset(quirks))
        worn = frozenset(quirk.value for quirk in (*quirks, *wears))
        self.sandbox = open_sandbox(None, target="app", quirks=worn)
        self.sandbox.load([ADA, BOB, CREW])
        self.requests = Counter()
        self.answer = answer
        transport = open_transport(
            "http://sandbox.localhost",
            credentials=None,
            service=service,
            patience=patience(),
            app=self._app,
        )
        self.client = ScimClient(transport, service)

    def _app(self, environ, start_response):
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.requests[f"{method} {path.split('/')[1]}"] += 1
        content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        status = self.answer(method, path, json.loads(content or b"{}"))
        if status:
            start_response(f"{status} No", [("Content-Type", "application/scim+json")])
            return [b"{}"]
        environ["wsgi.input"] = Body(content)
        return self.sandbox.app(environ, start_response)

    def write(self, live_id, *attributes, add=(), proven=True):
        resource = next(item for item in (ADA, BOB, CREW) if item["id"] == live_id)
        kind = Kind.GROUP if resource is CREW else Kind.USER
        items = tuple(AttributeChange(parse_path(path), *sides) for path, *sides in attributes)
        people = tuple(MemberChange(Ref(Kind.USER, key), f"id-{key}", key) for key in add)
        change = Change(
            "app",
            kind,
            live_id.removeprefix("id-"),
            Action.ADD_MEMBERS if add else Action.UPDATE,
            resource.get("displayName", live_id),
            "",
            live=Live(kind, live_id, resource, members_proven=proven),
            attributes=items,
            add=people,
        )
        return write_change(self.client, change, {})

    def show(self, live_id):
        return next(item for item in self.sandbox.show() if item["id"] == live_id)


class Body:
    """A request's body that can be read once more."""

    def __init__(self, content):
        self.read = lambda _=-1: content


def no_patch_of_attributes(method, _, body):
    """Answer 501 to every PATCH but those of members, as django-scim2 does to most."""
    paths = {item.get("path", "").partition("[")[0] for item in body.get("Operations", ())}
    return 501 if method == "PATCH" and paths != {"members"} else None


TITLE = ("title", "old", "new")


def test_that_a_part_of_patch_is_missing_is_found_out_once_for_each_kind():
    world = World(no_patch_of_attributes)
    assert "sent as PUT: add the quirk no_patch" in world.write("id-ada", TITLE).note
    assert world.write("id-bob", TITLE).note is None
    assert world.requests == {"PATCH Users": 1, "GET Users": 2, "GET Schemas": 1, "PUT Users": 2}
    world.write("id-crew", ("displayName", "Crew", "Team"))
    assert (world.requests["PATCH Groups"], world.requests["PUT Groups"]) == (1, 1)
    world.write("id-crew", add=["ada"])
    assert (world.requests["PATCH Groups"], world.requests["PUT Groups"]) == (2, 1)
    crew = world.show("id-crew")
    assert (crew["displayName"], len(crew["members"])) == ("Team", 2)


def test_members_go_by_put_where_no_patch_takes_them():
    world = World(lambda method, *_: 405 if method == "PATCH" else None)
    assert "sent as PUT" in world.write("id-crew", add=["ada"]).note
    assert [item["value"] for item in world.show("id-crew")["members"]] == ["id-bob", "id-ada"]


def test_where_put_is_missing_too_nothing_is_tried():
    world = World(no_patch_of_attributes, Quirk.NO_PUT)
    with pytest.raises(ScimError, match="501") as caught:
        world.write("id-ada", TITLE)
    assert "quirk no_put" in caught.value.hint
    assert world.requests == {"PATCH Users": 1}


def test_a_profile_with_neither_patch_nor_put_sends_nothing():
    world = World(lambda *_: None, Quirk.NO_PUT, Quirk.NO_PATCH)
    with pytest.raises(ScimError, match="neither PATCH nor PUT is there"):
        world.write("id-ada", TITLE)
    assert world.requests == {}


def test_no_put_writes_a_group_whose_members_are_not_proven():
    world = World(no_patch_of_attributes)
    with pytest.raises(ScimError, match="501") as caught:
        world.write("id-crew", ("displayName", "Crew", "Team"), proven=False)
    assert (
        caught.value.hint == "A PUT instead could take members out that the server does not show."
    )
    assert world.requests == {"PATCH Groups": 1}


def test_a_put_names_members_that_the_server_does_not_show():
    world = World(lambda *_: None, Quirk.NO_PATCH, Quirk.MEMBERS_BY_USER_FILTER)
    world.write("id-crew", ("displayName", "Crew", "Team"))
    crew = world.show("id-crew")
    assert (crew["displayName"], crew["members"][0]["value"]) == ("Team", "id-bob")


def test_a_put_of_a_user_names_no_members():
    user = {**ADA, "displayName": "Ada"}
    world = World(lambda *_: None, Quirk.NO_PATCH, Quirk.MEMBERS_BY_USER_FILTER)
    world.sandbox.reset()
    world.sandbox.load([user])
    world.write("id-ada", TITLE)
    assert (world.show("id-ada")["title"], world.show("id-ada")["displayName"]) == ("new", "Ada")


def test_a_put_that_drops_members_is_a_failure():
    world = World(lambda *_: None, Quirk.NO_PATCH)
    honest = world.sandbox.app

    def forgetful(environ, start_response):
        if environ["REQUEST_METHOD"] == "PUT":
            body = json.loads(environ["wsgi.input"].read())
            content = json.dumps({**body, "members": []}).encode()
            environ |= {"wsgi.input": Body(content), "CONTENT_LENGTH": str(len(content))}
        return honest(environ, start_response)

    world.sandbox.app = forgetful
    with pytest.raises(ScimError, match="1 of the 1 members with which Crew was sent are not"):
        world.write("id-crew", ("displayName", "Crew", "Team"))


def test_members_are_replaced_all_at_once_where_that_is_the_way():
    world = World(lambda *_: None, Quirk.REPLACE_MEMBERS, Quirk.NO_PUT)
    world.write("id-crew", add=["ada"])
    assert [item["value"] for item in world.show("id-crew")["members"]] == ["id-bob", "id-ada"]
    assert world.requests["PATCH Groups"] == 1
    world.write("id-ada", TITLE)
    assert world.requests["PATCH Users"] == 1


class Illegible(World):
    """A server that shows the members of a group as no list."""

    def _app(self, environ, start_response):
        raw = super()._app(environ, start_response)
        if environ["REQUEST_METHOD"] != "GET" or "/Groups/" not in environ["PATH_INFO"]:
            return raw
        return [json.dumps({**json.loads(b"".join(raw)), "members": 5}).encode()]


def test_a_group_whose_members_cannot_be_read_is_not_put_back():
    world = Illegible(lambda *_: None, Quirk.NO_PATCH)
    with pytest.raises(ScimError, match="shows members that cannot be read"):
        world.write("id-crew", add=["ada"])
    assert world.requests["PUT Groups"] == 0
    assert world.show("id-crew")["members"] == [{"value": "id-bob"}]
