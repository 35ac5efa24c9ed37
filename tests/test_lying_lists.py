"""Lists that lie take nothing away, by whatever it is that gives them away; honest ones may."""

import json

import pytest

from reconciler.ledger.place import Place
from reconciler.model.plan import Action
from reconciler.model.resource import Link
from reconciler.model.values import Kind
from tests import lies
from tests.world import World

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
TAKES = {Action.DISABLE, Action.DELETE, Action.REMOVE_MEMBERS}


def name(number):
    return f"u{number:04}"


def account(number):
    return {
        "id": f"id-{number:04}",
        "schemas": [USER],
        "userName": f"{name(number)}@contoso.example",
        "externalId": name(number),
        "active": True,
    }


def scene(size, lie, gives_away):
    """Return a target of *size* accounts, of whom the YAML lacks the first and has the last.

    The first should go, and the second should leave the group. *gives_away* is all that tells of
    the last ones: what is recorded, what can be looked up, or who is in the group.
    """
    last = range(size - 3, size)
    wanted = [1, 2, *(last if gives_away != "member" else ())]
    target = {
        "profile": "generic-scim",
        "url": "https://app.example/scim/v2",
        "auth": {"bearer": {"env": "APP_TOKEN"}},
        "scope": "all",
        "ownership": "external_id",
        "groups": {"provision": "all"},
        "limits": {"removals": {"percent": 100, "floor": 9}},
        "service": {} if gives_away == "look-up" else {"filterable": ["displayName"]},
    }
    document = {
        "users": {name(n): {"userPrincipalName": f"{name(n)}@contoso.example"} for n in wanted},
        "groups": {"crew": {"displayName": "Crew", "members": [name(1)]}},
        "targets": {"app": target},
    }
    world = World(json.dumps(document), lie=lie)
    members = [1, 2, *(last if gives_away == "member" else ())]
    crew = {
        "id": "id-crew",
        "schemas": [GROUP],
        "displayName": "Crew",
        "externalId": "crew",
        "members": [{"value": f"id-{number:04}"} for number in members],
    }
    world.sandbox.load([*map(account, range(size)), crew])
    if gives_away == "record":
        for number in last:
            link = Link(Kind.USER, name(number), f"id-{number:04}", name(number), None)
            world.ledger.note_links(Place("app", world.target.url), [link])
    return world


LIES = {
    **{f"cut-at-{most}": (most + 9, lies.cut(most)) for most in (1, 7, 50, 100, 200, 500, 1000)},
    "total-of-the-page": (60, lies.total_of_the_page(20)),
    "total-of-an-odd-page": (60, lies.total_of_the_page(17)),
    "first-page-for-ever": (60, lies.first_page_for_ever(50)),
    "rows-lost": (250, lies.of_lists(answer=lies.rows_lost_on_later_pages)),
    "a-row-twice": (250, lies.of_lists(answer=lies.a_row_twice)),
    "no-total": (60, lies.of_lists(answer=lies.no_total)),
    "moving-total": (250, lies.of_lists(answer=lies.moving_total)),
    "nobody": (60, lies.of_lists(answer=lies.nobody)),
    "nobody-but-a-total": (60, lies.of_lists(answer=lies.nobody_but_a_total)),
    "one-made-up": (60, lies.of_lists(answer=lies.one_made_up)),
    "one-made-up-once": (60, lies.of_lists(answer=lies.one_made_up_once)),
}


@pytest.mark.parametrize("gives_away", ["record", "look-up", "member"])
@pytest.mark.parametrize("lie", LIES)
def test_a_list_that_lies_takes_nothing_away(lie, gives_away):
    size, liar = LIES[lie]
    world = scene(size, liar, gives_away)
    plan = world.plan()
    (target,) = plan.targets
    taking = [change for change in target.changes if change.action in TAKES]
    assert not target.complete, target.evidence
    assert taking
    assert all("incomplete-snapshot" in change.held_by for change in taking)
    before = world.sandbox.show()
    world.apply(plan)
    after = {item["id"]: item for item in world.sandbox.show()}
    assert all(after[item["id"]].get("active", True) for item in before)
    members = {item["value"] for item in after["id-crew"]["members"]}
    assert {"id-0001", "id-0002"} <= members
    assert world.requests["DELETE"] == 0


@pytest.mark.parametrize("gives_away", ["record", "look-up", "member"])
@pytest.mark.parametrize("size", [50, 100, 200, 1000])
def test_an_honest_list_of_a_round_size_is_believed(size, gives_away):
    world = scene(size, lambda app: app, gives_away)
    (target,) = world.plan().targets
    assert target.complete, target.evidence
    held = {change.action: change.held_by for change in target.changes}
    assert held[Action.DISABLE] == ()
    assert "incomplete-snapshot" not in held[Action.REMOVE_MEMBERS]


