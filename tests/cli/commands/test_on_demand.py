"""`plan --user` and `apply --user`: one person, on the embedded server."""

import json

import pytest


@pytest.fixture
def settled(desk):
    """A desk whose YAML is applied: u00 and u01 are in the crew."""
    desk.type("apply", "--sandbox", "--yes")
    return desk


def plan_of(desk, *keys, code=0, options=()):
    users = [item for key in keys for item in ("--user", key)]
    told = desk.type("plan", "--sandbox", "--format", "json", *users, *options, code=code)
    return json.loads(told.out)["targets"][0] if code == 0 else told


def operations(target):
    sides = ("add", "remove")
    return {c["id"]: {side: c["members"][side] for side in sides} for c in target["changes"]}


NOBODY = {"add": [], "remove": []}


def live(desk):
    """Return what the embedded server holds, by the name of each object."""
    held = json.loads(desk.type("sandbox", "show", "--format", "json").out)["app"]
    return {item.get("userName") or item["displayName"]: item for item in held}


def test_only_the_account_and_the_memberships_of_that_user_are_planned(settled):
    for key in ("u01", "u03", "u04"):
        settled.document["users"][key]["jobTitle"] = "Lead"
    settled.document["groups"]["crew"]["members"] = ["u03", "u04"]

    target = plan_of(settled, "u03")

    assert operations(target) == {
        "app/user/u03": NOBODY,
        "app/group/crew/add-members": {"add": ["u03"], "remove": []},
    }
    (note,) = target["notes"]
    assert note == (
        "Only u03 is planned. Left out of the whole plan: 2 changes of accounts and groups, "
        "3 members of groups."
    )


def test_who_leaves_a_group_leaves_alone(settled):
    settled.document["groups"]["crew"]["members"] = ["u00", "u05"]

    target = plan_of(settled, "u01")

    assert operations(target) == {
        "app/group/crew/remove-members": {"add": [], "remove": ["u01"]},
    }


def test_several_users_are_planned_together(settled):
    for key in ("u01", "u03", "u04"):
        settled.document["users"][key]["jobTitle"] = "Lead"

    assert operations(plan_of(settled, "u01", "u04")).keys() == {"app/user/u01", "app/user/u04"}


def test_a_user_to_whom_nothing_happens_is_unchanged(settled):
    settled.document["users"]["u03"]["jobTitle"] = "Lead"

    target = plan_of(settled, "u02")

    assert (target["changes"], target["counts"]["unchanged"]) == ([], 1)


def test_a_group_that_is_not_there_is_not_created_for_one_of_its_members(desk):
    target = plan_of(desk, "u00")

    assert operations(target).keys() == {"app/user/u00"}
    assert [(item["object"], item["what"], item["why"]) for item in target["withheld"]] == [
        (
            "app/group/crew",
            "add the member u00",
            "the group is not there yet, and only a whole plan creates it",
        )
    ]


def test_a_manager_without_account_is_withheld(desk):
    desk.document["users"]["u02"]["manager"] = "u03"

    target = plan_of(desk, "u02")

    (change,) = target["changes"]
    assert "manager" not in str([item["path"] for item in change["attributes"]])
    assert [item["why"] for item in target["withheld"]] == [
        "u03 has no account here yet, and only a whole plan creates it"
    ]
    both = plan_of(desk, "u02", "u03")
    assert both["withheld"] == []


def test_apply_does_one_person_and_the_next_plan_does_the_others(settled):
    for key in ("u01", "u03"):
        settled.document["users"][key]["jobTitle"] = "Lead"

    settled.type("apply", "--sandbox", "--yes", "--user", "u03")

    titles = {name: item.get("title") for name, item in live(settled).items()}
    assert titles["u03@contoso.example"] == "Lead"
    assert titles["u01@contoso.example"] == "Engineer"
    assert settled.changes() == ["app/user/u01"]


def test_what_is_said_next_names_the_user_again(settled):
    settled.document["users"]["u03"]["jobTitle"] = "Lead"

    told = settled.type("plan", "--sandbox", "--user", "u03")

    assert "`reconciler apply " in told.err
    assert " --sandbox " in told.err
    assert " --user u03` shows this plan again" in told.err


def test_somebody_gone_from_the_yaml_leaves_on_demand(settled):
    del settled.document["users"]["u03"], settled.document["users"]["u04"]

    settled.type("apply", "--sandbox", "--yes", "--user", "u03")

    active = {name: item["active"] for name, item in live(settled).items() if "active" in item}
    assert active["u03@contoso.example"] is False
    assert active["u04@contoso.example"] is True


def test_a_guard_of_the_whole_plan_holds_one_of_its_removals_too(settled):
    for number in range(3, 8):
        del settled.document["users"][f"u{number:02}"]

    target = plan_of(settled, "u03")

    (change,) = target["changes"]
    (violation,) = target["violations"]
    assert (change["id"], change["held_by"]) == ("app/user/u03", ["removals"])
    assert violation["holds"] == ["app/user/u03"]
    assert "5 of our 12 live accounts would be disabled or deleted" in violation["message"]
    told = settled.type("apply", "--sandbox", "--yes", "--user", "u03", code=3)
    assert f" --user u03 --accept {violation['accept'][:25]}" in told.err
    settled.type("apply", "--sandbox", "--yes", "--user", "u03", "--accept", violation["accept"])
    assert live(settled)["u03@contoso.example"]["active"] is False


def test_a_plan_file_of_one_user_is_applied_as_any_other(settled):
    for key in ("u01", "u03"):
        settled.document["users"][key]["jobTitle"] = "Lead"
    file = str(settled.folder / "plan.json")
    options = ("--sandbox", "--user", "u03")
    settled.type("plan", *options, "--format", "json", "--output", file)

    settled.type("apply", file, "--yes", *options)

    assert settled.changes() == ["app/user/u01"]


def test_a_key_that_nobody_has_is_an_error_with_a_suggestion(settled):
    for command in ("plan", "apply"):
        told = settled.type(command, "--sandbox", "--user", "u3", code=1)
        assert "neither the YAML nor the ledger knows 'u3'" in told.err
        assert "Did you mean 'u03'?" in told.err
