"""What the odder servers do, by plain HTTP: the scenario's exceptions rest on these facts.

Each is a line of "what a client must survive", seen on the server that is named.
"""

import time

import pytest

from tests.servers.variants import ACME, DEVICE

USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def of(name):
    """Run a test on the server called *name*."""
    return pytest.mark.parametrize("server", [name], indirect=True)


def user(name, **more):
    return {
        "schemas": [USER_SCHEMA],
        "userName": f"{name}@contoso.example",
        "name": {"givenName": name, "familyName": "Doe"},
        "active": True,
        **more,
    }


def group(*members):
    values = [{"value": member["id"]} for member in members]
    return {"schemas": [GROUP_SCHEMA], "displayName": "Platform", "members": values}


def acme(name, code, **more):
    return user(name, schemas=[USER_SCHEMA, ACME], **{ACME: {"costCode": code, **more}})


def patch(http, address, **operation):
    return http.patch(address, json={"schemas": [PATCH], "Operations": [operation]})


@pytest.fixture
def http(server):
    with server.client() as client:
        yield client


@of("scim2-server-acme")
def test_the_acme_server_wants_its_extension_and_each_cost_code_once(server, http):
    server.seed([acme("ada", "CC1")])

    assert http.post("Users", json=user("bob")).status_code == 400
    assert http.post("Users", json=acme("bob", "CC1")).status_code == 409
    assert http.post("Users", json=acme("bob", "CC2")).status_code == 201


@of("scim2-server-acme")
def test_the_acme_server_shows_lockers_on_request_and_the_secret_never(server, http):
    [ada] = server.seed([acme("ada", "CC1", secret="hush", lockers=[{"value": "L1", "floor": 2}])])
    address = f"Users/{ada['id']}"

    assert http.get(address).json()[ACME] == {"costCode": "CC1"}
    asked = http.get(address, params={"attributes": f"{ACME}:lockers"}).json()
    assert asked[ACME] == {"lockers": [{"value": "L1", "floor": 2}]}


@of("scim2-server-acme")
def test_the_acme_server_lets_no_badge_change_and_has_devices(server, http):
    [ada] = server.seed([acme("ada", "CC1", badgeColor="red")])

    answer = patch(
        http, f"Users/{ada['id']}", op="replace", path=f"{ACME}:badgeColor", value="blue"
    )
    device = http.post("Devices", json={"schemas": [DEVICE], "serial": "S1"})

    assert (answer.status_code, answer.json()["scimType"]) == (400, "mutability")
    assert device.status_code == 201


@of("scim2-server-cursor-index")
def test_a_cursor_expires_after_two_seconds_and_the_index_does_not(server, http):
    server.seed([user(f"user{number}") for number in range(12)])
    first = http.get("Users", params={"cursor": ""}).json()

    time.sleep(2.2)  # the server's own clock; it takes no whole second less
    late = http.get("Users", params={"cursor": first["nextCursor"]})

    assert (late.status_code, late.json()["scimType"]) == (400, "expiredCursor")
    assert len(http.get("Users", params={"startIndex": 11}).json()["Resources"]) == 2


@of("scim2-server-precis")
def test_the_precis_server_takes_no_name_with_a_space_and_sees_wide_letters(server, http):
    server.seed([user("ada")])

    assert http.post("Users", json=user("a da")).status_code == 400
    assert http.post("Users", json=user("\N{FULLWIDTH LATIN SMALL LETTER A}da")).status_code == 409


@of("scim2-server-tenant")
def test_each_tenant_has_a_path_of_its_own(server, http):
    [ada] = server.seed([user("ada")])
    other = server.base_url.replace("/acme/", "/other/")

    assert "/acme/v2/Users/" in ada["meta"]["location"]
    assert http.get(f"{other}/Users").status_code == 404


