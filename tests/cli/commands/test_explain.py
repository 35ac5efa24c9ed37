"""`reconciler explain`: who is meant and what is asked; the words are in tests/test_explain.py."""

import json

import pytest


@pytest.fixture
def settled(desk):
    desk.type("apply", "--sandbox", "--yes")
    return desk


def explained(desk, *arguments, code=0):
    told = desk.type("explain", *arguments, "--format", "json", code=code)
    (target,) = json.loads(told.out)["targets"]
    return target


def actions(target):
    return [
        (item["if"], [change["action"] for change in item["changes"]]) for item in target["action"]
    ]


def test_one_account_is_read_and_never_the_list(settled):
    settled.document["users"]["u03"]["jobTitle"] = "Lead"

    target = explained(settled, "u03", "--live", "--sandbox")

    assert target["requests"] == 1
    assert actions(target) == [("", ["update"])]
    (change,) = target["action"][0]["changes"]
    assert [(item["path"], item["before"], item["after"]) for item in change["attributes"]] == [
        ("title", "Engineer", "Lead")
    ]


def test_a_manager_is_read_too_and_nobody_else(settled):
    settled.document["users"]["u03"]["manager"] = "u04"

    target = explained(settled, "u03", "--live", "--sandbox")

    assert target["requests"] == 2
    (change,) = target["action"][0]["changes"]
    assert [item["after"] for item in change["attributes"]] == [{"ref": "user/u04"}]


def test_without_live_nothing_is_contacted(desk):
    target = explained(desk, "u03")

    assert target["requests"] is None
    assert [item["if"] for item in target["action"]] == [
        "there is no account",
        "there is an account of ours",
        "there is an account with that userName, not ours yet",
    ]


def test_somebody_gone_from_the_yaml_is_explained_from_the_ledger(settled):
    del settled.document["users"]["u03"]

    target = explained(settled, "u03", "--sandbox")
    assert target["scope"]["standing"] == "gone"
    assert [item["text"] for item in target["action"]] == ["it is disabled"]

    shown = settled.type("explain", "u03", "--sandbox").out
    assert "user u03 at app\n  gone from the YAML: the ledger still records it\n" in shown
    assert "✗ gone from the YAML, so what counts is removed: disable" in shown
    assert "If the account that the ledger records is still there: it is disabled." in shown

    read = explained(settled, "u03", "--sandbox", "--live")
    assert actions(read) == [("", ["disable"])]


def test_a_group_of_ours_is_explained_with_its_members(settled):
    settled.document["groups"]["crew"]["members"] = ["u01", "u05"]

    target = explained(settled, "group/crew", "--sandbox", "--live")

    members = [change["members"] for change in target["action"][0]["changes"]]
    assert members == [{"add": ["u05"], "remove": []}, {"add": [], "remove": ["u00"]}]
    assert target["requests"] == 1


def test_an_account_that_was_deleted_there_is_looked_for_by_the_other_marks(settled):
    for file in (settled.folder / "state" / "sandbox").glob("data.db*"):
        file.unlink()

    target = explained(settled, "u03", "--sandbox", "--live")

    assert [(item["by"], item["found"], item["note"]) for item in target["match"]] == [
        ("ledger", [], "it is gone"),
        ("externalId", [], ""),
        ("userName", [], ""),
    ]
    assert actions(target) == [("", ["create"])]


def test_a_name_that_a_user_and_a_group_have_must_be_said_in_full(desk):
    desk.document["groups"]["u00"] = {"displayName": "Zero"}

    told = desk.type("explain", "u00", code=1)

    assert "Say user/u00 or group/u00." in told.err
    assert desk.type("explain", "group/u00").out.startswith("group u00 (Zero) at app")
    assert desk.type("explain", "user/u00").out.startswith("user u00 (u00@contoso.example) at app")


def test_a_name_that_nobody_has_is_an_error_with_a_suggestion(desk):
    told = desk.type("explain", "user/u0", code=1)

    assert "neither the YAML nor the ledger knows 'u0'" in told.err
    assert "Did you mean 'u10'?" in told.err


def test_a_target_that_does_not_answer_is_explained_from_the_yaml(desk, monkeypatch):
    monkeypatch.setenv("RECONCILER_TEST_TOKEN", "s3cret")
    desk.document["targets"]["app"] |= {
        "url": "http://127.0.0.1:9/scim/v2",
        "service": {"retries": 0},
    }

    told = desk.type("explain", "u03", "--live", code=4)

    assert "If there is no account: it is created" in told.out
    assert "app could not be read, so its answer is from the YAML alone" in told.err
    assert "s3cret" not in told.out + told.err


def test_nothing_is_written_by_looking(settled):
    settled.document["users"]["u03"]["jobTitle"] = "Lead"
    before = settled.type("sandbox", "show", "--format", "json").out

    explained(settled, "u03", "--live", "--sandbox")

    assert settled.type("sandbox", "show", "--format", "json").out == before


def test_every_line_of_an_explanation_is_harmless(desk):
    desk.document["users"]["u03"]["displayName"] = "\x1b[31mRed\u202e"
    desk.document["users"]["u03"]["country"] = "\x1b[2J"
    desk.document["scopes"] = {
        "all": [{"name": "\x1b]0;x", "all": [{"attribute": "country", "operator": "is_not_null"}]}]
    }
    desk.document["targets"]["app"]["users"] = {"filter": "all"}

    told = desk.type("explain", "u03")

    assert "\x1b" not in told.out
    assert "\u202e" not in told.out
