"""Whatever the directory and whatever is live: apply converges and touches nobody else's."""

import json

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.guard import Guard
from reconciler.model.outcome import Status
from reconciler.pipeline import accept_guards
from reconciler.render.planfile.dump import dump_plan
from tests.world import World

EVERY_GUARD = frozenset(guard.value for guard in Guard)
KEYS = ("ann", "ben", "cat", "dan", "eve")

TITLES = st.sampled_from(["Engineer", "engineer", "Chef de Café", "", None])
USERS = st.fixed_dictionaries(
    {
        "jobTitle": TITLES,
        "accountEnabled": st.booleans(),
        "manager": st.sampled_from([*KEYS, None]),
        "country": st.sampled_from(["DE", "NL"]),
        "until": st.sampled_from([None, "2026-06-30", "2027-01-01"]),
    }
)
DIRECTORIES = st.dictionaries(st.sampled_from(KEYS), USERS, min_size=1)
GROUPS = st.dictionaries(
    st.sampled_from(["red", "blue"]), st.lists(st.sampled_from(KEYS), unique=True)
)
LIVE = st.dictionaries(
    st.sampled_from([*KEYS, "zoe", "yan"]),
    st.fixed_dictionaries(
        {
            "externalId": st.sampled_from(["own", "other", None]),
            "active": st.booleans(),
            "title": TITLES,
        }
    ),
)
SETTINGS = st.fixed_dictionaries(
    {
        "out_of_scope": st.sampled_from(["disable", "delete", "keep"]),
        "removed": st.sampled_from(["disable", "delete", "keep"]),
        "ownership": st.sampled_from(["recorded", "external_id"]),
        "null_values": st.sampled_from(["clear", "keep"]),
        "takeover": st.sampled_from(["conflict", "allow"]),
        "on_unlinked": st.sampled_from(["conflict", "disable"]),
    }
)


@given(directory=DIRECTORIES, groups=GROUPS, live=LIVE, settings=SETTINGS)
def test_apply_then_plan_is_empty_and_strangers_are_untouched(directory, groups, live, settings):
    app = World(document(directory, groups, settings))
    app.sandbox.load([resource(key, fields) for key, fields in live.items()])

    plan = app.plan()
    left_alone = {item.live_id for item in plan.targets[0].unmanaged}
    left_alone.update(live_id for item in plan.targets[0].conflicts for live_id in item.live_ids)
    before = app.resources(left_alone)
    outcomes = app.apply(accept_guards(plan, EVERY_GUARD))

    assert {item.status for item in outcomes} <= {Status.DONE}, outcomes
    assert app.plan().changes == ()
    assert app.resources(left_alone) == before


@given(directory=DIRECTORIES, groups=GROUPS, live=LIVE, order=st.randoms(use_true_random=False))
def test_the_order_of_files_and_keys_does_not_change_a_byte(directory, groups, live, order):
    settings = {"ownership": "recorded"}
    shuffled = list(directory.items())
    order.shuffle(shuffled)
    sections = list(json.loads(document(dict(shuffled), groups, settings)).items())
    order.shuffle(sections)
    texts = (
        [document(directory, groups, settings)],
        [json.dumps({name: section}) for name, section in sections],
    )
    plans = []
    for files in texts:
        app = World(*files)
        app.sandbox.load([resource(key, fields) for key, fields in live.items()])
        plans.append(without_positions(json.loads(dump_plan(app.plan()))))
    assert plans[0] == plans[1]


def document(directory, groups, settings):
    known = set(directory)
    people = {
        key: {
            name: value
            for name, value in {"userPrincipalName": f"{key}@contoso.example", **fields}.items()
            if value is not None and (name != "manager" or value in known)
        }
        for key, fields in directory.items()
    }
    crews = {
        key: {"displayName": key, "members": [item for item in members if item in known]}
        for key, members in groups.items()
    }
    return json.dumps(
        {
            "users": people,
            "groups": crews,
            "scopes": {
                "germans": [
                    {
                        "name": "Germany",
                        "all": [{"attribute": "country", "operator": "equals", "value": "DE"}],
                    }
                ]
            },
            "mappings": {"people": PEOPLE, "teams": TEAMS},
            "targets": {
                "app": {
                    "profile": "generic-scim",
                    "url": "https://app.example/scim/v2",
                    "auth": {"bearer": {"env": "APP_TOKEN"}},
                    "scope": "all",
                    "users": {
                        "mapping": "people",
                        "filter": "germans",
                        "actions": ["create", "update", "disable", "delete"],
                    },
                    "groups": {"mapping": "teams", "provision": "all"},
                    **settings,
                }
            },
        }
    )


PEOPLE = {
    "for": "user",
    "attributes": {
        "userName": {"expression": "[userPrincipalName]", "match": 1},
        "active": 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
        "title": "[jobTitle]",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager": "[manager]",
    },
}
TEAMS = {
    "for": "group",
    "attributes": {
        "displayName": {"expression": "[displayName]", "match": 1},
        "members": "[members]",
    },
}


def resource(key, fields):
    external_id = {"own": key, "other": f"other-{key}", None: None}[fields["externalId"]]
    found = {
        "id": f"id-{key}",
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": f"{key}@contoso.example",
        "active": fields["active"],
        "externalId": external_id,
        "title": fields["title"] or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def without_positions(value):
    """Drop lines (other places in the file are the point) and server-made ids."""
    if isinstance(value, dict):
        dropped = ("at", "live_id", "fingerprint", "live_ids")
        return {key: without_positions(item) for key, item in value.items() if key not in dropped}
    return [without_positions(item) for item in value] if isinstance(value, list) else value
