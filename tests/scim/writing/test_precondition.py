"""What somebody changed meanwhile is not overwritten: by version, or by looking once more."""

from collections import Counter
from datetime import timedelta

import pytest

from reconciler.errors import ScimError
from reconciler.model.path import parse_path
from reconciler.model.plan import Action, AttributeChange, Change, MemberChange
from reconciler.model.resource import Live
from reconciler.model.service import Quirk, Service
from reconciler.model.values import Kind, Ref
from reconciler.model.writing import Etag, Recheck
from reconciler.sandbox import open_sandbox
from reconciler.scim.client import ScimClient
from reconciler.scim.http.transport import open_transport
from reconciler.scim.writing.writer import write_change
from tests.patience import NOW, patience

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ADA = {
    "id": "id-ada",
    "schemas": [USER],
    "userName": "ada",
    "externalId": "ada",
    "title": "old",
    "active": True,
}
BOB = {"id": "id-bob", "schemas": [USER], "userName": "bob"}
CREW = {"id": "id-crew", "schemas": [GROUP], "displayName": "Crew", "members": []}
NO_PATCH = frozenset({Quirk.NO_PATCH})
WITHOUT = {"etag": Etag.NONE}


class World:
    """The embedded server, with or without versions; `requests` counts what it received.

    *lie* stands before it: a WSGI middleware.
    """

    def __init__(self, *, lie=lambda app: app, **service):
        self.service = Service(retries=0, **service)
        quirks = frozenset(quirk.value for quirk in self.service.quirks)
        self.sandbox = open_sandbox(None, target="app", quirks=quirks, etag=self.service.etag.value)
        self.sandbox.load([ADA, BOB, CREW])
        self.requests = Counter()
        app = lie(self.sandbox.app)

        def counted(environ, start_response):
            self.requests[environ["REQUEST_METHOD"]] += 1
            return app(environ, start_response)

        self.client = self._connect(counted)
        self.somebody = self._connect(self.sandbox.app)

    def _connect(self, app):
        transport = open_transport(
            "http://sandbox.localhost",
            credentials=None,
            service=self.service,
            patience=patience(),
            app=app,
        )
        return ScimClient(transport, self.service)

    def read(self, live_id="id-ada"):
        """Return the object as a snapshot would hold it now."""
        kind = Kind.GROUP if live_id == "id-crew" else Kind.USER
        resource = self.somebody.reader.read(kind, live_id)
        return Live(kind, live_id, resource, frozenset() if kind is Kind.GROUP else None)

    def meddle(self, path, value, kind=Kind.USER, live_id="id-ada"):
        """Let somebody else change something."""
        found = self.somebody.reader.read(kind, live_id)
        body = {name: item for name, item in found.items() if name != "meta"}
        self.somebody.replace(kind, live_id, {**body, path: value}, found["meta"].get("version"))

    def show(self, live_id="id-ada"):
        return next((item for item in self.sandbox.show() if item["id"] == live_id), None)


def change(action, live, *attributes, **fields):
    items = tuple(AttributeChange(parse_path(path), *sides) for path, *sides in attributes)
    key = live.id.removeprefix("id-")
    return Change("app", live.kind, key, action, key, "", live=live, attributes=items, **fields)


def rename(live):
    return change(Action.UPDATE, live, ("title", "old", "new"))


def disable(live):
    return change(Action.DISABLE, live, ("active", True, False))


def delete(live):
    return change(Action.DELETE, live)


EVERYWHERE = [
    {},
    {"recheck": Recheck.ALWAYS, **WITHOUT},
    {"quirks": NO_PATCH},
    {"quirks": NO_PATCH, **WITHOUT},
    {"etag": Etag.REQUIRED},
    {"etag": Etag.REQUIRED, "quirks": NO_PATCH},
]


