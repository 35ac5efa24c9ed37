"""Who gains and loses what, and by which line: a base that was applied, then another state."""

import json
from dataclasses import replace
from datetime import date
from functools import cache

import jsonschema
import pytest

from reconciler.model.access import Danger, Thing, Turn
from reconciler.model.fingerprint import fingerprint
from reconciler.model.grounds import Grounds, side_of
from reconciler.model.plan import MemberChange, Plan
from reconciler.model.route import Routes
from reconciler.pipeline import prepare_target
from reconciler.render.planfile.dump import dump_plan, plan_schema
from reconciler.stages.access import view_access
from tests.world import NOW, World

BASE = """\
scopes:
  engineers:
    - name: engineers
      all:
        - {attribute: department, operator: equals, value: Engineering}
mappings:
  people:
    for: user
    attributes:
      userName: {expression: "[userPrincipalName]", match: 1}
      roles: AssertiveAppRoleAssignmentsComplex([appRoleAssignments])
users:
  ada: {userPrincipalName: ada@x.example, department: Engineering}
  bob: {userPrincipalName: bob@x.example}
  cy: {userPrincipalName: cy@x.example, until: 2026-12-31}
  dee: {userPrincipalName: dee@x.example, sensitive: true}
groups:
  prod-admins:
    sensitive: true
    owner: grace
    members:
      - {group: oncall}
      - dee
  oncall:
    members:
      - ada
      - bob
  people:
    members: [ada, bob, cy, dee]
  builders: {members_where: engineers}
targets:
  app:
    profile: generic-scim
    url: https://app.example/scim/v2
    auth: {bearer: {env: APP_TOKEN}}
    users: {mapping: people}
    groups: {provision: all}
    sensitive_roles: [Admin]
    assignments:
      - {group: people, role: Member}
      - {user: dee, role: Admin}
"""


def line_of(text, part):
    """Return where *part* first stands, as the plan names it."""
    number = next(n for n, line in enumerate(text.splitlines(), 1) if part in line)
    return f"0.yaml:{number}"


@cache
def applied(text):
    """Return a target that holds *text*, and that desired state; planning changes neither."""
    world = World(text)
    world.apply(world.plan())
    return world, world.desired


class Review:
    """The access view of *after*, seen from a target that holds *before*."""

    def __init__(self, after, before=BASE, *, with_base=True):
        world, base = applied(before)
        world.change(after)
        plan = world.plan().targets[0]
        self.head = self._side(world.desired)
        grounds = Grounds(self.head, self._side(base) if with_base else None)
        self.plan = replace(plan, access=view_access(plan, grounds))
        self.people = {person.name: person for person in self.plan.access.people}
        self.groups = {group.key: group for group in self.plan.access.groups}
        self.whole = Plan(NOW, "test", "", None, (self.plan,))

    @staticmethod
    def _side(desired):
        target = desired.targets["app"]
        wanted, _ = prepare_target(desired, target, NOW)
        return side_of(target, wanted, Routes(desired, NOW.date()))

    def effect(self, person, key):
        (found,) = [item for item in self.people[person].effects if item.key == key]
        return found


def test_nobody_is_named_where_nothing_changes():
    assert Review(BASE).people == {}


def test_a_line_taken_out_of_a_nested_group_is_named_with_the_way_and_the_badge():
    review = Review(BASE.replace("      - bob\n", ""))
    effect = review.effect("bob", "prod-admins")
    assert (effect.thing, effect.turn, effect.privileged) == (Thing.GROUP, Turn.TAKEN, True)
    assert str(effect.cause.at) == line_of(BASE, "      - bob")
    assert (effect.cause.line, effect.cause.through) == ("removed", ("oncall",))
    assert review.people["bob"].danger(gains=False) is Danger.PRIVILEGED_LOSS
    assert review.groups["prod-admins"].leaves == ("bob",)
    assert review.groups["prod-admins"].owner == "grace"


