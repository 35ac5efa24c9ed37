"""Whose access ends within two weeks: today is 2026-07-01, a day that counts."""

import pytest

from reconciler.desired.files import SourceFile
from reconciler.model.grounds import side_of
from reconciler.model.route import Routes
from reconciler.pipeline import prepare_target
from reconciler.stages.ending import find_endings
from tests.world import NOW, World

BASE = """\
users:
  ada: {userPrincipalName: ada@x.example}
  bob: {userPrincipalName: bob@x.example}
groups:
  staff: {members: [ada, bob]}
  crew:
    sensitive: true
    members: [ada, {group: night}]
  night: {members: [bob]}
targets:
  app:
    profile: generic-scim
    url: https://app.example/scim/v2
    auth: {bearer: {env: APP_TOKEN}}
    groups: {provision: all}
    sensitive_roles: [Admin]
    assignments:
      - {group: staff, role: Member}
"""


def endings(text):
    desired = World.compile([SourceFile("a.yaml", text.encode())])
    target = desired.targets["app"]
    wanted, _ = prepare_target(desired, target, NOW)
    found = find_endings(side_of(target, wanted, Routes(desired, NOW.date())))
    return [
        (item.key, str(item.thing), item.name, str(item.until), item.at.line, item.privileged)
        for item in found
    ]


def put(old, new, text=BASE):
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("day", "is_soon"),
    [
        ("2026-06-30", False),
        ("2026-07-01", True),
        ("2026-07-15", True),
        ("2026-07-16", False),
    ],
)
def test_the_last_day_counts_up_to_two_weeks_from_today(day, is_soon):
    text = put("bob@x.example}", f"bob@x.example, until: {day}}}")
    expected = [("bob", "account", "bob", day, 3, False)] if is_soon else []
    assert endings(text) == expected


def test_a_group_that_is_not_at_the_target_ends_nothing_there():
    text = put("members: [bob]", "members: [{user: bob, until: 2026-07-05}]")
    text = put("{provision: all}", "{provision: assigned}", text)
    assert endings(text) == []


def test_a_membership_ends_in_the_group_and_in_those_above_it():
    text = put("members: [bob]", "members: [{user: bob, until: 2026-07-05}]")
    assert endings(text) == [
        ("bob", "group", "crew", "2026-07-05", 9, True),
        ("bob", "group", "night", "2026-07-05", 9, False),
    ]


def test_a_nesting_that_ends_takes_those_below():
    text = put("{group: night}", "{group: night, until: 2026-07-05}")
    assert endings(text) == [("bob", "group", "crew", "2026-07-05", 8, True)]


def test_another_way_that_stays_open_is_no_ending():
    text = put("{group: night}", "bob, {group: night, until: 2026-07-05}")
    assert endings(text) == []


def test_a_way_that_opens_on_the_next_day_is_no_ending():
    text = put("{group: night}", "{user: bob, from: 2026-07-06}, {group: night, until: 2026-07-05}")
    assert endings(text) == []
    late = put("from: 2026-07-06", "from: 2026-07-07", text)
    assert [item[:4] for item in endings(late)] == [("bob", "group", "crew", "2026-07-05")]


def test_an_assignment_that_ends_takes_the_account_and_nothing_else_is_named():
    text = put("{group: staff, role: Member}", "{group: staff, role: Member, until: 2026-07-05}")
    assert endings(text) == [
        ("ada", "account", "ada", "2026-07-05", 18, False),
        ("bob", "account", "bob", "2026-07-05", 18, False),
    ]


def test_a_membership_through_which_the_account_is_assigned_ends_it():
    text = put(
        "staff: {members: [ada, bob]}", "staff: {members: [ada, {user: bob, until: 2026-07-05}]}"
    )
    assert endings(text) == [("bob", "account", "bob", "2026-07-05", 5, False)]


def test_a_role_ends_where_another_assignment_keeps_the_account():
    text = f"{BASE}      - {{user: ada, role: Admin, until: 2026-07-05}}\n"
    assert endings(text) == [("ada", "role", "Admin", "2026-07-05", 19, True)]
    renewed = text + "      - {user: ada, role: Admin, from: 2026-07-06}\n"
    assert endings(renewed) == []


def test_what_ends_first_stands_first():
    text = put("bob@x.example}", "bob@x.example, until: 2026-07-09}")
    text = put("ada@x.example}", "ada@x.example, sensitive: true, until: 2026-07-10}", text)
    assert [(item[0], item[5]) for item in endings(text)] == [("bob", False), ("ada", True)]
