"""What a client must survive, where no other test shows it; `tests/survival.py` is the index.

The embedded server answers, and a WSGI middleware before it makes it one of those that were seen.
"""

import json
from itertools import count

import pytest

from reconciler.model.outcome import Status
from reconciler.model.plan import Action
from reconciler.sandbox import open_sandbox
from tests import survival
from tests.world import World

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
STATE = """
users:
  ada: {{userPrincipalName: ada@contoso.example, displayName: Ada}}
  bob: {{userPrincipalName: bob@contoso.example, displayName: Bob}}
groups:
  crew: {{displayName: Crew, members: [ada, bob]}}
mappings:
  people:
    for: user
    attributes:
      userName: {{expression: "[userPrincipalName]", match: 1}}
      displayName: "[displayName]"
      active: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
targets:
  app:
    profile: generic-scim
    url: https://app.example/scim/v2
    auth: {{bearer: {{env: APP_TOKEN}}}}
    scope: all
    users: {{mapping: people, actions: [create, update, disable, delete], removed: delete}}
    groups: {{provision: {groups}}}
"""
WHOLE, PEOPLE_ONLY = STATE.format(groups="all"), STATE.format(groups="none")


def speaking(change, *, methods=("GET", "POST", "PUT", "PATCH", "DELETE")):
    """Return a middleware: *change* gets request, status and body, and returns both anew.

    None in place of them lets the answer through as it is; the request has taken effect by then.
    """

    def lie(app):
        def lying(environ, start_response):
            heard = []
            raw = b"".join(
                app(environ, lambda status, headers, *_: heard.append((status, headers)))
            )
            status, headers = heard[0]
            body = json.loads(raw) if raw else None
            said = environ["REQUEST_METHOD"] in methods and change(environ, status, body)
            if not said:
                start_response(status, headers)
                return [raw]
            start_response(said[0], [("Content-Type", "application/scim+json")])
            return [json.dumps(said[1]).encode()]

        return lying

    return lie


def refusing(status, body, wanted):
    """Return a middleware that answers the *wanted* requests itself; they have no effect."""

    def lie(app):
        def lying(environ, start_response):
            if not wanted(environ):
                return app(environ, start_response)
            start_response(status, [("Content-Type", "application/json")])
            return [body]

        return lying

    return lie


def settled(world):
    """Apply what is wanted, and return the plan after it."""
    world.apply(world.plan())
    return world.plan()


def bare(_, status, body):
    """Leave out what RFC 7643 wants beside an id, from lists and from objects."""
    if body is None:
        return None
    rows = [without(item, "meta", "schemas") for item in body.get("Resources", ())]
    body = without(body, "meta", "schemas", "itemsPerPage", "startIndex")
    return status, {**body, "Resources": rows} if "totalResults" in body else body


def elsewhere(_, status, body):
    """Say that each object is to be found at another address."""
    if body is None or "Resources" in body or "id" not in body:
        return None
    return status, {**body, "meta": {"location": "https://evil.example/Users/somebody-else"}}


def by_mail(environ, status, body):
    """Find nobody by filter, or somebody else: the name was looked for in another attribute."""
    if "filter=userName" not in environ["QUERY_STRING"]:
        return None
    other = {"id": "id-eve", "schemas": [USER], "userName": "eve@contoso.example"}
    return status, {**body, "totalResults": 1, "Resources": [other]}


def nobody_by_filter(environ, status, body):
    """Answer every filter with an empty list."""
    found = "filter=" in environ["QUERY_STRING"]
    return (status, {**body, "totalResults": 0, "Resources": []}) if found else None


def members_twice(environ, status, body):
    """Show each member of a group twice."""
    if body is None or "/Groups" not in environ["PATH_INFO"]:
        return None
    for group in body.get("Resources", [body]):
        if "members" in group:
            group["members"] = group["members"] * 2
    return status, body


def active_as_text(_, status, body):
    """Show booleans as they came from somebody who sent a text."""
    for user in (body or {}).get("Resources", [body or {}]):
        if "active" in user:
            user["active"] = str(user["active"])
    return status, body


