"""What is known to be refused is a problem before anything is sent."""

from datetime import UTC, datetime

import pytest

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


TYPED = """\
users:
  ada: {userPrincipalName: ada@contoso.example, department: R&D, badge: secret-7}
attributes:
  badge: {sensitive: true}
mappings:
  people:
    for: user
    attributes:
      userName: {expression: "[userPrincipalName]", match: 1}
      PATH: "SOURCE"
targets:
  app:
    profile: generic-scim
    url: https://app.example/scim/v2
    auth: {bearer: {env: APP_TOKEN}}
    scope: all
    users: {mapping: people, attributes: {PATH: {type: TYPE}}}
"""


@pytest.mark.parametrize(
    ("kind", "source", "message"),
    [
        ("boolean", "[department]", "is true or false, and this is 'R&D'"),
        ("integer", "[department]", "is a whole number, and this is 'R&D'"),
        ("dateTime", "[department]", "is a date and time, and this is 'R&D'"),
        (
            "string",
            "Split([department], '&')",
            "takes one value, and this is a list of 2",
        ),
        ("integer", "[badge]", "the reason would show what must be masked"),
    ],
)
def test_a_value_that_cannot_have_the_type_is_a_problem_of_that_user(kind, source, message):
    source = source.replace("'", '\\"')
    state = TYPED.replace("PATH", "nickName").replace("SOURCE", source).replace("TYPE", kind)
    desired, found = load_desired([SourceFile("a.yaml", state.encode())], load_gallery())
    assert [str(item) for item in found if item.severity == "error"] == []
    _, problems = prepare_target(desired, desired.targets["app"], NOW)
    assert [(item.rule, str(item.at)) for item in problems] == [("no-value", "a.yaml:2")]
    assert message in problems[0].message
    assert "secret" not in str(problems[0])


def test_a_sensitive_matching_value_names_nobody():
    state = TYPED.replace("PATH", "nickName").replace("SOURCE", "[department]")
    state = state.replace("TYPE", "string").replace("[userPrincipalName]", "Redact([badge])")
    state = state.replace("users:\n", "users:\n  bob: {userPrincipalName: b, badge: secret-7}\n", 1)
    desired, _ = load_desired([SourceFile("a.yaml", state.encode())], load_gallery())
    wanted, problems = prepare_target(desired, desired.targets["app"], NOW)
    assert [item.message for item in problems] == ["users ada and bob have the same userName"]
    assert [item.display for item in wanted] == ["ada", "bob"]


@pytest.mark.parametrize("kind", ["boolean", "string, multi_valued: true"])
def test_one_of_several_values_is_chosen_for_a_single_text_alone(kind):
    source = '{expression: "SelectUniqueValue([department], [mail])", apply: create}'
    state = TYPED.replace("PATH", "nickName").replace('"SOURCE"', source).replace("TYPE", kind)
    desired, _ = load_desired([SourceFile("a.yaml", state.encode())], load_gallery())
    _, problems = prepare_target(desired, desired.targets["app"], NOW)
    assert [item.message for item in problems] == [
        (
            "user ada: nickName has no value: nickName holds no single text, and SelectUniqueValue "
            "chooses one"
        )
    ]
