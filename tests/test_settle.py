"""What became of writes whose answer nobody recorded: found out by reading, never by repeating."""

import json

import pytest

from reconciler.execute import open_journal
from reconciler.ledger.place import Page, Place
from reconciler.model.history import Question, RunStart, State
from reconciler.model.plan import Action
from reconciler.scim.writing.writer import write_change
from reconciler.settle import open_operations, settle_operations
from tests.world import NOW, World

TARGET = {
    "profile": "generic-scim",
    "url": "https://app.example/scim/v2",
    "auth": {"bearer": {"env": "APP_TOKEN"}},
    "scope": "all",
    "removed": "delete",
    "users": {"actions": ["create", "update", "disable", "delete"]},
    "groups": {"provision": "all"},
}


def document(people, members=("ada",)):
    users = {
        key: {"userPrincipalName": f"{key}@contoso.example", "jobTitle": title}
        for key, title in people.items()
    }
    groups = {"crew": {"displayName": "Crew", "members": list(members)}} if members else {}
    return json.dumps({"users": users, "groups": groups, "targets": {"app": TARGET}})


@pytest.fixture
def app():
    """Return a world with ada and grace in it, and ada in the crew."""
    world = World(document({"ada": "Engineer", "grace": "Engineer"}))
    world.apply(world.plan())
    assert world.plan().changes == ()
    return world


def leave_open(app, change, *, arrived):
    """Send *change*, or not, as a run that is killed before it can note the answer."""
    journal = open_journal(app.plan().targets, RunStart("killed"), app.ledger, lambda: NOW)
    app.ledger.before_write(Page(journal.run, Place("app", app.target.url)), [change.id], NOW)
    if arrived:
        write_change(app.client, change, dict(app.plan().targets[0].ids))


def settle(app):
    found = open_operations(app.ledger, app.target)
    writes = app.writes
    outcomes = list(settle_operations(found, app.target, app.client.reader, app.ledger))
    assert app.writes == writes
    assert open_operations(app.ledger, app.target) == []
    return [(item.id, item.status.value, item.detail) for item in outcomes]


CHANGES = {
    Action.CREATE: document({"ada": "Engineer", "grace": "Engineer", "linus": "Engineer"}),
    Action.UPDATE: document({"ada": "Chief", "grace": "Engineer"}),
    Action.DELETE: document({"ada": "Engineer"}),
    Action.ADD_MEMBERS: document({"ada": "Engineer", "grace": "Engineer"}, ("ada", "grace")),
    Action.REMOVE_MEMBERS: document({"ada": "Engineer", "grace": "Engineer"}, ("grace",)),
}
SAID = {
    Action.CREATE: ("it is there", "it is not there"),
    Action.UPDATE: ("it is as it was sent", "not as it was sent: title"),
    Action.DELETE: ("it is gone", "it is still there"),
    Action.ADD_MEMBERS: ("it is as it was sent", "not as it was sent: grace"),
    Action.REMOVE_MEMBERS: ("it is as it was sent", "not as it was sent: ada"),
}


@pytest.mark.parametrize("action", CHANGES)
@pytest.mark.parametrize("arrived", [True, False])
def test_what_arrived_is_done_and_what_did_not_is_planned_again(app, action, arrived):
    app.change(CHANGES[action])
    (change,) = (item for item in app.plan().changes if item.action is action)
    leave_open(app, change, arrived=arrived)
    said = SAID[action][0 if arrived else 1]
    status = "done" if arrived else "failed"
    assert settle(app) == [(change.id, status, f"read back: {said}")]
    assert (change.id in [item.id for item in app.plan().changes]) is not arrived
    (told,) = app.ledger.operations(Question(state=State(status), limit=1))
    assert (told.seconds, told.code) == (None, "" if arrived else "not-arrived")


def test_somebody_created_by_a_killed_run_who_left_the_yaml_is_ours_to_remove(app):
    app.change(CHANGES[Action.CREATE])
    (change,) = app.plan().changes
    leave_open(app, change, arrived=True)
    app.change(document({"ada": "Engineer", "grace": "Engineer"}))
    assert app.plan().changes == ()
    settle(app)
    (removal,) = app.plan().changes
    assert (removal.id, removal.action) == ("app/user/linus", Action.DELETE)


def test_a_stranger_of_the_same_name_does_not_become_ours(app):
    app.change(CHANGES[Action.CREATE])
    (change,) = app.plan().changes
    leave_open(app, change, arrived=False)
    app.sandbox.load(
        [
            {
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                "userName": "linus@contoso.example",
            }
        ]
    )
    assert settle(app)[0][1] == "failed"
    assert "linus" not in [link.key for link in app.ledger.memory("app", app.target.url).links]


def test_another_url_is_another_app(app):
    app.change(CHANGES[Action.UPDATE])
    (change,) = app.plan().changes
    leave_open(app, change, arrived=False)
    elsewhere = document({"ada": "Chief", "grace": "Engineer"}).replace("app.example", "x.example")
    app.change(elsewhere)
    assert open_operations(app.ledger, app.target) == []


def test_where_filters_are_refused_the_list_is_read(app):
    app.change(CHANGES[Action.CREATE])
    (change,) = app.plan().changes
    leave_open(app, change, arrived=True)
    answer = app.sandbox.app

    class Unfiltered(World):
        def _counted(self, environ, start_response):
            if "filter" in environ.get("QUERY_STRING", ""):
                start_response("501 Not Implemented", [("Content-Type", "text/plain")])
                return [b"no filters"]
            return answer(environ, start_response)

    app.client = Unfiltered(CHANGES[Action.CREATE]).client
    assert settle(app) == [("app/user/linus", "done", "read back: it is there")]
