"""The judge notices: a client that repeats blindly makes duplicates, and they are seen."""

import httpx
import pytest

from tests.faults.judge import strangers_in, verdict
from tests.faults.scenarios import BASE, STRANGERS
from tests.faults.servers import SERVERS

GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
MANNERS = SERVERS["scim2-server"]


def naive_create(url, token, endpoint, body):
    """Create as many a script does: try again until there is a good answer."""
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client:
        for patience in (0.3, 60, 60):  # Only the first meets with a fault.
            try:
                answer = client.post(f"{url}/{endpoint}", json=body, timeout=patience)
            except httpx.TransportError:
                continue
            if answer.status_code == 201 and answer.text.endswith("}"):
                return


@pytest.mark.parametrize("fault", ["reset-after", "timeout-after", "500-after", "cut-announced"])
def test_a_client_that_repeats_blindly_makes_duplicates_that_the_judge_sees(stands, fault):
    stand = stands("scim2-server")
    stand.go(BASE)
    stand.proxy.expect(fault, 0)
    body = {"schemas": [GROUP], "displayName": "Twin"}
    naive_create(stand.url, stand.server.token, "Groups", body)
    found = list(verdict(*stand.live(), BASE, MANNERS))
    stands("scim2-server", spoilt=True)
    assert "group Twin is there 2 times" in found
    assert [seen.statuses for seen in stand.proxy.log] == [[201], [201]]


def person(key, **more):
    return {
        "id": f"id-{key}",
        "userName": f"{key}@contoso.example",
        "active": True,
        "name": {"givenName": key.title(), "familyName": "Name"},
        "title": "Engineer",
        **more,
    }


@pytest.fixture
def right():
    users = [person(key) for key in BASE.people]
    groups = [
        {"displayName": "Crew a", "members": [{"value": "id-ada"}, {"value": "id-grace"}]},
        {"displayName": "Crew b", "members": [{"value": "id-linus"}, {"value": "id-ken"}]},
    ]
    strange_user, strange_group = ({**item, "id": "theirs"} for item in STRANGERS)
    return [*users, strange_user], [*groups, strange_group]


def test_what_is_right_is_called_right(right):
    assert list(verdict(*right, BASE, MANNERS)) == []


def test_each_kind_of_wrong_is_named(right):
    users, groups = right
    users[0] = person("ada", active=False)
    users[1] = person("grace", title="Admiral")
    users += [person("linus", id="id-other"), person("eve")]
    groups[0]["members"] += [{"value": "id-ada"}, {"value": "id-nobody"}]
    groups[0]["members"].remove({"value": "id-grace"})
    del users[3], groups[1]
    right_ada = {"active": True, "surname": "Name", "title": "Engineer"}
    assert list(verdict(users, groups, BASE, MANNERS)) == [
        "user linus@contoso.example is there 2 times",
        "user ken@contoso.example is lost",
        "user eve@contoso.example is too many",
        "group Crew b is lost",
        f"ada@contoso.example: {right_ada | {'active': False}}, not {right_ada}",
        f"grace@contoso.example: {right_ada | {'title': 'Admiral'}}, not {right_ada}",
        f"members of Crew a: {counted(ada=2, nobody=1)}, not {counted(ada=1, grace=1)}",
    ]


def counted(**names):
    mails = {key: "?" if key == "nobody" else f"{key}@contoso.example" for key in names}
    return {mails[key]: number for key, number in names.items()}


def test_a_stranger_who_was_touched_or_is_gone_is_seen(right):
    users, groups = right
    before = strangers_in(users, groups)
    assert strangers_in(users, [*groups[:-1], {**groups[-1], "externalId": "x"}]) != before
    assert strangers_in(users[:-1], groups) != before
    assert strangers_in([*users[:-1], {**users[-1], "meta": {"version": "2"}}], groups) == before