def stamped():
    """Stamp every object anew with each look at it: its version and moment say nothing."""
    looks = count(1)

    def stamp(_, status, body):
        for item in (body or {}).get("Resources", [body or {}]):
            if "id" in item:
                look = next(looks)
                item["meta"] = {
                    **item.get("meta", {}),
                    "version": f'W/"{look}"',
                    "lastModified": f"2026-07-01T00:00:{look % 60:02}Z",
                }
        return (status, body) if body else None

    return stamp


def without(item, *keys):
    return {key: value for key, value in item.items() if key not in keys}


CONVERGING = {
    "nothing-but-an-id-and-attributes": speaking(bare, methods=("GET", "POST", "PATCH")),
    "another-location": speaking(elsewhere, methods=("GET", "POST", "PUT")),
    "filters-that-find-others": speaking(by_mail, methods=("GET",)),
    "filters-that-find-nobody": speaking(nobody_by_filter, methods=("GET",)),
    "members-shown-twice": speaking(members_twice),
    "booleans-as-text": speaking(active_as_text, methods=("GET",)),
    "stamped-anew-at-every-look": speaking(stamped()),
}


@pytest.mark.parametrize("name", CONVERGING)
def test_it_converges_all_the_same(name):
    world = World(WHOLE, lie=CONVERGING[name])

    assert settled(world).changes == ()
    assert sorted(item.get("userName") or item["displayName"] for item in world.sandbox.show()) == [
        "Crew",
        "ada@contoso.example",
        "bob@contoso.example",
    ]


def test_a_version_that_moves_by_itself_stops_no_change_and_a_moment_is_none():
    world = World(WHOLE, lie=speaking(stamped()))
    assert settled(world).changes == ()
    world.requests.clear()
    assert world.apply(world.plan()) == []
    assert world.writes == 0
    world.change(WHOLE.replace("displayName: Ada", "displayName: Countess"))
    assert [item.status for item in world.apply(world.plan())] == [Status.DONE]
    assert world.plan().changes == ()


@pytest.mark.parametrize("known", [True, False])
def test_a_server_that_counts_from_zero_leaves_nobody_out(known):
    quirks = "[counts_from_zero]" if known else "[]"
    knobs = f"    service: {{page_size: 10, quirks: {quirks}}}\n"
    server = open_sandbox(None, target="app", quirks=frozenset({"counts_from_zero"}))
    server.load([account(str(number), f"p{number}@contoso.example") for number in range(35)])
    world = World(PEOPLE_ONLY + knobs, lie=lambda _: server.app)
    (target,) = world.plan().targets
    assert target.complete is known
    if known:
        assert target.live_users == 35
    else:  # One at the seam of two pages is missing, which is noticed.
        assert target.live_users < 35


@pytest.mark.parametrize("most", [0, 1, 7, 10**12, "many", None])
def test_what_is_announced_of_lists_is_not_what_is_read(most):
    def announce(environ, status, body):
        if not environ["PATH_INFO"].endswith("/ServiceProviderConfig"):
            return None
        return status, {**body, "filter": {"supported": False, "maxResults": most}}

    world = World(PEOPLE_ONLY, lie=speaking(announce))
    world.sandbox.load(
        [account(str(number), f"p{number}@contoso.example") for number in range(250)]
    )
    assert settled(world).changes == ()
    world.requests.clear()
    (target,) = world.plan().targets
    assert (target.live_users, target.complete) == (252, True)
    assert world.requests["GET"] <= 6


def test_what_a_server_makes_of_another_attribute_is_not_sent_after_that_one_changed():
    def made_of_the_name(_, status, body):
        for user in (body or {}).get("Resources", [body or {}]):
            if "userName" in user:
                user["displayName"] = f"Made of {user['userName']}"
        return status, body

    world = World(PEOPLE_ONLY, lie=speaking(made_of_the_name))
    assert settled(world).changes == ()
    world.change(PEOPLE_ONLY.replace("ada@contoso", "lady@contoso"))

    assert settled(world).changes == ()


