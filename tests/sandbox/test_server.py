"""The embedded server as a client meets it."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from reconciler.sandbox import SandboxError, open_sandbox
from tests.sandbox.conftest import GROUP, USER, App


def test_it_conforms_to_the_rfcs(open_app):
    app = open_app()
    client = WSGISCIMClient(app.sandbox.app, base_url="http://sandbox.localhost/app/scim/v2")
    client.discover()
    results = check_server(client)
    wrong = [item.title for item in results if item.status in {Status.ERROR, Status.CRITICAL}]
    assert wrong == []
    assert sum(item.status is Status.SUCCESS for item in results) > 100


@pytest.mark.parametrize("base", ["", "/v2", "/scim", "/app/scim/v2", "/Users/scim/v2"])
def test_it_answers_under_any_base_path(open_app, base):
    app = App(open_app().sandbox, base)
    made = app.add_user("ada")
    assert made.headers["Location"].startswith(f"http://sandbox.localhost{base}/Users/")
    assert app.get(made.headers["Location"]).json()["userName"] == "ada"
    assert app.get("/ServiceProviderConfig").status_code == 200


@pytest.mark.parametrize("path", ["/Nowhere", "", "/Users/a/b", "/Users/nobody"])
def test_what_is_not_there_is_a_scim_error(open_app, path):
    answer = open_app().get(path)
    assert (answer.status_code, answer.json()["status"]) == (404, "404")


@pytest.mark.parametrize("body", [b"{", b"[1]", b"5", b'{"schemas": 1, "Operations": 5}'])
def test_a_body_that_is_no_message_is_refused(open_app, body):
    app = open_app()
    user = app.add_user("ada").json()["id"]
    assert app.post("/Users", content=body).status_code == 400
    assert app.patch(f"/Users/{user}", content=body).status_code == 400


def test_sixteen_that_want_one_name_make_one_user(open_app):
    app = open_app()
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: app.add_user("ada").status_code, range(16)))
    assert sorted(answers) == [201] + [409] * 15
    assert len(app.sandbox.show()) == 1


def test_a_deleted_user_leaves_the_groups_with_a_new_version(open_app):
    app = open_app()
    ada, grace = (app.add_user(name).json()["id"] for name in ("ada", "grace"))
    made = app.add_group("Crew", ada, grace)
    group = f"/Groups/{made.json()['id']}"
    assert app.delete(f"/Users/{ada}").status_code == 204
    left = app.get(group)
    assert [item["value"] for item in left.json()["members"]] == [grace]
    assert left.headers["ETag"] == left.json()["meta"]["version"] != made.headers["ETag"]
    assert left.json()["meta"]["lastModified"] > made.json()["meta"]["lastModified"]


def test_a_member_that_does_not_exist_is_refused(open_app):
    app = open_app()
    assert app.add_group("Crew", "nobody").status_code == 400
    group = app.add_group("Crew").json()["id"]
    joins = {"op": "add", "path": "members", "value": [{"value": "nobody"}]}
    refused = app.change(f"/Groups/{group}", joins)
    assert refused.json()["detail"] == "There is no member 'nobody'"
    assert app.members(group) == set()


def test_a_group_may_be_a_member(open_app):
    app = open_app()
    inner = app.add_group("Inner").json()["id"]
    assert app.add_group("Outer", inner).status_code == 201


def test_me_is_not_offered(open_app):
    assert open_app().get("/Me").status_code == 501


def test_targets_share_a_file_and_nothing_else(tmp_path):
    file = tmp_path / "deep" / "data.db"
    with open_sandbox(file, target="one") as one, open_sandbox(file, target="two") as two:
        assert App(one).add_user("ada").status_code == 201
        assert App(two).add_user("ada").status_code == 201
        two.reset()
        assert [item["userName"] for item in one.show()] == ["ada"]
        assert two.show() == []
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_two_that_open_one_file_make_one_user(tmp_path):
    file = tmp_path / "data.db"
    with open_sandbox(file, target="app") as one, open_sandbox(file, target="app") as two:
        clients = [App(one), App(two)] * 8
        with ThreadPoolExecutor(16) as threads:
            answers = list(threads.map(lambda app: app.add_user("ada").status_code, clients))
        assert sorted(answers) == [201] + [409] * 15


def test_two_that_open_one_file_wait_for_each_other(tmp_path):
    file = tmp_path / "data.db"
    with open_sandbox(file, target="app") as one, open_sandbox(file, target="app") as two:
        ids = [App(one).add_user(f"u{number}").json()["id"] for number in range(16)]
        clients = [App(one), App(two)] * 8

        def rename(app, user_id):
            operation = {"op": "replace", "path": "title", "value": "Engineer"}
            return app.change(f"/Users/{user_id}", operation).status_code

        with ThreadPoolExecutor(16) as threads:
            assert list(threads.map(rename, clients, ids)) == [204] * 16
        versions = {item["meta"]["version"] for item in one.show()}
        assert len(versions) == 16


def test_everything_outlives_the_process(tmp_path):
    file = tmp_path / "data.db"
    with open_sandbox(file, target="app") as sandbox:
        app = App(sandbox)
        ada = app.add_user("ada", externalId="a-1").json()
        group = app.add_group("Crew", ada["id"]).json()
    with open_sandbox(file, target="app") as sandbox:
        app = App(sandbox)
        assert app.get(f"/Users/{ada['id']}").headers["ETag"] == ada["meta"]["version"]
        assert app.found("/Users", filter='externalId eq "a-1"')[0]["id"] == ada["id"]
        assert app.members(group["id"]) == {ada["id"]}
        assert app.add_user("Ada").status_code == 409
        versions = {ada["meta"]["version"], group["meta"]["version"]}
        assert app.add_user("grace").headers["ETag"] not in versions


def test_loaded_resources_are_found_like_others(open_app):
    app = open_app()
    app.sandbox.load(
        [
            {"schemas": [GROUP], "id": "g1", "displayName": "Crew", "members": [{"value": "u1"}]},
            {"schemas": [USER], "id": "u1", "userName": "ada"},
        ]
    )
    assert [item["id"] for item in app.sandbox.show()] == ["u1", "g1"]
    assert app.found("/Users", filter='groups.value eq "g1"')[0]["userName"] == "ada"
    assert app.add_user("ADA").status_code == 409
    assert app.delete("/Users/u1").status_code == 204
    assert app.members("g1") == set()


def test_an_empty_sandbox_shows_nothing(open_app):
    app = open_app()
    app.add_group("Crew", app.add_user("ada").json()["id"])
    assert len(app.sandbox.show()) == 2
    app.sandbox.reset()
    assert app.sandbox.show() == []
    assert app.add_user("ada").status_code == 201


def test_a_damaged_file_is_a_clear_error(tmp_path):
    file = tmp_path / "data.db"
    file.write_text("this is no database " * 100, encoding="utf-8")
    with pytest.raises(SandboxError, match=r"not a database; .* delete the file"):
        open_sandbox(file, target="app")


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(SandboxError, match="cannot be used"):
        open_sandbox(tmp_path / "file" / "data.db", target="app")


def test_a_server_may_insist_on_headers(open_app):
    app = open_app(headers={"X-Tenant": "7", "Content-Type": "application/json"})
    assert app.get("/Users").json()["detail"] == "HTTP_X_TENANT is missing or wrong"
    app.headers["X-Tenant"] = "7"
    assert app.get("/Users").status_code == 200
    assert app.add_user("ada").status_code == 201
    scim = {"Content-Type": "application/scim+json"}
    assert app.post("/Users", content=b"{}", headers=scim).status_code == 400


def test_users_tell_of_the_groups_that_show_no_members(open_app):
    app = open_app("members_by_users")
    ada, bob = (app.add_user(name).json()["id"] for name in ("ada", "bob"))
    crew = app.add_group("Crew", ada).json()
    assert crew["members"] == []
    assert app.get(f"/Users/{ada}").json()["groups"] == [{"value": crew["id"], "type": "direct"}]
    told = {item["id"]: item.get("groups") for item in app.found("/Users")}
    assert told == {ada: [{"value": crew["id"], "type": "direct"}], bob: None}
