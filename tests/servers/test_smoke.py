"""The servers behave as we think: plain HTTP, none of our code, so a failure here is theirs."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.servers.process import Server
from tests.servers.recipes import RECIPES

USER = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "ada@contoso.example",
    "externalId": "ada",
    "name": {"givenName": "Ada", "familyName": "Lovelace"},
    "active": True,
}
GROUP = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Platform"}
RENAME = {
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations": [{"op": "replace", "path": "name.familyName", "value": "King"}],
}
FULL = ["scim2-server", "scim2-server-tiny-pages", "scim2-server-cursor", "scimmy"]
FILTERING = [*FULL, "django-scim2-server"]
PLAIN = [name for name in RECIPES if name != "scim2-server-acme"]  # it asks for an extension
KEEPING_MEMBERS = [name for name in PLAIN if name != "django-scim2"]  # it drops them in a POST


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


@pytest.mark.parametrize("server", PLAIN, indirect=True)
def test_a_created_user_is_read_and_listed(server: Server, http: httpx.Client):
    [created] = server.seed([USER])

    read = http.get(f"Users/{created['id']}").json()
    listed = http.get("Users").json()

    assert read["userName"] == "ada@contoso.example"
    assert read["externalId"] == "ada"
    assert listed["totalResults"] == 1
    assert [user["id"] for user in listed["Resources"]] == [created["id"]]


@pytest.mark.parametrize("server", KEEPING_MEMBERS, indirect=True)
def test_a_group_keeps_the_members_that_it_is_created_with(server: Server, http: httpx.Client):
    [user] = server.seed([USER])
    [group] = server.seed([{**GROUP, "members": [{"value": user["id"]}]}])

    members = http.get(f"Groups/{group['id']}").json()["members"]

    assert [member["value"] for member in members] == [user["id"]]


def test_a_wrong_token_is_refused(http: httpx.Client):
    assert http.get("Users", headers={"Authorization": "Bearer wrong"}).status_code == 401


@pytest.mark.parametrize("server", FILTERING, indirect=True)
def test_a_filter_finds_one_user(server: Server, http: httpx.Client):
    other = USER | {"userName": "grace@contoso.example", "externalId": "grace"}
    server.seed([USER, other])

    found = http.get("Users", params={"filter": 'userName eq "grace@contoso.example"'}).json()

    assert [user["externalId"] for user in found["Resources"]] == ["grace"]


@pytest.mark.parametrize("server", FILTERING, indirect=True)
def test_a_patch_changes_one_name(server: Server, http: httpx.Client):
    [user] = server.seed([USER])

    answer = http.patch(f"Users/{user['id']}", json=RENAME)

    assert answer.status_code in {200, 204}
    read = http.get(f"Users/{user['id']}").json()
    assert read["name"]["familyName"] == "King"
    assert read["name"]["givenName"] == "Ada"


@pytest.mark.parametrize("server", [*FULL, "scim2-server-minimal"], indirect=True)
def test_a_deleted_user_is_gone(server: Server, http: httpx.Client):
    [user] = server.seed([USER])

    assert http.delete(f"Users/{user['id']}").status_code == 204
    assert http.get(f"Users/{user['id']}").status_code == 404


@pytest.mark.parametrize("server", ["scim2-server-minimal"], indirect=True)
def test_the_minimal_server_has_neither_filter_nor_patch_but_put(
    server: Server, http: httpx.Client
):
    [user] = server.seed([USER])
    address = f"Users/{user['id']}"

    assert http.get("Users", params={"filter": 'userName eq "x"'}).status_code == 501
    assert http.patch(address, json=RENAME).status_code == 501
    assert http.put(address, json=USER | {"name": {"familyName": "King"}}).status_code == 200
    assert http.get(address).json()["name"] == {"familyName": "King"}


@pytest.mark.parametrize("server", ["scim2-server-tiny-pages"], indirect=True)
def test_the_server_of_tiny_pages_gives_seven_at_most(server: Server, http: httpx.Client):
    server.seed([USER | {"userName": f"user{n}"} for n in range(9)])

    page = http.get("Users", params={"count": 100}).json()

    assert page["totalResults"] == 9
    assert len(page["Resources"]) == 7
    assert len(server.resources("Users")) == 9


@pytest.mark.parametrize("server", ["scim2-server-cursor"], indirect=True)
def test_the_cursor_server_knows_no_index(server: Server, http: httpx.Client):
    server.seed([USER | {"userName": f"user{n}"} for n in range(12)])

    first = http.get("Users", params={"cursor": ""}).json()
    second = http.get("Users", params={"cursor": first["nextCursor"]}).json()

    assert http.get("Users", params={"startIndex": 11}).status_code == 501
    assert [len(first["Resources"]), len(second["Resources"])] == [10, 2]
    assert "nextCursor" not in second


@pytest.mark.parametrize("server", ["scimmy"], indirect=True)
def test_scimmy_gives_twenty_and_begins_again_past_the_end(server: Server, http: httpx.Client):
    users = server.seed([USER | {"userName": f"user{n}"} for n in range(22)])

    assert len(http.get("Users").json()["Resources"]) == 20
    beyond = http.get("Users", params={"startIndex": 23, "count": 100}).json()
    assert beyond["Resources"][0]["id"] == users[0]["id"]


@pytest.mark.parametrize("server", ["scimmy"], indirect=True)
def test_scimmy_filters_by_exact_case_and_gives_no_location(http: httpx.Client):
    answer = http.post("Users", json=USER)

    found = http.get("Users", params={"filter": 'userName eq "ADA@contoso.example"'}).json()

    assert "Location" not in answer.headers
    assert found["totalResults"] == 0


@pytest.mark.parametrize("server", ["django-scim2-server"], indirect=True)
def test_django_deactivates_where_it_should_delete(server: Server, http: httpx.Client):
    [user] = server.seed([USER])

    assert http.delete(f"Users/{user['id']}").status_code == 204
    assert http.get(f"Users/{user['id']}").json()["active"] is False
    assert http.post("Users", json=USER).status_code == 409


def test_each_start_is_empty_and_ended_with_its_test(start: Callable[[str], Server]):
    first = start("scim2-server")
    first.seed([USER])

    assert start("scim2-server").resources("Users") == []
    assert len(first.resources("Users")) == 1
