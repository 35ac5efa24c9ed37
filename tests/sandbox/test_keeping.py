"""What a sandbox makes of what it is sent, without a word."""

import pytest


def stored(app):
    return app.sandbox.show()[0]


def test_members_are_ignored_on_create(open_app):
    app = open_app("members_ignored_on_create")
    ada = app.add_user("ada").json()["id"]
    made = app.add_group("Crew", ada)
    assert made.status_code == 201
    assert "members" not in made.json()
    group = made.json()["id"]
    joins = {"op": "add", "path": "members", "value": [{"value": ada}]}
    assert app.change(f"/Groups/{group}", joins).status_code == 204
    assert app.members(group) == {ada}


def test_a_deleted_user_stays_inactive_and_keeps_its_name(open_app):
    app = open_app("delete_deactivates")
    ada = app.add_user("ada", active=True).json()["id"]
    assert app.delete(f"/Users/{ada}").status_code == 204
    assert app.get(f"/Users/{ada}").json()["active"] is False
    assert app.delete(f"/Users/{ada}").status_code == 204
    assert app.add_user("ADA").status_code == 409


def test_a_deleted_group_is_gone_even_so(open_app):
    app = open_app("delete_deactivates")
    group = app.add_group("Crew").json()["id"]
    assert app.delete(f"/Groups/{group}").status_code == 204
    assert app.get(f"/Groups/{group}").status_code == 404


def test_inactive_accounts_are_in_no_list_and_there_all_the_same(open_app):
    app = open_app("hides_inactive")
    app.add_user("ada", active=True)
    app.add_user("bob")
    eve = app.add_user("eve", active=False).json()["id"]
    listed = app.get("/Users", params={"count": 1}).json()
    assert (listed["totalResults"], len(listed["Resources"])) == (2, 1)
    assert [item["userName"] for item in app.found("/Users", filter='userName eq "eve"')] == ["eve"]
    assert app.get(f"/Users/{eve}").status_code == 200


def test_nobody_is_listed_who_is_not_asked_for(open_app):
    app = open_app("filter_only")
    app.add_user("ada")
    app.add_group("Crew")
    assert (app.found("/Users"), app.found("/Groups")) == ([], [])
    assert len(app.found("/Users", filter='userName eq "ada"')) == 1
    assert len(app.found("/Groups", filter='displayName eq "Crew"')) == 1


@pytest.mark.parametrize("quirks", [(), ("delete_deactivates",)])
def test_nobody_cannot_be_deleted(open_app, quirks):
    assert open_app(*quirks).delete("/Users/nobody").status_code == 404


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "userName", "value": "Grace"},
        {"op": "Replace", "value": {"userName": "Grace"}},
    ],
)
def test_user_names_come_back_in_lower_case(open_app, operation):
    app = open_app("lowercases_user_name")
    made = app.add_user("Ada@Contoso.example").json()
    assert made["userName"] == "ada@contoso.example"
    assert app.change(f"/Users/{made['id']}", operation).status_code == 204
    assert stored(app)["userName"] == "grace"


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add", "path": "externalId", "value": "ada"},
        {"op": "add", "value": {"externalId": "ada"}},
    ],
)
def test_external_ids_are_dropped_where_they_are_not_kept(open_app, operation):
    app = open_app(stores_external_id={"user": False, "group": True})
    made = app.add_user("ada", externalId="ada").json()
    assert "externalId" not in made
    assert app.change(f"/Users/{made['id']}", operation).status_code == 204
    assert "externalId" not in stored(app)
    assert app.found("/Users", filter='externalId eq "ada"') == []


def test_what_no_manner_touches_is_kept(open_app):
    app = open_app()
    app.add_user("Ada", externalId="ada")
    assert (stored(app)["userName"], stored(app)["externalId"]) == ("Ada", "ada")


def test_whoever_is_deactivated_is_deleted_and_leaves_the_groups(open_app):
    app = open_app("deactivation_deletes")
    ada, bob = (app.add_user(name, active=True).json()["id"] for name in ("ada", "bob"))
    crew = app.add_group("Crew", ada, bob).json()["id"]
    off = {"op": "replace", "path": "active", "value": False}
    assert app.change(f"/Users/{ada}", off).status_code in (200, 204)
    assert app.get(f"/Users/{ada}").status_code == 404
    assert app.members(crew) == {bob}
    assert app.change(f"/Users/{bob}", {**off, "value": True}).status_code in (200, 204)
    assert app.get(f"/Users/{bob}").status_code == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ('userName eq "ada"', 200),
        ('USERNAME eq "ada"', 200),
        ('id eq "1"', 200),
        ('groups.value eq "1"', 200),
        ('externalId eq "ada"', 400),
        ('userName sw "a"', 400),
        ('userName eq "ada" and title pr', 400),
    ],
)
def test_only_what_can_be_asked_for_is_found(open_app, query, status):
    app = open_app(filterable=frozenset({"userName"}))
    app.add_user("ada", externalId="ada")
    assert app.get("/Users", params={"filter": query}).status_code == status
    assert len(app.found("/Users")) == 1
