"""Members go in batches; whom a server refuses is named, and keeps nobody else out."""

import json
from collections import Counter

import pytest

from reconciler.errors import ScimError
from reconciler.model.plan import Action, Change, MemberChange
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
CREW = {"id": "id-crew", "schemas": [GROUP], "displayName": "Crew"}


class World:
    """A group and *size* people at the embedded server; *refuse* may answer a PATCH before it.

    It is given the member ids that the request names, and returns a status, or None. A server that
    is *late* says so when it has done what it was asked.
    """

    late = False

    def __init__(self, size, refuse=lambda _: None, members=(), content=b"no", **service):
        self.keys = [f"u{number:03}" for number in range(size)]
        self.sandbox = open_sandbox(None, target="app", members_per_request=10_000)
        people = [{"id": f"id-{key}", "schemas": [USER], "userName": key} for key in self.keys]
        crew = {**CREW, "members": [{"value": f"id-{key}"} for key in members]}
        self.sandbox.load([*people, crew])
        self.requests = Counter()
        self.largest = 0
        self._refuse, self._content = refuse, content
        self.service = Service(retries=0, **service)
        transport = open_transport(
            "http://sandbox.localhost",
            credentials=None,
            service=self.service,
            patience=patience(),
            app=self._app,
        )
        self.client = ScimClient(transport, self.service)

    def _app(self, environ, start_response):
        method = environ["REQUEST_METHOD"]
        self.requests[method] += 1
        if method == "PATCH":
            content = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            self.largest = max(self.largest, len(content))
            status = self._refuse(named(content))
            if status and self.late:
                list(self.sandbox.app({**environ, "wsgi.input": Body(content)}, lambda *_: None))
            if status:
                start_response(f"{status} No", [("Content-Type", "application/scim+json")])
                return [self._content]
            environ = {**environ, "wsgi.input": Body(content)}
        return self.sandbox.app(environ, start_response)

    def write(self, action, keys):
        people = tuple(MemberChange(Ref(Kind.USER, key), f"id-{key}", key) for key in keys)
        add, remove = (people, ()) if action is Action.ADD_MEMBERS else ((), people)
        live = Live(Kind.GROUP, "id-crew", CREW)
        change = Change(
            "app", Kind.GROUP, "crew", action, "Crew", "", live=live, add=add, remove=remove
        )
        return write_change(self.client, change, {})

    @property
    def members(self):
        (group,) = (item for item in self.sandbox.show() if item["id"] == "id-crew")
        return {item["value"].removeprefix("id-") for item in group.get("members") or ()}


class Body:
    """A request's body that can be read once more."""

    def __init__(self, content):
        self.content = content

    def read(self, _=-1):
        return self.content


def named(content):
    found = []
    for operation in json.loads(content)["Operations"]:
        if "[" in operation["path"]:
            found.append(operation["path"].split('"')[1])
        else:
            found.extend(item["value"] for item in operation["value"])
    return found


def refusing(*keys, status=400):
    bad = {f"id-{key}" for key in keys}
    return lambda ids: status if bad & set(ids) else None


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500])
def test_a_member_that_is_refused_is_named_and_the_others_are_written(status):
    world = World(140, refusing("u017", "u120", status=status), content=b'{"detail": "unknown"}')
    with pytest.raises(ScimError) as caught:
        world.write(Action.ADD_MEMBERS, world.keys)
    assert caught.value.message == (
        f"{status}: 2 of 140 members refused: "
        "u017 (live id id-u017), u120 (live id id-u120): PATCH Groups/id-crew: unknown"
    )
    assert world.members == set(world.keys) - {"u017", "u120"}
    assert world.requests["PATCH"] <= 2 + 2 * 2 * 7


@pytest.mark.parametrize(
    ("action", "members"), [(Action.ADD_MEMBERS, ()), (Action.REMOVE_MEMBERS, ("u000", "u001"))]
)
def test_what_was_done_before_a_500_is_not_sent_once_more(action, members):
    """SCIMMY keeps a member twice that is added twice."""
    world = World(2, lambda _: 500, members=members)
    world.late = True
    world.write(action, world.keys)
    assert world.requests["PATCH"] == 1
    assert len(world.members) == 2 - len(members)


def test_a_member_that_cannot_be_removed_keeps_nobody_else_in():
    keys = [f"u{number:03}" for number in range(9)]
    world = World(9, refusing("u004"), members=keys)
    with pytest.raises(ScimError, match=r"1 of 9 members refused: u004"):
        world.write(Action.REMOVE_MEMBERS, keys)
    assert world.members == {"u004"}


def test_more_members_than_a_server_takes_at_once_all_go_and_it_is_noted():
    world = World(240, lambda ids: 400 if len(ids) > 100 else None, members_per_request=240)
    written = world.write(Action.ADD_MEMBERS, world.keys)
    assert world.members == set(world.keys)
    assert written.note == (
        "240 members at once were refused (400) and taken in parts: "
        "set service.members_per_request to 60"
    )
    assert world.requests["PATCH"] == 1 + 1 + 2 + 2
    world.requests.clear()
    world.write(Action.REMOVE_MEMBERS, world.keys)
    assert (world.members, world.requests["PATCH"]) == (set(), 4)


def test_a_request_that_is_too_large_is_halved():
    world = World(50, lambda ids: 413 if len(ids) > 20 else None)
    written = world.write(Action.ADD_MEMBERS, world.keys)
    assert world.members == set(world.keys)
    assert "(413)" in written.note


def test_a_request_has_no_more_bytes_than_the_server_takes():
    world = World(100, members_bytes_per_request=2_000)
    world.write(Action.ADD_MEMBERS, world.keys)
    assert world.members == set(world.keys)
    assert 1_700 < world.largest <= 2_000


def test_where_everybody_is_refused_the_search_ends():
    world = World(100, lambda _: 400, content=b'{"detail": "read only"}')
    with pytest.raises(ScimError, match="400: PATCH Groups/id-crew: read only"):
        world.write(Action.ADD_MEMBERS, world.keys)
    assert world.requests["PATCH"] <= 2 * 7 + 4


def test_a_search_has_an_end_where_many_are_refused():
    world = World(1_000, refusing(*(f"u{number:03}" for number in range(0, 1000, 2))))
    with pytest.raises(ScimError, match=r"of 1,000 members refused: .* and \d+ more"):
        world.write(Action.ADD_MEMBERS, world.keys)
    assert world.requests["PATCH"] < 300
    assert not world.members & set(world.keys[::2])


def test_a_group_that_is_gone_is_not_searched():
    world = World(100, lambda _: None)
    world.client.delete(Kind.GROUP, "id-crew")
    with pytest.raises(ScimError, match="the group id-crew is gone"):
        world.write(Action.ADD_MEMBERS, world.keys)
    assert (world.requests["PATCH"], world.requests["GET"]) == (1, 1)


def test_other_refusals_are_told_as_they_are():
    world = World(3, lambda _: 403, quirks=frozenset({Quirk.REMOVE_MEMBERS_BY_VALUE}))
    with pytest.raises(ScimError, match="403"):
        world.write(Action.ADD_MEMBERS, world.keys)
    assert world.requests["PATCH"] == 1
