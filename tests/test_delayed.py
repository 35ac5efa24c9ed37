"""A whole target whose reads lag behind: who knows it waits, and takes nothing for a change.

Time is the test's own: a wait moves it on.
"""

import json

import pytest

from reconciler.model.outcome import Status
from reconciler.sandbox.delay import Delayed
from tests.test_rate import Day
from tests.world import World

DELAY = 60


def document(people, members, **service):
    users = {
        key: {
            "userPrincipalName": f"{key}@contoso.example",
            "displayName": key.title(),
            "jobTitle": title,
            "accountEnabled": title != "Leaver",
        }
        for key, title in people.items()
    }
    target = {
        "profile": "generic-scim",
        "url": "https://app.example/scim/v2",
        "auth": {"bearer": {"env": "APP_TOKEN"}},
        "scope": "all",
        "service": service,
        "limits": {"removals": {"percent": 100, "floor": 100}},
        "groups": {"provision": "all"},
    }
    groups = {"crew": {"displayName": "Crew", "members": members}}
    return json.dumps({"users": users, "groups": groups, "targets": {"app": target}})


BEGIN = ({"ada": "Engineer", "bob": "Sailor", "cyd": "Cook"}, ["ada", "bob"])
THEN = ({"ada": "Countess", "bob": "Leaver", "cyd": "Cook", "dan": "Pilot"}, ["ada", "dan"])


def late_world(**service):
    day = Day()

    def lie(app):
        return Delayed(app, DELAY, day.now)

    return World(document(*BEGIN, **service), lie=lie, patient=day.patience), day


def applied(world):
    return [(item.status, item.detail) for item in world.apply(world.plan())]


@pytest.mark.parametrize("verify", ["answer", "all"])
def test_who_knows_of_the_delay_waits_and_the_next_plan_is_empty(verify):
    knobs = {"consistency_delay_seconds": DELAY, "verify": verify}
    world, day = late_world(**knobs)
    assert set(applied(world)) == {(Status.DONE, "")}
    day.sleep(DELAY)
    assert world.plan().changes == ()
    world.change(document(*THEN, **knobs))
    assert set(applied(world)) == {(Status.DONE, "")}
    day.sleep(DELAY)
    assert world.plan().changes == ()
    live = {item["userName"][:3]: item for item in world.sandbox.show() if "userName" in item}
    assert (live["ada"]["title"], live["bob"]["active"]) == ("Countess", False)


def test_who_does_not_know_of_it_is_told_what_was_not_seen():
    world, day = late_world()
    said = applied(world)
    assert any(status is Status.FAILED for status, _ in said)
    assert any("is gone" in detail for status, detail in said if status is Status.FAILED)
    day.sleep(DELAY)
    # Nothing is made twice, and what was left is done once reads have caught up.
    applied(world)
    day.sleep(DELAY)
    assert world.plan().changes == ()
    names = [item.get("userName") or item["displayName"] for item in world.sandbox.show()]
    assert sorted(names) == ["Crew", *(f"{key}@contoso.example" for key in ("ada", "bob", "cyd"))]
