"""What a sandbox refuses, and what it answers while it plays an app."""

import pytest

from tests.sandbox.conftest import GROUP, PATCH, USER


def removal(user_id):
    return {"op": "remove", "path": f'members[value eq "{user_id}"]'}


TITLE = {"op": "replace", "path": "title", "value": "Countess"}


def two_users(app):
    return [app.add_user(name).json()["id"] for name in ("ada", "grace")]


def test_without_patch_a_put_still_works(open_app):
    app = open_app("no_patch")
    user = app.add_user("ada").json()
    assert app.change(f"/Users/{user['id']}", TITLE).status_code == 501
    assert app.get("/ServiceProviderConfig").json()["patch"] == {"supported": False}
    assert app.put(f"/Users/{user['id']}", json={**user, "title": "Countess"}).status_code == 200


def test_without_put_a_patch_still_works(open_app):
    app = open_app("no_put")
    user = app.add_user("ada").json()
    assert app.put(f"/Users/{user['id']}", json={**user, "title": "x"}).status_code == 501
    assert app.change(f"/Users/{user['id']}", TITLE).status_code == 204
    assert app.sandbox.show()[0]["title"] == "Countess"


def test_the_plain_server_takes_both(open_app):
    app = open_app()
    user = app.add_user("ada").json()
    assert app.put(f"/Users/{user['id']}", json={**user, "title": "x"}).status_code == 200
    assert app.change(f"/Users/{user['id']}", TITLE).status_code == 204


def test_members_leave_by_value_list_and_not_by_filter(open_app):
    app = open_app("remove_members_by_value")
    ada, grace = two_users(app)
    group = app.add_group("Crew", ada, grace).json()["id"]
    assert app.change(f"/Groups/{group}", removal(ada)).status_code == 501
    listed = {"op": "Remove", "path": "members", "value": [{"value": ada}]}
    assert app.change(f"/Groups/{group}", listed).status_code == 204
    assert app.members(group) == {grace}


def test_members_leave_by_filter_and_not_by_value_list_elsewhere(open_app):
    app = open_app()
    ada, grace = two_users(app)
    group = app.add_group("Crew", ada, grace).json()["id"]
    listed = {"op": "remove", "path": "members", "value": [{"value": ada}]}
    assert app.change(f"/Groups/{group}", listed).status_code == 400
    assert app.change(f"/Groups/{group}", removal(ada), removal(grace)).status_code == 204
    assert app.members(group) == set()


def test_a_removal_that_is_repeated_changes_nothing(open_app):
    app = open_app()
    (ada, grace) = two_users(app)
    group = app.add_group("Crew", ada, grace).json()["id"]
    app.change(f"/Groups/{group}", removal(ada))
    version = app.get(f"/Groups/{group}").headers["ETag"]
    assert app.change(f"/Groups/{group}", removal(ada)).status_code == 204
    assert app.get(f"/Groups/{group}").headers["ETag"] == version
    assert app.members(group) == {grace}


def test_a_removal_obeys_if_match(open_app):
    app = open_app()
    (ada, grace) = two_users(app)
    group = app.add_group("Crew", ada, grace).json()["id"]
    body = {"schemas": [PATCH], "Operations": [removal(ada)]}
    stale = app.patch(f"/Groups/{group}", json=body, headers={"If-Match": 'W/"0"'})
    assert stale.status_code == 412
    assert app.members(group) == {ada, grace}


def test_paths_with_a_value_filter_are_refused_but_for_members(open_app):
    app = open_app("no_value_filter_paths")
    user = app.add_user("ada", emails=[{"type": "work", "value": "a@x.example"}]).json()["id"]
    group = app.add_group("Crew", user).json()["id"]
    by_type = {"op": "replace", "path": 'emails[type eq "work"].value', "value": "b@x.example"}
    refused = app.change(f"/Users/{user}", by_type)
    assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidPath")
    assert app.change(f"/Groups/{group}", removal(user)).status_code == 204


@pytest.mark.parametrize("quirks", [(), ("members_by_user_filter",)])
def test_users_are_found_by_their_group(open_app, quirks):
    app = open_app(*quirks)
    ada, grace = two_users(app)
    group = app.add_group("Crew", ada, grace).json()["id"]
    app.add_group("Others", grace)
    found = app.found("/Users", filter=f'groups.value eq "{group}"')
    assert {item["id"] for item in found} == {ada, grace}
    app.change(f"/Groups/{group}", removal(ada))
    found = app.found("/Users", filter=f'groups.value eq "{group}"')
    assert [item["userName"] for item in found] == ["grace"]
    assert app.found("/Users", filter='groups.value eq "nobody"') == []


