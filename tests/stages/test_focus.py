"""What one person's plan must not do to the rest; the command line shows what it does."""

import json
from dataclasses import replace

from reconciler.model.guard import Guard
from reconciler.pipeline import accept_guards
from reconciler.stages.focus import focus_plan
from tests.world import World

YAML = {
    "users": {
        key: {"userPrincipalName": f"{key}@contoso.example", "displayName": key.title()}
        for key in ("ann", "ben", "cat")
    },
    "groups": {"crew": {"displayName": "Crew", "members": ["cat"]}},
    "targets": {
        "app": {
            "profile": "generic-scim",
            "url": "https://app.example/scim/v2",
            "auth": {"bearer": {"env": "APP_TOKEN"}},
            "scope": "all",
            "groups": {"provision": "all"},
        }
    },
}


def world():
    """Return an app where all three are in a group that somebody made by hand."""
    app = World(json.dumps(YAML))
    app.sandbox.load(
        [
            {
                "id": f"id-{key}",
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                "userName": f"{key}@contoso.example",
                "externalId": key,
            }
            for key in YAML["users"]
        ]
    )
    crew = {
        "id": "id-crew",
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Crew",
        "members": [{"value": f"id-{key}"} for key in YAML["users"]],
    }
    app.sandbox.load([crew])
    return app


def only(plan, *users):
    targets = tuple(focus_plan(target, frozenset(users)) for target in plan.targets)
    return replace(plan, targets=targets)


def test_a_group_that_is_not_ours_is_not_touched_for_one_of_its_members():
    plan = only(world().plan(), "ann")

    assert [change.id for change in plan.changes] == ["app/user/ann"]
    assert [(item.what, item.why) for item in plan.targets[0].withheld] == [
        ("remove the member ann", "the group is not ours yet, and only a whole plan adopts it")
    ]


def test_an_adopted_group_is_not_exact_because_one_of_many_has_left():
    app = world()
    app.apply(app.plan())  # The group is adopted, which only adds: ann and ben stay for now.

    app.apply(accept_guards(only(app.plan(), "ann"), frozenset([Guard.ADOPTION.value])))

    (violation,) = app.plan().targets[0].violations
    assert violation.guard is Guard.ADOPTION
    assert [member.name for change in app.plan().changes for member in change.remove] == ["ben"]