@pytest.mark.parametrize("service", EVERYWHERE)
def test_a_value_that_somebody_changed_meanwhile_is_left_as_it_is(service):
    world = World(**service)
    planned = rename(world.read())
    world.meddle("title", "theirs")
    with pytest.raises(ScimError) as caught:
        write_change(world.client, planned, {})
    assert caught.value.message == (
        '412: ada was changed since it was read: title was "old" and is "theirs"'
    )
    assert caught.value.hint == "It is left as it is: plan again."
    assert world.show()["title"] == "theirs"


@pytest.mark.parametrize("service", EVERYWHERE)
def test_what_is_changed_elsewhere_does_not_matter(service):
    world = World(**service)
    planned = rename(world.read())
    world.meddle("nickName", "Countess")
    assert write_change(world.client, planned, {}).resource["title"] == "new"
    assert (world.show()["title"], world.show()["nickName"]) == ("new", "Countess")


@pytest.mark.parametrize("service", EVERYWHERE)
def test_what_somebody_did_already_is_not_done_again(service):
    world = World(**service)
    planned = rename(world.read())
    world.meddle("title", "new")
    stands = world.show()
    assert write_change(world.client, planned, {}).resource["title"] == "new"
    assert world.show() == stands


@pytest.mark.parametrize("service", [{}, WITHOUT])
@pytest.mark.parametrize("planned", [disable, delete])
def test_who_meanwhile_belongs_to_somebody_else_is_not_taken_away(service, planned):
    world = World(**service)
    leaver = planned(world.read())
    world.meddle("externalId", "theirs")
    with pytest.raises(ScimError, match='externalId was "ada" and is "theirs"'):
        write_change(world.client, leaver, {})
    assert world.show()["active"]


@pytest.mark.parametrize("service", [{}, WITHOUT])
def test_who_is_gone_meanwhile_is_deleted(service):
    world = World(**service)
    leaver = delete(world.read())
    world.somebody.delete(Kind.USER, "id-ada")
    assert write_change(world.client, leaver, {}).resource is None


def test_a_version_costs_no_request_but_who_loses_something_is_looked_at_all_the_same():
    world = World()
    write_change(world.client, rename(world.read()), {})
    assert world.requests == {"PATCH": 1, "GET": 1}
    write_change(world.client, delete(world.read("id-bob")), {})
    assert world.requests == {"PATCH": 1, "GET": 3, "DELETE": 1}


def test_a_version_that_the_server_demands_is_enough():
    world = World(etag=Etag.REQUIRED)
    write_change(world.client, delete(world.read()), {})
    assert world.requests == {"DELETE": 1, "GET": 1}


@pytest.mark.parametrize("planned", [disable, delete])
def test_a_server_that_shows_versions_and_heeds_none_takes_nothing_from_who_was_changed(planned):
    def deaf(app):
        def answer(environ, start_response):
            environ.pop("HTTP_IF_MATCH", None)
            return app(environ, start_response)

        return answer

    world = World(lie=deaf)
    leaver = planned(world.read())
    world.meddle("externalId", "somebody-else")
    with pytest.raises(ScimError, match="was changed since it was read: externalId"):
        write_change(world.client, leaver, {})
    assert world.show()["active"] is True


def test_without_versions_only_who_loses_something_is_looked_at():
    world = World(**WITHOUT)
    write_change(world.client, rename(world.read()), {})
    assert world.requests == {"PATCH": 1, "GET": 1}
    write_change(world.client, delete(world.read("id-bob")), {})
    assert world.requests == {"PATCH": 1, "GET": 3, "DELETE": 1}


def test_without_versions_what_was_read_long_ago_is_looked_at():
    world = World(**WITHOUT)
    planned = rename(world.read())
    world.client.findings.taken = NOW - timedelta(seconds=301)
    world.meddle("title", "theirs")
    with pytest.raises(ScimError, match="was changed since it was read"):
        write_change(world.client, planned, {})


def test_recheck_can_be_left_out():
    world = World(recheck=Recheck.NEVER, **WITHOUT)
    write_change(world.client, delete(world.read()), {})
    assert world.requests == {"DELETE": 1, "GET": 1}