def test_groups_never_show_members_where_they_are_found_by_user_filter(open_app):
    app = open_app("members_by_user_filter")
    made = app.add_group("Crew", *two_users(app)).json()
    assert made["members"] == []
    assert app.get(f"/Groups/{made['id']}").json()["members"] == []
    assert [item["members"] for item in app.found("/Groups")] == [[]]
    assert len(app.members(made["id"])) == 2


def test_too_many_members_at_once_are_refused(open_app):
    app = open_app(members_per_request=2)
    ids = [app.add_user(name).json()["id"] for name in ("ada", "grace", "linus")]
    assert app.add_group("Crew", *ids).status_code == 400
    group = app.add_group("Crew", ids[0]).json()
    values = [{"value": item} for item in ids]
    at_path = {"op": "add", "path": "members", "value": values}
    without_path = {"op": "add", "value": {"members": values}}
    for operation in (at_path, without_path):
        assert app.change(f"/Groups/{group['id']}", operation).status_code == 400
    assert app.change(f"/Groups/{group['id']}", *map(removal, ids)).status_code == 400
    whole = {"schemas": [GROUP], "displayName": "Crew", "members": values}
    assert app.put(f"/Groups/{group['id']}", json=whole).status_code == 400
    assert app.members(group["id"]) == {ids[0]}
    assert app.change(f"/Groups/{group['id']}", {**at_path, "value": values[1:]}).status_code == 204
    assert app.members(group["id"]) == set(ids)


def test_cursor_pages_begin_empty_and_name_no_total(open_app):
    app = open_app("cursor_paging")
    for number in range(5):
        app.add_user(f"u{number}")
    assert app.get("/Users", params={"startIndex": 1}).status_code == 501
    cursor, pages, seen = "", [], set()
    while cursor is not None:
        page = app.get("/Users", params={"cursor": cursor, "count": 2}).json()
        assert "totalResults" not in page
        assert "startIndex" not in page
        pages.append(len(page["Resources"]))
        seen |= {item["userName"] for item in page["Resources"]}
        cursor = page.get("nextCursor")
    assert pages == [2, 2, 1]
    assert seen == {"u0", "u1", "u2", "u3", "u4"}


def test_a_forged_cursor_is_refused(open_app):
    answer = open_app("cursor_paging").get("/Users", params={"cursor": "AAAA"})
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidCursor")


def test_a_cursor_page_has_at_most_100(open_app):
    app = open_app("cursor_paging")
    app.sandbox.load([{"schemas": [USER], "userName": f"u{number}"} for number in range(101)])
    assert len(app.found("/Users", cursor="", count=1000)) == 100


def test_a_page_has_at_most_what_the_app_gives(open_app):
    app = open_app(page_size=2)
    for number in range(3):
        app.add_user(f"u{number}")
    page = app.get("/Users", params={"count": 1000}).json()
    assert page["startIndex"] == 1
    assert (page["totalResults"], page["itemsPerPage"], len(page["Resources"])) == (3, 2, 2)
    assert len(app.found("/Users", startIndex=3)) == 1


def test_bulk_meets_the_same_refusals(open_app):
    app = open_app("no_put", "no_value_filter_paths")
    user = app.add_user("ada", emails=[{"type": "work", "value": "a@x.example"}]).json()
    by_type = {"op": "replace", "path": 'emails[type eq "work"].value', "value": "b@x.example"}
    patch = {"schemas": [PATCH], "Operations": [by_type]}
    path = f"/Users/{user['id']}"
    bulk = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [
            {"method": "PUT", "path": path, "data": {"schemas": [USER], "userName": "x"}},
            {"method": "PATCH", "path": path, "data": patch},
        ],
    }
    answers = app.post("/Bulk", json=bulk).json()["Operations"]
    assert [item["status"] for item in answers] == ["501", "400"]