@pytest.mark.parametrize(
    ("gives_away", "words"),
    [
        ("record", "3 of 3 on record not listed, 0 of 3 asked for gone"),
        ("look-up", "0 of 3 looked up by filter not found"),
        ("member", "u0206@contoso.example and 2 more found by asking: the list leaves out"),
    ],
)
def test_the_plan_says_what_gave_a_list_away(gives_away, words):
    (target,) = scene(209, lies.cut(200), gives_away).plan().targets
    assert words in target.evidence[0]
    assert "200 users in 2 pages, totalResults 200, nothing after the last;" in target.evidence[0]


def test_whom_a_list_left_out_is_known_all_the_same_and_not_created_again():
    world = scene(209, lies.cut(200), "record")
    (target,) = world.plan().targets
    assert [change for change in target.changes if change.action is Action.CREATE] == []
    assert target.live_users == 203


def test_recorded_accounts_that_are_gone_disprove_nothing():
    world = scene(60, lambda app: app, "record")
    for number in range(57, 60):
        world.sandbox.app(delete(f"id-{number:04}"), lambda *_: None)
    (target,) = world.plan().targets
    assert target.complete, target.evidence
    assert "3 of 3 on record not listed, 3 of 3 asked for gone" in target.evidence[0]


def delete(live_id):
    return {
        "REQUEST_METHOD": "DELETE",
        "PATH_INFO": f"/scim/v2/Users/{live_id}",
        "QUERY_STRING": "",
        "SERVER_NAME": "app.example",
        "SERVER_PORT": "443",
        "wsgi.url_scheme": "https",
    }


def test_a_recorded_account_that_cannot_be_asked_for_leaves_the_list_unproven():
    def refuse(app):
        def refusing(environ, start_response):
            if "/Users/" in environ["PATH_INFO"]:
                start_response("403 No", [("Content-Type", "application/scim+json")])
                return [b'{"detail": "not yours"}']
            return app(environ, start_response)

        return refusing

    world = scene(60, lambda app: refuse(lies.cut(50)(app)), "record")
    (target,) = world.plan().targets
    assert not target.complete
    assert "3 cannot be read (" in target.evidence[0]


def inactive(number):
    return {**account(number), "active": False}


def hide_inactive(body, _):
    rows = [row for row in body["Resources"] if row["active"]]
    return {**body, "Resources": rows, "totalResults": 57}


def test_an_app_that_lists_active_accounts_only_is_believed_and_its_accounts_are_enabled():
    world = scene(57, lies.of_lists(answer=hide_inactive), "look-up")
    world.change(json.dumps(with_users(58)))
    world.sandbox.load([inactive(57)])
    link = Link(Kind.USER, name(57), "id-0057", name(57), None)
    world.ledger.note_links(Place("app", world.target.url), [link])
    (target,) = world.plan().targets
    assert target.complete, target.evidence
    assert "inactive accounts are not listed here" in target.evidence[0]
    assert [change.action for change in target.changes if change.key == name(57)] == [Action.ENABLE]


@pytest.mark.parametrize("quirks", ["", "hides_inactive"])
def test_however_many_an_app_hides_for_being_inactive_all_of_them_are_enabled(quirks):
    state = with_users(80)
    state["targets"]["app"]["service"] = {"quirks": quirks.split()}
    world = World(json.dumps(state), lie=lies.of_lists(answer=hide_all_inactive))
    world.sandbox.load([*map(account, range(4)), *map(inactive, range(4, 80))])
    for number in range(40, 80):
        link = Link(Kind.USER, name(number), f"id-{number:04}", name(number), None)
        world.ledger.note_links(Place("app", world.target.url), [link])
    (target,) = world.plan().targets
    assert {change.action for change in target.changes} == {Action.ENABLE}
    assert sorted(change.key for change in target.changes) == [*map(name, range(4, 80))]


def hide_all_inactive(body, _):
    rows = [row for row in body["Resources"] if row["active"]]
    return {**body, "Resources": rows, "totalResults": 4}


def with_users(size):
    return {
        "users": {
            name(n): {"userPrincipalName": f"{name(n)}@contoso.example"} for n in range(size)
        },
        "targets": {
            "app": {
                "profile": "generic-scim",
                "url": "https://app.example/scim/v2",
                "auth": {"bearer": {"env": "APP_TOKEN"}},
                "scope": "all",
                "groups": {"provision": "none"},
            }
        },
    }


def test_an_inactive_account_left_out_while_others_are_listed_disproves_the_list():
    world = World(json.dumps(with_users(60)), lie=lies.cut(50))
    world.sandbox.load([inactive(0), *map(account, range(1, 58)), inactive(58), inactive(59)])
    for number in (58, 59):
        link = Link(Kind.USER, name(number), f"id-{number:04}", name(number), None)
        world.ledger.note_links(Place("app", world.target.url), [link])
    (target,) = world.plan().targets
    assert not target.complete