def test_a_nesting_taken_out_takes_everybody_below_with_it():
    review = Review(BASE.replace("      - {group: oncall}\n", ""))
    assert set(review.people) == {"ada", "bob"}
    for name in ("ada", "bob"):
        cause = review.effect(name, "prod-admins").cause
        assert (str(cause.at), cause.line) == (line_of(BASE, "{group: oncall}"), "removed")


def test_without_a_base_the_group_is_the_best_that_is_known():
    after = BASE.replace("      - bob\n", "")
    cause = Review(after, with_base=False).effect("bob", "oncall").cause
    assert (str(cause.at), cause.line) == (line_of(after, "  oncall:"), "")
    assert cause.why == "no line makes bob a member"


def test_a_rule_that_no_longer_admits_somebody_is_named():
    review = Review(BASE.replace("department: Engineering}", "department: Sales}"))
    cause = review.effect("ada", "builders").cause
    assert (cause.rule, cause.why) == ("engineers", "the rule engineers no longer admits ada")
    assert str(cause.at) == line_of(BASE, "members_where")


def test_a_rule_that_admits_somebody_is_named():
    cause = Review(BASE, BASE.replace("department: Engineering}", "department: Sales}"))
    cause = cause.effect("ada", "builders").cause
    assert (cause.rule, cause.line, str(cause.at)) == (
        "engineers",
        "",
        line_of(BASE, "members_where"),
    )


def test_a_rule_that_is_new_is_an_added_line():
    review = Review(BASE, BASE.replace("{members_where: engineers}", "{}"))
    cause = review.effect("ada", "builders").cause
    assert (cause.rule, cause.line) == ("engineers", "added")


def test_a_role_taken_away_names_the_assignment_and_is_privileged():
    review = Review(BASE.replace("      - {user: dee, role: Admin}\n", ""))
    effect = review.effect("dee", "Admin")
    assert (effect.thing, effect.turn, effect.privileged) == (Thing.ROLE, Turn.TAKEN, True)
    assert (str(effect.cause.at), effect.cause.line) == (line_of(BASE, "role: Admin"), "removed")
    assert not review.people["dee"].departs


def test_a_role_given_is_the_most_dangerous_of_all():
    after = BASE.replace("role: Admin}\n", "role: Admin}\n      - {user: bob, role: admin}\n")
    review = Review(after)
    effect = review.effect("bob", "admin")
    assert (effect.turn, effect.cause.line, effect.privileged) == (Turn.GIVEN, "added", True)
    assert review.people["bob"].danger(gains=True) is Danger.PRIVILEGED_GAIN


def test_who_is_disabled_loses_everything_by_one_line():
    after = BASE.replace("bob@x.example}", "bob@x.example, accountEnabled: false}")
    person = Review(after).people["bob"]
    assert person.departs
    things = [(item.thing, item.key) for item in person.losses]
    assert things == [
        (Thing.ACCOUNT, "bob"),
        (Thing.ROLE, "Member"),
        (Thing.GROUP, "oncall"),
        (Thing.GROUP, "people"),
        (Thing.GROUP, "prod-admins"),
    ]
    assert {(str(item.cause.at), item.cause.why) for item in person.losses} == {
        (line_of(after, "  bob:"), "accountEnabled is false")
    }
    assert {item.cause.line for item in person.losses} == {"added"}


def test_who_is_gone_from_the_yaml_is_found_in_the_base():
    after = BASE.replace("  bob: {userPrincipalName: bob@x.example}\n", "")
    after = after.replace("      - bob\n", "").replace("ada, bob, cy", "ada, cy")
    review = Review(after)
    cause = review.effect("bob", "bob").cause
    assert (str(cause.at), cause.line, cause.why) == (
        line_of(BASE, "  bob:"),
        "removed",
        "gone from the YAML",
    )
    assert Review(after, with_base=False).effect("bob", "bob").cause.at is None


def test_who_is_unassigned_loses_the_account_by_the_line_that_assigned():
    review = Review(BASE.replace("      - {group: people, role: Member}\n", ""))
    cause = review.effect("ada", "ada").cause
    assert (str(cause.at), cause.line, cause.through) == (
        line_of(BASE, "role: Member"),
        "removed",
        ("people",),
    )
    assert "dee" not in review.people or not review.people["dee"].departs