def test_a_second_write_of_the_same_run_goes_by_the_version_after_the_first():
    world = World()
    live = world.read()
    write_change(world.client, rename(live), {})
    write_change(world.client, change(Action.UPDATE, live, ("nickName", None, "A")), {})
    assert world.requests == {"PATCH": 2, "GET": 2}


def test_a_server_that_refuses_the_version_that_it_shows_is_asked_without():
    def stubborn(app):
        def answer(environ, start_response):
            if "HTTP_IF_MATCH" not in environ:
                return app(environ, start_response)
            start_response("412 No", [("Content-Type", "application/scim+json")])
            return [b"{}"]

        return answer

    world = World(lie=stubborn)
    write_change(world.client, rename(world.read()), {})
    assert world.show()["title"] == "new"
    world.requests.clear()
    write_change(
        world.client, change(Action.UPDATE, world.read("id-bob"), ("title", None, "x")), {}
    )
    assert world.requests == {"PATCH": 1, "GET": 1}


@pytest.mark.parametrize("quirks", [frozenset(), NO_PATCH])
def test_where_versions_are_required_every_request_bears_one(quirks):
    world = World(etag=Etag.REQUIRED, members_per_request=1, quirks=quirks)
    names = ("ada", "bob")
    people = tuple(MemberChange(Ref(Kind.USER, key), f"id-{key}", key) for key in names)
    crew = world.read("id-crew")
    write_change(world.client, change(Action.ADD_MEMBERS, crew, add=people), {})
    assert [item["value"] for item in world.show("id-crew")["members"]] == ["id-ada", "id-bob"]
    write_change(world.client, delete(world.read()), {})
    assert world.show() is None


def test_where_versions_are_required_but_not_shown_it_is_said():
    def secretive(app):
        def answer(environ, start_response):
            content = b"".join(app(environ, start_response))
            return [content.replace(b'"version"', b'"revision"')]

        return answer

    world = World(etag=Etag.REQUIRED, lie=secretive)
    live = Live(Kind.USER, "id-ada", ADA)
    with pytest.raises(ScimError, match="428"):
        write_change(world.client, rename(live), {})


def test_a_group_that_was_renamed_meanwhile_takes_nobody():
    world = World()
    ada = MemberChange(Ref(Kind.USER, "ada"), "id-ada", "ada")
    joining = change(Action.ADD_MEMBERS, world.read("id-crew"), add=(ada,))
    world.meddle("displayName", "Admins", Kind.GROUP, "id-crew")
    with pytest.raises(ScimError, match='displayName was "Crew" and is "Admins"'):
        write_change(world.client, joining, {})
    assert not world.show("id-crew").get("members")


def test_a_sensitive_value_is_not_told():
    world = World()
    live = world.read()
    item = AttributeChange(parse_path("title"), "old", "new", sensitive=True)
    world.meddle("title", "K4rlsruhe")
    with pytest.raises(ScimError, match=r"was changed since it was read: title$"):
        write_change(
            world.client,
            Change(
                "app", Kind.USER, "ada", Action.UPDATE, "ada", "", live=live, attributes=(item,)
            ),
            {},
        )


def test_members_leave_one_by_one_where_a_request_holds_one_operation():
    world = World(quirks=frozenset({Quirk.ONE_OPERATION_EACH}), etag=Etag.REQUIRED)
    people = tuple(MemberChange(Ref(Kind.USER, key), f"id-{key}", key) for key in ("ada", "bob"))
    write_change(world.client, change(Action.ADD_MEMBERS, world.read("id-crew"), add=people), {})
    world.requests.clear()
    leaving = change(Action.REMOVE_MEMBERS, world.read("id-crew"), remove=people)
    write_change(world.client, leaving, {})
    assert not world.show("id-crew").get("members")
    assert world.requests["PATCH"] == 2
