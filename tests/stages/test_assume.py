"""Who is taken to be live where nobody may look."""

from reconciler.model.formerly import Formerly
from reconciler.model.intent import Intent
from reconciler.pipeline import plan_unread, prepare_target
from reconciler.stages.assume import assume_snapshot
from tests.world import NOW, World

YAML = """\
mappings:
  people:
    for: user
    attributes:
      userName: {expression: "[userPrincipalName]", match: 1}
users:
  ada: {userPrincipalName: ada@x.example}
  bob: {userPrincipalName: bob@x.example, accountEnabled: false}
  cy: {userPrincipalName: cy@x.example, from: 2027-01-01}
  dee: {userPrincipalName: dee@x.example, until: 2026-01-01}
  eve: {userPrincipalName: eve@x.example}
targets:
  app:
    profile: generic-scim
    url: https://app.example/scim/v2
    auth: {bearer: {env: APP_TOKEN}}
    users: {mapping: people}
    assignments: [{user: ada}, {user: bob}, {user: cy}, {user: dee}]
"""


def wanted(text):
    desired = World(text).desired
    return prepare_target(desired, desired.targets["app"], NOW)[0], desired.targets["app"]


def test_who_may_have_had_an_account_is_there_and_who_has_not_begun_is_not():
    snapshot = assume_snapshot(wanted(YAML)[0], NOW, "no look")
    assert {live.external_id: live.active for live in snapshot.users} == {
        "ada": True,
        "bob": False,
        "dee": False,
    }


def test_who_is_disabled_is_not_counted_as_live_and_who_begins_is_created():
    before, _ = wanted(YAML)
    text = YAML.replace("2027-01-01", "2026-01-01")
    after, target = wanted(text.replace(", accountEnabled: false", ""))
    plan = plan_unread(Intent(target, after, Formerly(before)), NOW, "of a test")
    assert plan.live_users == 1
    assert {change.key: change.action for change in plan.changes} == {
        "bob": "enable",
        "cy": "create",
    }