def test_a_membership_that_ended_names_its_line_and_day():
    after = BASE.replace("      - bob\n", "      - {user: bob, until: 2026-06-30}\n")
    for with_base in (True, False):
        cause = Review(after, with_base=with_base).effect("bob", "prod-admins").cause
        assert str(cause.at) == line_of(after, "until: 2026-06-30")
        assert (cause.why, cause.line) == ("that membership ended on 2026-06-30", "")


def test_an_assignment_that_ended_is_why_the_account_goes():
    after = BASE.replace("{group: people, role: Member}", "{user: ada, until: 2026-06-30}")
    cause = Review(after, with_base=False).effect("ada", "ada").cause
    assert cause.why == "assigned, but it ended on 2026-06-30"
    assert str(cause.at) == line_of(after, "until: 2026-06-30")
    cause = Review(after).effect("ada", "ada").cause
    assert (str(cause.at), cause.line) == (line_of(BASE, "role: Member"), "removed")


def test_somebody_new_names_the_line_the_way_and_the_last_day():
    before = BASE.replace("  cy: {userPrincipalName: cy@x.example, until: 2026-12-31}\n", "")
    before = before.replace("bob, cy, dee", "bob, dee")
    review = Review(BASE, before)
    cause = review.effect("cy", "cy").cause
    assert (str(cause.at), cause.line) == (line_of(BASE, "  cy:"), "added")
    assert (cause.through, cause.until) == (("people",), date(2026, 12, 31))
    effect = review.effect("cy", "people")
    assert (effect.cause.line, effect.cause.until) == ("added", date(2026, 12, 31))
    assert review.effect("cy", "Member").cause.through == ("people",)


def test_a_stranger_in_our_group_is_named_by_id():
    review = Review(BASE.replace("      - bob\n", ""))
    eve = MemberChange(None, "99", "eve@x.example")
    waves = tuple(
        tuple(replace(item, remove=(eve,)) if item.remove else item for item in wave)
        for wave in review.plan.waves
    )
    access = view_access(replace(review.plan, waves=waves), Grounds(review.head))
    (person,) = access.people
    assert (person.name, person.display) == ("id:99", "eve@x.example")
    assert {item.cause.why for item in person.effects} == {"nobody in the directory"}


def test_a_group_that_is_deleted_is_lost_by_everybody_in_it():
    before = BASE.replace(
        "groups: {provision: all}",
        "groups: {provision: all, removed: delete, actions: [create, update, delete]}",
    )
    after = before.replace("  builders: {members_where: engineers}\n", "")
    review = Review(after, before)
    effect = review.effect("ada", "builders")
    assert (effect.turn, effect.cause.line) == (Turn.TAKEN, "removed")
    assert effect.cause.why == "the group is gone from the YAML"
    assert effect.held_by == ("revocations",)


@pytest.mark.parametrize("mark", ["sensitive: true", "sensitive: false"])
def test_the_mark_of_the_base_counts_where_the_head_takes_it_away(mark):
    after = BASE.replace("sensitive: true\n    owner", f"{mark}\n    owner").replace(
        "      - bob\n", ""
    )
    assert Review(after).effect("bob", "prod-admins").privileged


def test_whoever_is_sensitive_is_privileged_whatever_changes():
    review = Review(
        BASE.replace("      - dee\n", "").replace("sensitive: true\n    owner", "owner")
    )
    assert review.people["dee"].privileged


def test_the_view_stands_in_the_plan_file_and_not_in_the_fingerprint():
    review = Review(BASE.replace("      - bob\n", ""))
    document = json.loads(dump_plan(review.whole))
    jsonschema.Draft202012Validator(plan_schema()).validate(document)
    (bob,) = document["targets"][0]["access"]["people"]
    assert bob["effects"][1] == {
        "thing": "group",
        "key": "prod-admins",
        "name": "prod-admins",
        "turn": "taken",
        "gains": False,
        "change": "app/group/prod-admins/remove-members",
        "origin": "unknown",
        "at": line_of(BASE, "      - bob"),
        "line": "removed",
        "through": ["oncall"],
        "privileged": True,
    }
    blind = replace(review.whole, targets=(replace(review.plan, access=None),))
    assert fingerprint(blind) == fingerprint(review.whole)


