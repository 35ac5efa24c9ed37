"""A write ends known: done, refused, or settled by reading back; never done twice."""

import json

import pytest

from reconciler.errors import ScimError, TransportError
from reconciler.model.path import parse_path
from reconciler.model.plan import Action, AttributeChange, Change, MemberChange
from reconciler.model.resource import Live
from reconciler.model.service import Service
from reconciler.model.values import Kind, Ref
from reconciler.sandbox import open_sandbox
from reconciler.scim.client import ScimClient
from reconciler.scim.http.transport import open_transport
from reconciler.scim.writing.writer import write_change
from tests.patience import patience

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ADA = {"id": "id-ada", "schemas": [USER], "userName": "ada", "externalId": "ada", "title": "old"}
CREW = {"id": "id-crew", "schemas": [GROUP], "displayName": "Crew", "members": []}
SERVICE = Service(retries=0)


def nobody_by_filter(app):
    def lying(environ, start_response):
        content = b"".join(app(environ, start_response))
        return [b'{"totalResults": 0}' if "filter" in environ["QUERY_STRING"] else content]

    return lying


def refusing_creates(status, detail=""):
    def lie(app):
        def lying(environ, start_response):
            if environ["REQUEST_METHOD"] != "POST":
                return app(environ, start_response)
            start_response(status, [("Content-Type", "application/json")])
            return [json.dumps({"detail": detail}).encode()]

        return lying

    return lie