def test_what_the_app_does_not_do_with_groups_is_refused(open_app):
    app = open_app(actions={"user": frozenset({"create"}), "group": frozenset({"update"})})
    app.sandbox.load([{"id": "crew", "schemas": [GROUP], "displayName": "Crew"}])
    rename = {"op": "replace", "path": "displayName", "value": "Squad"}
    assert app.add_group("Dock").status_code == 501
    assert app.delete("/Groups/crew").status_code == 501
    assert app.change("/Groups/crew", rename).status_code == 204
    ada = app.add_user("ada").json()["id"]
    assert app.change(f"/Users/{ada}", TITLE).status_code == 501
    assert app.get(f"/Users/{ada}").status_code == 200


REPLACED = {"op": "replace", "path": "name.familyName", "value": "Moor"}
ELEMENT = {"op": "replace", "path": 'emails[type eq "work"].value', "value": "a@x.example"}
WHOLE = {"op": "replace", "value": {"title": "Countess"}}


@pytest.mark.parametrize(
    ("quirk", "refused", "taken"),
    [
        ("pascal_case_ops", [TITLE], [{**TITLE, "op": "Replace"}]),
        ("pathless_patch", [TITLE], [WHOLE]),
        ("no_sub_attribute_paths", [REPLACED], [TITLE]),
        ("no_sub_attribute_paths", [ELEMENT], [TITLE]),
        ("one_operation_each", [TITLE, REPLACED], [TITLE]),
    ],
)
def test_a_patch_in_another_shape_is_refused(open_app, quirk, refused, taken):
    mails = [{"type": "work", "value": "b@x.example"}]
    for app, status in ((open_app(), 204), (open_app(quirk), 400)):
        ada = app.add_user("ada", emails=mails, name={"familyName": "Stone"}).json()["id"]
        assert app.change(f"/Users/{ada}", *refused).status_code == status
        assert app.change(f"/Users/{ada}", *taken).status_code == 204


def test_members_are_replaced_all_at_once_and_in_no_other_way(open_app):
    app = open_app("replace_members")
    ada, grace = two_users(app)
    group = app.add_group("Crew", ada).json()["id"]
    joins = {"op": "add", "path": "members", "value": [{"value": grace}]}
    assert app.change(f"/Groups/{group}", joins).status_code == 501
    assert app.change(f"/Groups/{group}", removal(ada)).status_code == 501
    assert app.change(f"/Groups/{group}", {**joins, "op": "replace"}).status_code == 204
    assert app.members(group) == {grace}


def test_a_change_of_members_has_at_most_so_many_bytes(open_app):
    app = open_app(members_bytes_per_request=400)
    ada, grace = two_users(app)
    group = app.add_group("Crew").json()["id"]
    joining = {"op": "add", "path": "members", "value": [{"value": ada}]}
    assert app.change(f"/Groups/{group}", joining).status_code == 204
    wordy = {"value": grace, "display": "Grace" * 80}
    refused = app.change(f"/Groups/{group}", {**joining, "value": [wordy]})
    assert refused.status_code == 413
    assert app.members(group) == {ada}
    named = {"op": "replace", "path": "displayName", "value": "Crew" * 100}
    assert app.change(f"/Groups/{group}", named).status_code == 204


def bulk_of(count):
    users = ({"schemas": [USER], "userName": f"u{number}"} for number in range(count))
    return {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [
            {"method": "POST", "path": "/Users", "bulkId": user["userName"], "data": user}
            for user in users
        ],
    }


def test_a_bulk_request_holds_what_the_app_takes_and_says_so(open_app):
    app = open_app(bulk=(3, 1_000))
    said = app.get("/ServiceProviderConfig").json()["bulk"]
    assert said == {"supported": True, "maxOperations": 3, "maxPayloadSize": 1_000}
    assert app.post("/Bulk", json=bulk_of(4)).status_code == 413
    large = bulk_of(1)
    large["Operations"][0]["data"]["title"] = "x" * 1_000
    assert app.post("/Bulk", json=large).status_code == 413
    assert app.sandbox.show() == []
    assert app.post("/Bulk", json=bulk_of(3)).status_code == 200
    assert len(app.sandbox.show()) == 3


def test_an_app_without_bulk_has_none(open_app):
    app = open_app(bulk=None)
    assert app.get("/ServiceProviderConfig").json()["bulk"]["supported"] is False
    assert app.post("/Bulk", json=bulk_of(1)).status_code == 501


def test_a_list_shows_what_it_is_asked_for(open_app):
    app = open_app()
    app.add_user("ada", title="Countess", displayName="Ada")
    (found,) = app.found("/Users", attributes="displayName")
    assert set(found) == {"id", "schemas", "displayName"}
