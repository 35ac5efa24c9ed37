"""What is known to be refused is a problem before anything is sent."""

from datetime import UTC, datetime

from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.gallery.load import load_gallery
from reconciler.pipeline import prepare_target

NOW = datetime(2026, 7, 1, tzinfo=UTC)
STATE = """\
users:
  ada: {userPrincipalName: ada@contoso.example, displayName: "Ada %"}
  bob: {userPrincipalName: bob@contoso.example, displayName: Bob}
  cyd: {userPrincipalName: cyd@contoso.example, displayName: "Cyd %", accountEnabled: false}
mappings:
  people:
    for: user
    attributes:
      userName: {expression: "[userPrincipalName]", match: 1}
      displayName: "[displayName]"
targets:
  app:
    profile: generic-scim
    url: https://app.example/scim/v2
    auth: {bearer: {env: APP_TOKEN}}
    scope: all
    users: {mapping: people, attributes: {displayName: {forbidden: "%"}}}
"""


def test_a_value_that_the_app_refuses_is_a_problem_of_that_user_who_is_in_scope():
    desired, _ = load_desired([SourceFile("a.yaml", STATE.encode())], load_gallery())
    _, problems = prepare_target(desired, desired.targets["app"], NOW)
    assert [(item.rule, str(item.at), item.message, item.hint) for item in problems] == [
        (
            "refused-value",
            "a.yaml:2",
            "user ada: app refuses displayName: it holds '%'",
            "It comes from [displayName] at a.yaml:10.",
        )
    ]


def test_the_key_counts_too_where_it_becomes_the_external_id():
    state = STATE.replace('{displayName: {forbidden: "%"}}', "{externalId: {max_length: 2}}")
    desired, _ = load_desired([SourceFile("a.yaml", state.encode())], load_gallery())
    _, problems = prepare_target(desired, desired.targets["app"], NOW)
    assert [item.message for item in problems] == [
        "user ada: app refuses externalId: it has 3 characters where 2 are allowed",
        "user bob: app refuses externalId: it has 3 characters where 2 are allowed",
    ]
