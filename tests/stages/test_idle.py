"""Who is idle, beside the cases `idle-…` in tests/cases: other ways to look at the same states."""

import pytest

from reconciler.model.fingerprint import fingerprint
from reconciler.model.grounds import side_of
from reconciler.model.plan import Plan
from reconciler.model.route import Routes
from reconciler.pipeline import prepare_target
from reconciler.stages.focus import focus_plan
from reconciler.stages.idle import mark_idle
from tests.world import NOW, World

YAML = """\
scopes:
  germans:
    - name: Germany
      all:
        - {attribute: country, operator: equals, value: DE}
mappings:
  people:
    for: user
    attributes:
      userName: {expression: "[userPrincipalName]", match: 1}
users:
  ada: {userPrincipalName: ada@x.example, country: DE}
  bob: {userPrincipalName: bob@x.example, country: NL}
  cy: {userPrincipalName: cy@x.example, country: DE, from: 2027-01-01}
groups:
  crew: {members: [ada, bob]}
targets:
  app:
    profile: generic-scim
    url: https://app.example/scim/v2
    auth: {bearer: {env: APP_TOKEN}}
    users: {mapping: people, filter: germans}
    assignments:
      - {group: crew}
      - {user: cy, role: Admin}
      - {user: ada, role: Admin, from: 2027-01-01}
"""


@pytest.fixture
def world():
    return World(YAML)


def side(desired):
    target = desired.targets["app"]
    wanted, _ = prepare_target(desired, target, NOW)
    return side_of(target, wanted, Routes(desired, NOW.date()))


def idle(world, base=None, *, is_compared=True, users=()):
    plan = world.plan().targets[0]
    if users:
        plan = focus_plan(plan, frozenset(users))
    return mark_idle(plan, side(world.desired), base, is_compared=is_compared)


def keys(plan):
    return [item.ref.key for item in plan.idle]


def test_at_a_target_that_the_base_lacks_everybody_is_idle_by_this_change(world):
    found = idle(world)
    assert (keys(found), found.idle_count) == (["bob", "cy", "ada"], 3)


def test_without_a_base_they_are_only_counted(world):
    found = idle(world, is_compared=False)
    assert (found.idle, found.idle_count) == ((), 3)


def test_who_was_idle_before_in_the_same_way_is_only_counted(world):
    base = side(world.desired)
    world.change(YAML.replace("value: DE", "value: AT"))
    assert keys(idle(world, base)) == ["ada", "cy"], "bob was not admitted before either"
    world.change(YAML.replace("country: DE, from: 2027-01-01", "country: DE, from: 2027-02-01"))
    found = idle(world, base)
    assert (keys(found), found.idle_count) == (["cy"], 3)
    assert found.idle[0].why == "disabled: starts on 2027-02-01"


def test_who_loses_a_way_and_was_idle_before_is_not_told_and_who_gets_one_more_is(world):
    both = YAML.replace("      - {user: cy, role: Admin}\n", "      - {user: bob}\n")
    world.change(both)
    base = side(world.desired)
    world.change(both.replace("members: [ada, bob]", "members: [ada]"))
    assert keys(idle(world, base)) == []
    world.change(both.replace("{user: bob}", "{user: bob}\n      - {user: bob, role: Admin}"))
    found = idle(world, base)
    assert [(item.ref.key, item.given) for item in found.idle] == [
        ("bob", "assigned directly as Admin")
    ]


def test_on_demand_only_those_asked_for_count(world):
    found = idle(world, users=["bob"])
    assert (keys(found), found.idle_count) == (["bob"], 1)
    assert found.idle[0].given == "assigned through the group crew"
    assert found.notes[-1].endswith("2 changes of accounts and groups, 1 member of groups.")


def test_nothing_of_it_is_in_the_fingerprint(world):
    plan, found = world.plan(), idle(world)
    assert found.idle
    assert fingerprint(Plan(NOW, "", "", None, (found,))) == fingerprint(plan)


def test_where_everybody_is_in_scope_a_filter_still_keeps_back(world):
    text = YAML.replace("    users: {map", "    scope: all\n    users: {map")
    text = text.replace("    assignments:\n      - {group: crew}\n", "    assignments:\n")
    world.change(text + "    groups: {provision: all, filter: germans}\n")
    found = idle(world)
    assert keys(found) == ["bob", "cy", "crew", "ada"]
    assert {item.given for item in found.idle} >= {
        "in scope, as everybody is",
        "provisioned, as all groups are",
    }


def test_who_is_disabled_and_has_an_account_is_not_idle(world):
    world.change(YAML.replace("country: DE, from: 2027-01-01", "country: DE"))
    world.apply(world.plan())
    world.change(YAML)
    assert "cy" not in keys(idle(world)), "it is disabled by this plan"
    world.apply(world.plan())
    found = idle(world)
    assert keys(found) == ["bob", "ada"], "it is disabled, as it should be"


def test_who_is_told_of_otherwise_is_not_idle(world):
    everybody = YAML.replace(", filter: germans", "")
    world.change(everybody)
    world.apply(world.plan())
    world.change(YAML.replace("filter: germans", "filter: germans, actions: [create, update]"))
    plan = idle(world)
    assert [item.object_id for item in plan.withheld] == ["app/user/bob"]
    assert "bob" not in keys(plan)
