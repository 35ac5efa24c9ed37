"""Cost, counted where it cannot lie: in requests, on the server's side."""

import json

from tests.world import World

TARGET = {
    "profile": "generic-scim",
    "url": "https://app.example/scim/v2",
    "auth": {"bearer": {"env": "APP_TOKEN"}},
    "scope": "all",
    "groups": {"provision": "all"},
}


def document(size, **changes):
    people = {
        f"u{number:04}": {
            "userPrincipalName": f"u{number:04}@contoso.example",
            "displayName": f"User {number}",
            "givenName": "Given",
            "surname": "Name",
            **({"manager": "u0000"} if number else {}),
        }
        for number in range(size)
    }
    for key, fields in changes.items():
        people[key] |= fields
    groups = {
        f"g{number}": {"displayName": f"Group {number}", "members": [f"u000{number}"]}
        for number in range(3)
    }
    return json.dumps({"users": people, "groups": groups, "targets": {"app": TARGET}})


def test_planning_applying_and_applying_again_cost_what_they_must():
    app = World(document(1000))
    outcomes = app.apply(app.plan())
    assert {item.detail for item in outcomes} == {""}
    assert app.writes == 1000 + 3 + 3

    app.requests.clear()
    assert app.plan().changes == ()
    pages, second_looks, who_we_are = 10 + 1, 2, 1
    assert app.requests.total() == pages + second_looks + who_we_are
    assert app.writes == 0

    changed = {f"u000{number}": {"surname": "Changed"} for number in range(7)}
    app.change(document(1000, **changed))
    plan = app.plan()
    app.requests.clear()
    app.apply(plan)
    assert app.writes == 7

    app.requests.clear()
    app.apply(app.plan())
    assert app.writes == 0
