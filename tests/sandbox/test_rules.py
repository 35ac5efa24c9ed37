"""What values a sandbox refuses."""

import pytest

from tests.sandbox.conftest import USER

WORK = {"type": "work", "value": "ada@contoso.example"}
HOME = {"type": "home", "value": "ada@home.example"}


def rule(path, kind="user", **words):
    refused = {"required": False, "immutable": False, "never_null": False}
    plain = {**refused, "max_length": None, "forbidden": "", "stored": True, "read_only": False}
    return {"kind": kind, "path": path, **plain, **words}


@pytest.mark.parametrize(
    ("one", "body", "detail"),
    [
        (rule("title", required=True), {}, "title is required"),
        (rule("title", max_length=3), {"title": "Lady"}, "title is too long"),
        (rule("name.givenName", forbidden=";%"), {"name": {"givenName": "A%"}}, "refused"),
        (rule('emails[type eq "work"].value', max_length=5), {"emails": [WORK]}, "too long"),
    ],
)
def test_a_value_that_breaks_a_rule_is_refused(open_app, one, body, detail):
    app = open_app(rules=(one,))
    answer = app.add_user("ada", **body)
    assert answer.status_code == 400
    assert detail in answer.json()["detail"]
    assert app.sandbox.show() == []


def test_what_keeps_the_rules_is_taken(open_app):
    rules = (
        rule("title", required=True, max_length=4, forbidden="%"),
        rule("title", kind="group", required=True),
    )
    assert open_app(rules=rules).add_user("ada", title="Lady").status_code == 201


def test_a_change_breaks_a_rule_too(open_app):
    app = open_app(rules=(rule("title", max_length=4),))
    ada = app.add_user("ada", title="Lady").json()["id"]
    longer = {"op": "replace", "path": "title", "value": "Countess"}
    assert app.change(f"/Users/{ada}", longer).status_code == 400
    assert app.sandbox.show()[0]["title"] == "Lady"


def test_what_cannot_be_changed_is_set_once(open_app):
    app = open_app(rules=(rule("displayName", kind="group", immutable=True),))
    crew = app.add_group("Crew").json()["id"]
    rename = {"op": "replace", "path": "displayName", "value": "Squad"}
    same = {"op": "replace", "path": "displayName", "value": "Crew"}
    answer = app.change(f"/Groups/{crew}", rename)
    assert (answer.status_code, answer.json()["scimType"]) == (400, "mutability")
    assert app.change(f"/Groups/{crew}", same).status_code == 204


def test_what_cannot_be_cleared_may_be_missing_and_changed(open_app):
    app = open_app(rules=(rule("title", never_null=True),))
    assert app.add_user("bob").status_code == 201
    ada = app.add_user("ada", title="Lady").json()["id"]
    change = {"op": "replace", "path": "title", "value": "Countess"}
    assert app.change(f"/Users/{ada}", change).status_code in (200, 204)
    answer = app.change(f"/Users/{ada}", {"op": "remove", "path": "title"})
    assert (answer.status_code, answer.json()["scimType"]) == (400, "mutability")
    kept = {item["userName"]: item.get("title") for item in app.sandbox.show()}
    assert kept == {"ada": "Countess", "bob": None}


def test_one_value_each(open_app):
    app = open_app("one_value_each")
    assert app.add_user("ada", emails=[WORK]).status_code == 201
    assert app.add_user("bob", emails=[WORK, HOME]).status_code == 400
    assert open_app().add_user("bob", emails=[WORK, HOME]).status_code == 201


def test_what_is_the_apps_own_is_neither_changed_nor_deleted(open_app):
    app = open_app(untouchable={"group": ["Admins"], "user": ["*_admin"]})
    ada = app.add_user("ada").json()["id"]
    for path in (
        f"/Users/{app.add_user('acme_admin').json()['id']}",
        f"/Groups/{app.add_group('admins').json()['id']}",
    ):
        change = {"op": "replace", "path": "displayName", "value": "x"}
        assert app.change(path, change).status_code == 400
        assert app.delete(path).status_code == 400
    assert app.delete(f"/Users/{ada}").status_code == 204


def test_what_is_not_kept_goes_without_a_word(open_app):
    rules = (rule("title", stored=False), rule('emails[type eq "work"].value', stored=False))
    app = open_app(rules=rules)
    made = app.add_user("ada", title="Lady", emails=[WORK, HOME])
    assert made.status_code == 201
    change = {"op": "add", "path": "title", "value": "Countess"}
    assert app.change(f"/Users/{made.json()['id']}", change).status_code in (200, 204)
    [ada] = app.sandbox.show()
    assert "title" not in ada
    assert [item.get("value") for item in ada["emails"]] == [None, "ada@home.example"]


def test_what_only_the_app_sets_stays_as_it_is(open_app):
    app = open_app(rules=(rule("displayName", read_only=True),))
    app.sandbox.load([{"id": "1", "schemas": [USER], "userName": "ada", "displayName": "Ada L."}])
    change = {"op": "replace", "path": "displayName", "value": "Ada"}
    assert app.change("/Users/1", change).status_code in (200, 204)
    app.add_user("bob", displayName="Bob")
    shown = {item["userName"]: item.get("displayName") for item in app.sandbox.show()}
    assert shown == {"ada": "Ada L.", "bob": None}
