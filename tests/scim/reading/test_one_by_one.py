"""A server that lists nobody: who is asked for is found, who is not is left alone."""

import pytest

from reconciler.errors import ScimError
from reconciler.model.outcome import Status
from reconciler.model.plan import Action
from tests.world import World

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
BOB = "  bob: {userPrincipalName: bob@contoso.example, displayName: Bob}\n"
STATE = f"""
users:
  ada: {{userPrincipalName: ada@contoso.example, displayName: Ada}}
{BOB}groups:
  crew: {{displayName: Crew, members: [ada, bob]}}
targets:
  app:
    profile: generic-scim
    url: https://app.example/scim/v2
    auth: {{bearer: {{env: APP_TOKEN}}}}
    scope: all
    groups: {{provision: all}}
    limits: {{removals: {{percent: 100, floor: 9}}, revocations: {{percent: 100, floor: 9}}}}
    service: {{quirks: [filter_only], retries: 0}}
"""


def account(name, **more):
    """Return an account that nobody in the YAML is, unless its userName says so."""
    return {"id": f"id-{name}", "schemas": [USER], "userName": f"{name}@contoso.example", **more}


def failing(paths):
    """Return a middleware that does not answer GET of what *paths* holds at the time."""

    def lie(app):
        def lying(environ, start_response):
            if environ["PATH_INFO"].rpartition("/")[2] in paths:
                start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
                return [b"no"]
            return app(environ, start_response)

        return lying

    return lie


def ids(world):
    users = (item for item in world.sandbox.show() if "userName" in item)
    return {item["userName"].partition("@")[0]: item["id"] for item in users}


def test_who_goes_is_disabled_and_whom_nobody_asked_for_stays():
    world = World(STATE, dressed=True)
    world.sandbox.load([account("zoe", active=True, externalId="zoe")])
    world.apply(world.plan())
    assert world.plan().changes == ()

    world.change(STATE.replace(BOB, "").replace(", bob]", "]"))
    plan = world.plan()
    assert {item.status for item in world.apply(plan)} == {Status.DONE}

    users = [item for item in world.sandbox.show() if "userName" in item]
    active = {item["userName"].partition("@")[0]: item["active"] for item in users}
    assert active == {"ada": True, "bob": False, "zoe": True}


def test_an_account_that_is_there_already_is_found_by_its_name_and_adopted():
    world = World(STATE, dressed=True)
    world.sandbox.load([account("ada", displayName="Ada", active=True)])

    plan = world.plan()

    assert {item.key: item.action for item in plan.changes if item.kind == "user"} == {
        "ada": Action.ADOPT,
        "bob": Action.CREATE,
    }
    assert plan.targets[0].evidence[0] == (
        "users: the app lists nobody, 1 found by asking one by one; who else is there is not "
        "known, and stays as it is"
    )


def test_a_leaver_without_link_is_found_too():
    world = World(STATE.replace("displayName: Bob}", "accountEnabled: false}"), dressed=True)
    world.sandbox.load([account("bob", active=True)])

    [conflict] = world.plan().targets[0].conflicts

    assert (conflict.key, conflict.live_ids) == ("bob", ("id-bob",))


def test_nobody_is_created_while_somebody_on_record_cannot_be_read():
    silent = set()
    world = World(STATE, dressed=True, lie=failing(silent))
    world.apply(world.plan())
    silent.add(ids(world)["ada"])
    world.change(STATE.replace("users:", "users:\n  eve: {userPrincipalName: eve@contoso.example}"))

    held = {item.key: item.held_by for item in world.plan().changes if item.action == "create"}

    assert held == {"eve": ("incomplete-snapshot",)}


def test_a_server_that_answers_for_nobody_cannot_be_planned_for():
    silent = set()
    world = World(STATE, dressed=True, lie=failing(silent))
    world.apply(world.plan())
    silent.update(ids(world).values())

    with pytest.raises(ScimError, match="500"):
        world.plan()


def test_a_filter_that_finds_everybody_proves_nothing():
    def deaf(app):
        def lying(environ, start_response):
            environ["QUERY_STRING"] = ""
            return app(environ, start_response)

        return lying

    world = World(STATE, lie=deaf)
    world.sandbox.load([account("zoe", active=True)])

    users = [item for item in world.plan().changes if item.kind == "user"]

    assert [(item.action, item.held_by) for item in users] == [
        (Action.CREATE, ("incomplete-snapshot",)),
        (Action.CREATE, ("incomplete-snapshot",)),
    ]


def test_who_is_stored_in_lower_case_is_found_though_the_filter_heeds_case():
    def exact(app):
        def lying(environ, start_response):
            if "ADA" in environ["QUERY_STRING"]:
                start_response("200 OK", [("Content-Type", "application/scim+json")])
                return [b'{"totalResults": 0, "Resources": []}']
            return app(environ, start_response)

        return lying

    world = World(STATE.replace("ada@contoso", "ADA@contoso"), dressed=True, lie=exact)
    world.sandbox.load([account("ada", displayName="Ada", active=True)])

    changes = {item.key: item.action for item in world.plan().changes if item.kind == "user"}

    assert changes == {"ada": Action.ADOPT, "bob": Action.CREATE}
