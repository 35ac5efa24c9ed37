"""The main job on every real server: 200 people and 20 crews, and whoever was there before.

Each step ends with a plan that is empty, or that names everything that this server does not store
or do (`expected.py`). What is there is read by plain HTTP too, so that the client does not mark
its own work.
"""

from dataclasses import replace

import pytest

from tests.servers.expected import EXPECTED
from tests.servers.scenario import Scenario, live_crews, live_people, person
from tests.servers.variants import ACME

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
STRANGERS = [f"stranger{number}@elsewhere.example" for number in range(3)]
CLUB = "Chess club"


@pytest.mark.parametrize("name", EXPECTED)
def test_create_change_remove_drift_and_converge_each_time(name, start, tmp_path):
    server = start(name)
    seed_strangers(server, acme=name == "scim2-server-acme")
    before = strangers(server)
    scenario = Scenario(server, tmp_path, EXPECTED[name])
    people, crews = scenario.people, scenario.crews

    first = scenario.plan()
    assert first["counts"]["create"] == len(people) + len(crews), scenario.told(first["notes"])
    assert first["counts"]["unmanaged"] == 4
    scenario.apply()
    converged(scenario)

    change_people_and_crews(scenario)
    scenario.apply()
    converged(scenario)

    give_back_and_remove(scenario)
    scenario.apply(*accepted(scenario, {"revocations"}))
    converged(scenario)

    drifted = drift_by_hand(scenario)
    assert drifted <= set(scenario.apply())
    converged(scenario)
    assert strangers(server) == before


def test_an_apply_waits_as_long_as_a_limiter_asks(start, tmp_path):
    """Better-auth takes 100 requests in 10 seconds: a hundred people are more than that."""
    server = start("better-auth-limited")
    scenario = Scenario(server, tmp_path, replace(EXPECTED["better-auth"], people=100))

    outcomes = scenario.apply()

    assert len(outcomes) == 140  # people, crews, and each crew filled
    assert live_people(server).keys() == {
        item["userPrincipalName"] for item in scenario.people.values()
    }


def seed_strangers(server, *, acme):
    more = {"schemas": [USER, ACME]} if acme else {"schemas": [USER]}
    seeded = server.seed(
        [
            {
                **more,
                "userName": name,
                "name": {"givenName": "Stran", "familyName": "Ger"},
                "emails": [{"value": name, "type": "work", "primary": True}],
                "active": True,
                **({ACME: {"costCode": name}} if acme else {}),
            }
            for name in STRANGERS
        ]
    )
    members = [{"value": seeded[0]["id"]}, {"value": seeded[1]["id"]}]
    server.seed([{"schemas": [GROUP], "displayName": CLUB, "members": members}])


def strangers(server):
    """Return those who are not ours, as they read but for `meta`."""
    people = [item for item in server.resources("Users") if item["userName"] in STRANGERS]
    groups = [item for item in server.resources("Groups") if item["displayName"] == CLUB]
    assert (len(people), len(groups)) == (3, 1)
    return [{key: item[key] for key in item if key != "meta"} for item in (*people, *groups)]


def change_people_and_crews(scenario):
    """Change attributes, rename two people and a crew, move people, disable three."""
    people, crews = scenario.people, scenario.crews
    for number in range(20, 40):
        people[f"u{number:03}"] |= {"surname": f"Renamed {number}", "jobTitle": "Lead"}
    people["u005"]["userPrincipalName"] = "renamed005@contoso.example"
    people["u006"]["userPrincipalName"] = "renamed006@contoso.example"
    crews["g07"]["displayName"] = "Crew seven"
    crews["g03"]["members"] += crews["g02"]["members"][:3]
    del crews["g02"]["members"][:3]
    for key in ("u010", "u011", "u012"):
        people[key]["accountEnabled"] = False


def give_back_and_remove(scenario):
    """Enable two of the three again; three people and a crew go, one person comes."""
    people, crews = scenario.people, scenario.crews
    del people["u010"]["accountEnabled"], people["u011"]["accountEnabled"]
    gone = {"u050", "u051", "u052"}
    for crew in crews.values():
        crew["members"] = [key for key in crew["members"] if key not in gone]
    for key in gone:
        del people[key]
    del crews["g19"]
    people["u900"] = person(900)


def drift_by_hand(scenario):
    """Somebody disables one, renames another, deletes a third, and lets a stranger into a crew."""
    server = scenario.server
    people = live_people(server)
    [crew] = [item for item in server.resources("Groups") if item["displayName"] == "Crew 04"]
    joined = {"value": people[STRANGERS[2]]["id"]}
    with server.client() as client:
        one = sendable(people["user060@contoso.example"]) | {"active": False}
        assert client.put(f"Users/{one['id']}", json=one).is_success
        two = sendable(people["user061@contoso.example"])
        two["name"] = two["name"] | {"familyName": "By hand"}
        assert client.put(f"Users/{two['id']}", json=two).is_success
        three = people["user062@contoso.example"]
        assert client.delete(f"Users/{three['id']}").is_success
        operation = {"op": "add", "path": "members", "value": [joined]}
        patch = {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [operation],
        }
        answer = client.patch(f"Groups/{crew['id']}", json=patch)
        if answer.status_code == 501:
            members = [*(crew.get("members") or ()), joined]
            answer = client.put(f"Groups/{crew['id']}", json=sendable(crew) | {"members": members})
        assert answer.is_success, answer.text
    return {"app/user/u060", "app/user/u061", "app/user/u062", "app/group/g04/remove-members"}


def sendable(resource):
    return {key: value for key, value in resource.items() if key not in ("meta", "groups")}


def accepted(scenario, guards):
    """Return the options that let *guards* pass, and no others: they must be what holds."""
    plan = scenario.plan()
    held = {item["guard"] for item in plan["violations"]}
    assert held == guards, scenario.told([plan["withheld"], *(c["id"] for c in plan["changes"])])
    options = []
    for item in plan["violations"]:
        options += ["--accept", item["accept"]]
    return options


def converged(scenario):
    """Look that nothing is left to do but what is named, and that it is so."""
    plan = scenario.plan()
    left = {key: plan[key] for key in ("changes", "violations", "conflicts", "withheld")}
    assert not any(left.values()), scenario.told(left)
    assert plan["live"]["complete"], scenario.told(plan["live"])
    named = {item["path"] for item in plan["rewritten"]}
    assert named == scenario.expected.rewritten, scenario.told(plan["rewritten"][:9])
    assert plan["notes"] == [], scenario.told(plan["notes"])
    is_as_wanted(scenario)


def is_as_wanted(scenario):
    """Compare names, attributes, who is active, and every crew's members by plain HTTP."""
    server, people = scenario.server, scenario.people
    live = {name: item for name, item in live_people(server).items() if name not in STRANGERS}
    wanted = {item["userPrincipalName"]: item for item in people.values()}
    if scenario.expected.keeps_the_deleted:
        live = {name: item for name, item in live.items() if name in wanted or item["active"]}
    assert live.keys() == wanted.keys()
    for name, item in wanted.items():
        found = live[name]
        assert found["name"]["familyName"] == item["surname"]
        assert found["active"] is item.get("accountEnabled", True)
        if "title" in {*scenario.expected.mapping} - scenario.expected.rewritten:
            assert found["title"] == item["jobTitle"]
    crews = live_crews(server)
    del crews[CLUB]
    assert crews == {
        crew["displayName"]: {
            people[key]["userPrincipalName"]
            for key in crew["members"]
            if people[key].get("accountEnabled", True)  # who is disabled leaves every group
        }
        for crew in scenario.crews.values()
    }