def world(*resources, lose=None, quirks=frozenset(), lie=lambda app: app):
    """Return a client and its server; the answer to the method *lose* is lost after the write."""
    sandbox = open_sandbox(None, target="app", quirks=quirks)
    sandbox.load(resources)

    def app(environ, start_response):
        content = b"".join(sandbox.app(environ, start_response))
        if environ["REQUEST_METHOD"] == lose:
            return [content[: len(content) // 2] or b"<html>"]
        return [content]

    transport = open_transport(
        "http://sandbox.localhost",
        credentials=None,
        service=SERVICE,
        patience=patience(),
        app=lie(app),
    )
    return ScimClient(transport, SERVICE), sandbox


def change(action, *attributes, kind=Kind.USER, key="ada", resource=None, **fields):
    live = Live(kind, resource["id"], resource) if resource else None
    items = tuple(AttributeChange(parse_path(path), *sides) for path, *sides in attributes)
    return Change(
        "app", kind, key, action, display=key, why="", live=live, attributes=items, **fields
    )


CREATE = change(Action.CREATE, ("userName", None, "ada"), ("externalId", None, "ada"))
RENAME = change(Action.UPDATE, ("title", "old", "new"), resource=ADA)


def test_a_create_gives_the_id_and_what_the_server_shows():
    client, sandbox = world()
    written = write_change(client, CREATE, {})
    assert written.resource["userName"] == "ada"
    assert written.live_id == sandbox.show()[0]["id"]
    assert written.requests == 1


def test_a_create_whose_answer_is_lost_is_found_again_and_not_repeated():
    client, sandbox = world(lose="POST")
    written = write_change(client, CREATE, {})
    assert [item["id"] for item in sandbox.show()] == [written.live_id]


def test_an_update_whose_answer_is_lost_is_settled_by_reading_back():
    client, sandbox = world(ADA, lose="PATCH")
    written = write_change(client, RENAME, {})
    assert written.resource["title"] == "new"
    assert sandbox.show()[0]["title"] == "new"


def test_an_update_is_read_back_where_the_answer_is_empty():
    client, _ = world(ADA)
    written = write_change(client, RENAME, {})
    assert written.resource["title"] == "new"
    assert written.note is None


def test_where_patch_is_missing_a_put_keeps_what_is_not_ours():
    client, sandbox = world({**ADA, "nickName": "Countess"}, quirks=frozenset({"no_patch"}))
    written = write_change(client, RENAME, {})
    assert "add the quirk no_patch" in written.note
    assert (sandbox.show()[0]["title"], sandbox.show()[0]["nickName"]) == ("new", "Countess")


def test_who_exists_already_is_a_conflict_with_a_next_step():
    client, _ = world(ADA)
    with pytest.raises(ScimError, match="409") as caught:
        write_change(client, CREATE, {})
    assert caught.value.hint == (
        "externalId finds live id id-ada. Plan again: it is taken over then, not created."
    )
    assert caught.value.requests == 2


@pytest.mark.parametrize(
    ("there", "hint"),
    [
        (
            [{**ADA, "externalId": "eve", "active": False}],
            (
                "userName finds live id id-ada, inactive. It bears another externalId: if it "
                "really is ada, set takeover: allow at the target, then plan again."
            ),
        ),
        (
            [{**ADA, "userName": "eve"}, {**ADA, "id": "id-2"}],
            (
                "externalId finds live id id-2 and 1 more. Rename or delete all but one in the "
                "app, then plan again."
            ),
        ),
    ],
)
def test_who_has_the_name_is_named_and_left_alone(there, hint):
    client, sandbox = world(*there)
    before = sandbox.show()
    with pytest.raises(ScimError) as caught:
        write_change(client, CREATE, {})
    assert caught.value.hint == hint
    assert sandbox.show() == before


def test_who_is_shown_by_nothing_is_to_be_looked_for_in_the_app():
    client, _ = world(ADA, lie=nobody_by_filter)
    with pytest.raises(ScimError) as caught:
        write_change(client, CREATE, {})
    assert "among the inactive too" in caught.value.hint


@pytest.mark.parametrize(
    ("status", "detail"),
    [
        ("422 Unprocessable Content", ""),
        ("500 Internal Server Error", ""),
        ("400 Bad Request", "User with username ada already exists"),
        ("403 Forbidden", "This e-mail is In Use"),
    ],
)
def test_other_refusals_mean_the_same_where_somebody_has_the_name(status, detail):
    client, _ = world(ADA, lie=refusing_creates(status, detail))
    with pytest.raises(ScimError) as caught:
        write_change(client, CREATE, {})
    assert "finds live id id-ada" in caught.value.hint
    client, _ = world(lie=refusing_creates(status, detail))
    with pytest.raises(ScimError) as caught:
        write_change(client, CREATE, {})
    assert "finds live id" not in (caught.value.hint or "")


def test_a_refusal_that_speaks_of_something_else_is_not_looked_into():
    client, _ = world(ADA, lie=refusing_creates("400 Bad Request", "title is too long"))
    with pytest.raises(ScimError) as caught:
        write_change(client, CREATE, {})
    assert (caught.value.hint, caught.value.requests) == (None, 1)


def test_deleting_what_is_gone_is_done():
    client, _ = world()
    gone = change(Action.DELETE, resource=ADA)
    assert write_change(client, gone, {}).resource is None


def keeping(status, resource):
    """Return a middleware that says yes to a delete, and shows *resource* from then on."""

    def lie(app):
        deleted = []

        def lying(environ, start_response):
            if environ["REQUEST_METHOD"] == "DELETE":
                deleted.append(True)
                start_response("204 No Content", [])
                return [b""]
            if not deleted:
                return app(environ, start_response)
            start_response(status, [("Content-Type", "application/scim+json")])
            return [json.dumps(resource).encode()]

        return lying

    return lie


def test_a_delete_that_the_server_only_says_yes_to_is_a_failure():
    client, _ = world(ADA, lie=keeping("200 OK", ADA))
    with pytest.raises(ScimError, match="the server said yes, but ada is still there"):
        write_change(client, change(Action.DELETE, resource=ADA), {})


@pytest.mark.parametrize(
    "shown", [("200 OK", {**ADA, "active": False}), ("404 Not Found", {}), ("500 Oops", {})]
)
def test_who_is_left_behind_inactive_or_cannot_be_read_is_deleted(shown):
    client, _ = world(ADA, lie=keeping(*shown))
    assert write_change(client, change(Action.DELETE, resource=ADA), {}).resource is None


def test_members_are_added_and_removed_and_read_back():
    client, sandbox = world(ADA, CREW)
    ada = MemberChange(Ref(Kind.USER, "ada"), "id-ada", "ada")
    group = {"kind": Kind.GROUP, "key": "crew", "resource": CREW}
    write_change(client, change(Action.ADD_MEMBERS, add=(ada,), **group), {})
    assert [item["value"] for item in members(sandbox)] == ["id-ada"]
    write_change(client, change(Action.REMOVE_MEMBERS, remove=(ada,), **group), {})
    assert members(sandbox) == []


def test_members_that_did_not_stick_are_a_failure():
    client, _ = world(ADA, CREW, quirks=frozenset({"members_by_user_filter"}))
    ada = MemberChange(Ref(Kind.USER, "ada"), "id-ada", "ada")
    joining = change(Action.ADD_MEMBERS, kind=Kind.GROUP, key="crew", resource=CREW, add=(ada,))
    with pytest.raises(ScimError, match="1 not added"):
        write_change(client, joining, {})


def test_a_create_that_left_nothing_behind_is_a_failure():
    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/scim+json")])
        is_list = environ["REQUEST_METHOD"] == "GET"
        empty = {"totalResults": 0, "Resources": []}
        return [json.dumps(empty).encode() if is_list else b"<html>"]

    transport = open_transport(
        "http://sandbox.localhost", credentials=None, service=SERVICE, patience=patience(), app=app
    )
    with pytest.raises(TransportError, match="no JSON came back"):
        write_change(ScimClient(transport, SERVICE), CREATE, {})


def members(sandbox):
    (group,) = (item for item in sandbox.show() if item["id"] == "id-crew")
    return group.get("members") or []
