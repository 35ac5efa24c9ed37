"""Whatever is written and whatever is live: nothing beyond a limit goes, and holds add up."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.gallery.load import load_gallery
from reconciler.model.intent import Intent
from reconciler.model.plan import Action, Plan
from reconciler.model.resource import Link, Live, Loss, Memory, Snapshot
from reconciler.model.values import Kind
from reconciler.pipeline import accept_guards, plan_target, police, prepare_target

GALLERY = load_gallery()
NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
KEYS = tuple("abcdefgh")
TAKES = (Action.DISABLE, Action.DELETE, Action.REMOVE_MEMBERS)

LIMITS = st.fixed_dictionaries(
    {"percent": st.sampled_from([0, 20, 50]), "floor": st.integers(0, 3)}
)
SOME = st.lists(st.sampled_from(KEYS), unique=True)
WORLDS = st.fixed_dictionaries(
    {
        "enabled": SOME,
        "disabled": SOME,
        "required": SOME,
        "protected": SOME,
        "members": SOME,
        "live": SOME,
        "live_members": SOME,
        "retitled": SOME,
        "lost": SOME,
        "paid": SOME,
        "live_paid": SOME,
        "dated": SOME,
        "sensitive": st.booleans(),
        "removals": LIMITS,
        "revocations": LIMITS,
        "daily": LIMITS,
    }
)


POLICIES = {
    "apart": {"kind": "separation", "of": [{"group": "crew"}, {"group": "pay"}]},
    "dated": {"kind": "end_date", "where": "retitled"},
    "grounds": {"kind": "membership", "needs": ["until"]},
}
SCOPES = {
    "retitled": [
        {"name": "New", "all": [{"attribute": "jobTitle", "operator": "equals", "value": "New"}]}
    ]
}


def document(world):
    limits = {name: dict(world[name]) for name in ("removals", "revocations")}
    limits |= {
        "daily": {"removals": world["daily"]},
        "mass_change": {"percent": 0, "floor": 2},
        "protect": [f"{key}@x.example" for key in world["protected"]],
    }
    people = sorted({*world["enabled"], *world["disabled"]})
    users = {
        key: {
            "userPrincipalName": f"{key}@x.example",
            "jobTitle": "New" if key in world["retitled"] else "Old",
            "accountEnabled": key not in world["disabled"],
            "required": key in world["required"],
            **({"until": "2026-12-31"} if key in world["dated"] else {}),
        }
        for key in people
    }
    members = [key for key in world["members"] if key in users]
    return {
        "users": users,
        "groups": {
            "crew": {"members": members, "sensitive": world["sensitive"]},
            "pay": {"members": [key for key in world["paid"] if key in users]},
        },
        "policies": POLICIES,
        "targets": {
            "app": {
                "profile": "generic-scim",
                "url": "https://app.example/scim/v2",
                "auth": {"bearer": {"env": "T"}},
                "scope": "all",
                "groups": {"provision": "all"},
                "limits": limits,
            }
        },
        "scopes": SCOPES,
        "mappings": {
            "people": {
                "for": "user",
                "attributes": {
                    "userName": {"expression": "[userPrincipalName]", "match": 1},
                    "title": "[jobTitle]",
                },
            }
        },
    }


def desired_of(*documents):
    """Compile JSON, which is YAML: one file for each document."""
    files = [
        SourceFile(f"{number}.yaml", json.dumps(item).encode())
        for number, item in enumerate(documents)
    ]
    desired, problems = load_desired(files, GALLERY)
    assert [item for item in problems if item.severity == "error"] == []
    return desired


def plan_of(world):
    text = document(world)
    text["targets"]["app"]["users"] = {"mapping": "people"}
    desired = desired_of(text)
    target = desired.targets["app"]
    wanted, problems = prepare_target(desired, target, NOW)
    assert problems == ()
    live = {key: account(key) for key in world["live"]}
    members = frozenset(f"id-{key}" for key in world["live_members"] if key in live)
    paid = frozenset(f"id-{key}" for key in world["live_paid"] if key in live)
    groups = (team("crew", members), team("pay", paid))
    snapshot = Snapshot(NOW, tuple(live.values()), groups, complete=True)
    links = [Link(Kind.USER, key, f"id-{key}", key, None) for key in live]
    links += [Link(Kind.GROUP, key, f"id-{key}", key, None) for key in ("crew", "pay")]
    lost = tuple(Loss(Kind.USER, key, f"id-{key}") for key in world["lost"] if key not in live)
    memory = Memory(tuple(links), runs=1, losses=lost)
    intent = Intent(target, wanted, findings=police(desired, NOW))
    return Plan(NOW, "t", "d", None, (plan_target(intent, snapshot, memory),)), lost


def team(key, members):
    fields = {"displayName": key, "externalId": key}
    return Live(Kind.GROUP, f"id-{key}", {"id": f"id-{key}", **fields}, members)


def account(key):
    fields = {"userName": f"{key}@x.example", "externalId": key, "active": True, "title": "Old"}
    return Live(Kind.USER, f"id-{key}", {"id": f"id-{key}", **fields})


@given(world=WORLDS)
def test_no_plan_beyond_a_limit_takes_anything_away_unheld(world):
    plan, lost = plan_of(world)
    free = [item for item in plan.changes if not item.held_by]
    going = [item for item in free if item.action in (Action.DISABLE, Action.DELETE)]
    ours = len(world["live"])
    assert len(going) <= max(world["removals"]["floor"], ours * world["removals"]["percent"] // 100)
    if going and lost:
        total = ours + len(lost)
        allowed = max(world["daily"]["floor"], total * world["daily"]["percent"] // 100)
        assert len(going) + len(lost) <= allowed
    keys = {item.key for item in going}
    leaving = {member.name for item in free for member in item.remove}
    # Whoever is gone from the YAML is required by the base alone.
    required = {key for key in world["required"] if key in {*world["enabled"], *world["disabled"]}}
    assert keys.isdisjoint(required)
    assert leaving.isdisjoint(required.union(world["protected"]))
    staying = [key for key in world["live_members"] if key in world["live"]]
    if world["sensitive"] and staying:
        crew = [item for item in free if item.key == "crew"]
        added = {member.name for item in crew for member in item.add}
        left = {member.name for item in crew for member in item.remove}
        assert {*staying, *added} - keys - left


@given(world=WORLDS)
def test_no_policy_holds_what_takes_away_and_none_lets_through_what_breaks_it(world):
    plan, _ = plan_of(world)
    for change in plan.changes:
        if change.action in TAKES:
            assert not any(guard.startswith("policy:") for guard in change.held_by)
    both = {*world["members"]} & {*world["paid"]}
    active = {*world["enabled"]} - {*world["disabled"]}
    for change in plan.changes:
        if change.action is Action.ADD_MEMBERS and not change.held_by:
            assert {member.name for member in change.add}.isdisjoint(both & active)
    dated = {*world["dated"]}
    for change in plan.changes:
        if change.action is Action.CREATE and not change.held_by and change.kind is Kind.USER:
            assert change.key not in world["retitled"] or change.key in dated


@given(world=WORLDS)
def test_accepting_one_guard_never_releases_what_another_holds(world):
    plan, _ = plan_of(world)
    guards = {item.guard for target in plan.targets for item in target.violations}
    for guard in guards:
        accepted = accept_guards(plan, frozenset([guard]))
        others = [item for item in plan.targets[0].violations if item.guard != guard]
        for change in accepted.changes:
            if not change.held_by:
                assert not any(holds(item, change) for item in others), (guard, change)
    released = accept_guards(plan, frozenset(guards))
    assert [item for item in released.changes if item.held_by] == []


def holds(violation, change):
    """Tell whether *violation* holds *change*, or one of its members."""
    if change.operation not in violation.holds:
        return False
    named = {name for change_id, name in violation.members if change_id == change.operation}
    return not named or bool(named & {item.name for item in (*change.add, *change.remove)})