def test_two_accounts_that_differ_in_case_are_a_conflict():
    def shout(_, status, body):
        for user in (body or {}).get("Resources", ()):
            user["userName"] = user["userName"].replace("ada2", "ADA")
        return status, body

    world = World(PEOPLE_ONLY, lie=speaking(shout, methods=("GET",)))
    world.sandbox.load([account("1", "ada@contoso.example"), account("2", "ada2@contoso.example")])
    [target] = world.plan().targets

    assert [(item.key, item.live_ids) for item in target.conflicts] == [("ada", ("1", "2"))]


def test_a_delete_may_answer_with_a_body():
    world = World(PEOPLE_ONLY, lie=speaking(said_deleted, methods=("DELETE",)))
    settled(world)
    world.change(PEOPLE_ONLY.replace("bob", "eve"))
    plan = world.plan()

    assert Action.DELETE in {change.action for change in plan.changes}
    assert {item.status for item in world.apply(plan)} == {Status.DONE}
    assert world.plan().changes == ()


def said_deleted(*_):
    return "200 OK", {"deleted": True}


def test_a_disable_that_is_refused_fails_alone_with_the_words_of_the_server():
    def is_a_patch(environ):
        return environ["REQUEST_METHOD"] == "PATCH"

    refusal = b'{"message": "active must be true", "code": "X3"}'
    world = World(PEOPLE_ONLY, lie=refusing("400 Bad Request", refusal, is_a_patch))
    settled(world)
    off = PEOPLE_ONLY.replace("displayName: Ada}", "displayName: Ada, accountEnabled: false}")
    world.change(
        off.replace("  bob: {", "  eve: {userPrincipalName: eve@contoso.example}\n  bob: {")
    )

    outcomes = {item.id: item for item in world.apply(world.plan())}

    assert outcomes["app/user/eve"].status is Status.DONE
    assert outcomes["app/user/ada"].status is Status.FAILED
    assert "active must be true" in outcomes["app/user/ada"].detail


@pytest.mark.parametrize(
    ("status", "body"), [("404 Not Found", b"{}"), ("200 OK", b"[]"), ("200 OK", b"<html>")]
)
def test_discovery_may_be_missing_or_something_else(status, body):
    def is_discovery(environ):
        names = ("ServiceProviderConfig", "Schemas", "ResourceTypes")
        return environ["PATH_INFO"].rpartition("/")[2] in names

    world = World(WHOLE, lie=refusing(status, body, is_discovery))

    assert settled(world).changes == ()


def test_a_server_without_groups_serves_people():
    def is_a_group(environ):
        return "/Groups" in environ["PATH_INFO"]

    world = World(PEOPLE_ONLY, lie=refusing("404 Not Found", b"{}", is_a_group))

    assert settled(world).changes == ()
    assert len(world.sandbox.show()) == 2


def test_what_a_patch_does_not_name_stays():
    """So what is returned on request only is not lost, as a GET that is put back loses it."""
    world = World(PEOPLE_ONLY)
    settled(world)
    [ada] = [item for item in world.sandbox.show() if item["userName"].startswith("ada")]
    world.client.patch("user", ada["id"], [{"op": "add", "path": "nickName", "value": "Countess"}])
    world.change(PEOPLE_ONLY.replace("displayName: Ada}", "displayName: Lady Ada}"))
    world.apply(world.plan())

    [ada] = [item for item in world.sandbox.show() if item["userName"].startswith("ada")]
    assert (ada["displayName"], ada["nickName"]) == ("Lady Ada", "Countess")


def account(live_id, user_name):
    return {"id": live_id, "schemas": [USER], "userName": user_name, "active": True}


def test_every_point_has_a_case():
    assert [*survival.POINTS] == list(range(1, 43))
    assert all(cases for _, cases in survival.POINTS.values())


@pytest.mark.parametrize("number", survival.POINTS)
def test_the_cases_of_a_point_exist(number):
    _, cases = survival.POINTS[number]

    assert [case for case in cases if not survival.exists(case)] == []