@of("better-auth")
def test_better_auth_takes_a_hundred_members_at_once_and_not_one_more(server, http):
    people = server.seed([user(f"user{number:03}") for number in range(101)])
    [crew] = server.seed([group(*people[:100])])

    refused = http.put(f"Groups/{crew['id']}", json=group(*people))
    added = patch(
        http,
        f"Groups/{crew['id']}",
        op="add",
        path="members",
        value=[{"value": people[100]["id"]}],
    )

    assert refused.status_code == 400
    assert added.status_code in {200, 204}
    assert len(http.get(f"Groups/{crew['id']}").json()["members"]) == 101


@of("better-auth")
def test_better_auth_forgets_nicknames_and_trims(server, http):
    [ada] = server.seed([user("ada", nickName="Countess", title="  Engineer  ")])
    read = http.get(f"Users/{ada['id']}").json()

    assert "nickName" not in read
    assert read["title"] == "Engineer"


@of("better-auth-limited")
def test_better_auth_says_when_to_come_back_in_a_header_of_its_own(http):
    answers = [http.get("Users", params={"count": 1}) for _ in range(101)]

    refused = answers[-1]
    assert refused.status_code == 429
    assert 0 < int(refused.headers["X-Retry-After"]) <= 10
    assert "Retry-After" not in refused.headers
    assert "json" not in refused.headers.get("Content-Type", "")


@of("django-scim2")
def test_django_scim2_patches_some_of_a_user_and_none_of_a_name(server, http):
    [ada] = server.seed([user("ada")])
    address = f"Users/{ada['id']}"

    renamed = patch(http, address, op="replace", path="name.familyName", value="King")
    titled = patch(http, address, op="replace", path="title", value="Engineer")

    assert renamed.status_code == 200
    assert titled.status_code == 501
    assert titled.json()["status"] == 501  # RFC 7644 §3.12 wants a text
    assert http.get(address).json()["name"]["familyName"] == "King"


@of("django-scim2")
def test_django_scim2_makes_the_display_name_itself(server, http):
    [ada] = server.seed([user("ada", displayName="Countess", title="Engineer")])
    read = http.get(f"Users/{ada['id']}").json()

    assert read["displayName"] == "ada Doe"
    assert "title" not in read


@of("django-scim2")
def test_django_scim2_drops_the_members_of_a_new_group_and_filters_no_group(server, http):
    [ada] = server.seed([user("ada")])
    [crew] = server.seed([group(ada)])
    address = f"Groups/{crew['id']}"

    found = http.get("Groups", params={"filter": 'displayName eq "Platform"'}).json()
    assert (crew["members"], found["totalResults"]) == ([], 0)
    joined = patch(http, address, op="add", path="members", value=[{"value": ada["id"]}])
    by_filter = patch(http, address, op="remove", path=f'members[value eq "{ada["id"]}"]')
    by_list = patch(http, address, op="remove", path="members", value=[{"value": ada["id"]}])
    assert [joined.status_code, by_filter.status_code, by_list.status_code] == [200, 501, 200]


@of("django-scim2-server")
def test_django_scim2_server_speaks_html_of_odd_ids_and_refuses_large_pages(http):
    missing = http.get("Users/7")

    assert (missing.status_code, "html" in missing.headers["Content-Type"]) == (404, True)
    assert http.get("Users", params={"count": 1001}).status_code == 400


@of("scimmy")
def test_scimmy_keeps_a_member_twice_and_says_204_only_if_nothing_changed(server, http):
    [ada] = server.seed([user("ada")])
    [crew] = server.seed([group(ada)])
    address = f"Groups/{crew['id']}"

    again = patch(http, address, op="add", path="members", value=[{"value": ada["id"]}])
    same = patch(http, f"Users/{ada['id']}", op="replace", path="name.familyName", value="Doe")

    assert again.status_code == 200
    assert [item["value"] for item in http.get(address).json()["members"]] == [ada["id"]] * 2
    assert same.status_code == 204