UNHEARD = BASE.replace(
    "      roles: AssertiveAppRoleAssignmentsComplex([appRoleAssignments])\n", ""
)
ADMIN = "      - {user: dee, role: Admin}\n"


def test_a_role_that_the_app_is_not_told_of_is_lost_by_the_line_that_is_gone():
    review = Review(UNHEARD.replace(ADMIN, ""), UNHEARD)
    assert not review.plan.changes
    assert set(review.people) == {"dee"}
    effect = review.effect("dee", "Admin")
    assert (effect.thing, effect.turn, effect.privileged) == (Thing.ROLE, Turn.TAKEN, True)
    assert (effect.change, effect.origin, effect.cause.line) == ("", "this_change", "removed")
    assert str(effect.cause.at) == line_of(UNHEARD, "role: Admin")
    assert effect.unheard
    assert not review.people["dee"].departs


def test_a_role_that_the_app_is_not_told_of_is_gained_through_a_group():
    after = UNHEARD.replace(ADMIN, f"{ADMIN}      - {{group: oncall, role: Admin}}\n")
    review = Review(after, UNHEARD)
    assert not review.plan.changes
    assert set(review.people) == {"ada", "bob"}
    effect = review.effect("bob", "Admin")
    assert (effect.turn, effect.privileged, effect.origin) == (Turn.GIVEN, True, "this_change")
    assert (effect.cause.line, effect.cause.through) == ("added", ("oncall",))
    assert str(effect.cause.at) == line_of(after, "group: oncall, role")
    assert review.people["bob"].danger(gains=True) is Danger.PRIVILEGED_GAIN


def test_without_a_base_nothing_is_said_of_roles_that_the_app_is_not_told_of():
    assert Review(UNHEARD.replace(ADMIN, ""), UNHEARD, with_base=False).people == {}


def test_whose_account_goes_loses_such_a_role_once_with_the_account():
    after = UNHEARD.replace("bob@x.example}", "bob@x.example, accountEnabled: false}")
    person = Review(after, UNHEARD).people["bob"]
    roles = [item for item in person.losses if item.thing is Thing.ROLE]
    assert [(item.key, bool(item.change)) for item in roles] == [("Member", True)]


def test_a_role_that_comes_or_goes_with_an_account_is_not_told_either():
    gone = Review(
        UNHEARD.replace("  dee: {userPrincipalName: dee@x.example, sensitive: true}\n", "")
        .replace(ADMIN, "")
        .replace("      - dee\n", "")
        .replace(", dee]", "]"),
        UNHEARD,
    )
    lost = gone.effect("dee", "Admin")
    assert (lost.turn, lost.change) == (Turn.TAKEN, "app/user/dee")
    assert (lost.unheard, gone.effect("dee", "dee").unheard) == (True, False)
    text = UNHEARD.replace("users:\n", "users:\n  eve: {userPrincipalName: eve@x.example}\n")
    come = Review(text.replace(ADMIN, f"{ADMIN}      - {{user: eve, role: Admin}}\n"), UNHEARD)
    gained = come.effect("eve", "Admin")
    assert (gained.turn, gained.change) == (Turn.GIVEN, "app/user/eve")
    assert (gained.unheard, come.effect("eve", "eve").unheard) == (True, False)


def test_where_a_mapping_carries_roles_nothing_is_said_of_it():
    text = BASE.replace("users:\n", "users:\n  eve: {userPrincipalName: eve@x.example}\n")
    come = Review(text.replace(ADMIN, f"{ADMIN}      - {{user: eve, role: Admin}}\n"))
    assert not come.effect("eve", "Admin").unheard
