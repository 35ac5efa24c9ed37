"""The expression builder, as people type it."""

import json

import pytest

from reconciler.cli.boundary import run


@pytest.fixture
def evaluate(capsys):
    def run_it(*arguments, code=0):
        ended = run(["eval", *arguments])
        printed = capsys.readouterr()
        assert ended == code, printed.err
        assert "Traceback" not in printed.err
        return printed

    return run_it


DEPARTMENT = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"

VALUES = [
    (["[a]"], None, "null"),
    (["[a]", "--set", "a=7"], "7", "string"),
    (["[a]", "--set", "a:=7"], 7, "integer"),
    (["[a]", "--set", "a:=true"], True, "boolean"),
    (["[a]", "--set", "a:=null"], None, "null"),
    (["[a]", "--set", 'a:=["x", 1]'], ["x", 1], "list"),
    (["[a]", "--set", "a=x=y:=z"], "x=y:=z", "string"),
    (["[a]", "--set", "a="], "", "string"),
    (['CDate("2020-03-16-07:00")'], "3/16/2020 7:00:00 AM", "date"),
    (["IgnoreFlowIfNullOrEmpty([a])"], None, "ignore"),
    (["Count([a])", "--set", 'a:=["x", "y"]'], 2, "integer"),
    (["Now()", "--now", "2026-07-01T15:33:38Z"], "7/1/2026 3:33:38 PM", "date"),
    (["Redact([a])", "--set", "a=hush"], "[Redact]", "string"),
    (["Redact([a])"], None, "null"),
    (["SelectUniqueValue([a], [b])", "--set", "a=x", "--set", "b=y"], "x", "string"),
    (
        [
            "[urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department]",
            "--set",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department=Sales",
        ],
        "Sales",
        "string",
    ),
    (
        ['[addresses[type eq "a=b"].locality]', "--set", 'addresses[type eq "a=b"].locality=Wien'],
        "Wien",
        "string",
    ),
    (["[a:b]", "--set", "a:b:=1"], 1, "integer"),
    (["[a=b] & [a]", "--set", "a=b=1", "--set", "a=2"], "12", "string"),
]


@pytest.mark.parametrize(("arguments", "value", "kind"), VALUES)
def test_json_says_the_value_and_its_type(evaluate, arguments, value, kind):
    printed = evaluate(*arguments, "--format", "json")
    assert json.loads(printed.out) == {"value": value, "type": kind}
    assert printed.err == ""


def test_text_shows_every_part_and_what_was_not_needed(evaluate):
    expression = 'IIF([a]="x", Join("-", [a], [b]), [c])'
    shown = evaluate(expression, "--set", "a=x", "--set", "b=y").out
    assert (
        shown
        == """\
"x-y"

  IIF(…)     "x-y"
    =        True
      [a]    "x"
      "x"    "x"
    Join(…)  "x-y"
      "-"    "-"
      [a]    "x"
      [b]    "y"
    [c]      not needed
"""
    )


def test_what_flows_through_redact_is_masked_up_to_the_result(evaluate):
    shown = evaluate('Join("-", Redact([a]), [b])', "--set", "a=hush", "--set", "b=y").out
    assert "hush" not in shown
    assert shown.startswith("[Redact]\n")
    assert '[b]        "y"' in shown


def test_hostile_values_are_escaped(evaluate):
    shown = evaluate("[a] & [b]", "--set", "a=\x1b[31m", "--set", "b=\u202egnp").out
    assert "\x1b" not in shown
    assert "\u202e" not in shown


MISTAKES = [
    (["Foo([a])"], "there is no function Foo\n    | Foo([a])\n    | ^\n"),
    (
        ['Join("", Mid([a], 0, 1))'],
        'start counts from 1, and it is 0\n    | Join("", Mid([a], 0, 1))\n    |          ^\n',
    ),
    (
        ['Join("", Mid([a], [b], 1))', "--set", "b=x"],
        (
            "start must be a whole number, and it is 'x'\n    | Join(\"\", Mid([a], [b], 1))\n"
            "    |          ^\n"
        ),
    ),
    (["Append([a]"], "this bracket is not closed\n    | Append([a]\n    |       ^\n"),
    ([""], "the expression ends too early"),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES)
def test_a_mistake_ends_with_a_caret(evaluate, arguments, message):
    printed = evaluate(*arguments, code=1)
    assert message in printed.err
    assert printed.out == ""


def test_the_reason_does_not_tell_what_must_be_masked(evaluate):
    printed = evaluate("CDate(Redact([a]))", "--set", "a=hush-hush", code=1)
    assert "hush-hush" not in printed.err
    assert "the reason would show what must be masked" in printed.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "there is no '=' or ':='"),
        ("a:={", "this is no JSON"),
        ('a:={"b": []}', "may hold only text, numbers and booleans"),
    ],
)
def test_a_setting_that_is_none_is_wrong_input(evaluate, text, message):
    assert message in " ".join(evaluate("[a]", "--set", text, code=1).err.split())


def test_a_name_that_is_not_read_is_said(evaluate):
    printed = evaluate("[mail]", "--set", "mial=x")
    assert printed.out == "null\n"
    assert "does not read 'mial'. Did you mean 'mail'?" in printed.err


def test_a_user_brings_its_attributes_and_its_standing_at_a_target(desk):
    desk.document["attributes"] = {"employeeId2": {"sensitive": True}}
    desk.document["users"]["u00"]["employeeId2"] = "E-1"
    desk.document["users"]["u01"]["until"] = "2026-06-30"
    desk.document["targets"]["app"] |= {
        "scope": "assigned",
        "assignments": [{"user": "u00", "role": "Admin"}],
    }

    def value(expression, *options):
        desk.write()
        places = ["--desired-state", str(desk.folder / "desired-state"), "--format", "json"]
        assert run(["eval", expression, *options, *places]) == 0
        return json.loads(desk.capture.readouterr().out)["value"]

    assert value("[givenName]", "--user", "u00") == "Given"
    assert value("[objectId]", "--user", "u00") == "u00"
    assert value("[employeeId2]", "--user", "u00") == "[Redact]"
    assert value("[givenName]", "--user", "u00", "--set", "givenName=Ada") == "Ada"
    now = ("--now", "2026-07-01")
    assert value("[IsSoftDeleted]", "--user", "u00", *now) is False
    assert value("[IsSoftDeleted]", "--user", "u01", *now) is True
    at_app = ("--target", "app", *now)
    assert value("[appRoleAssignments]", "--user", "u00", *at_app) == ["Admin"]
    assert value("[IsSoftDeleted]", "--user", "u02", *at_app) is True
    assert run(["eval", "[a]", "--user", "u0", "--desired-state", f"{desk.folder}/desired-state"])
    assert "there is no user 'u0'" in desk.capture.readouterr().err
