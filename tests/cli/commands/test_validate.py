import json


def test_problems_are_shown_all_at_once_and_nothing_is_contacted(desk):
    desk.document["users"]["u00"]["jobTitel"] = "Engineer"
    desk.document["groups"]["crew"]["members"].append("nobody")
    told = desk.type("plan", "--sandbox", code=1).err
    assert "all.yaml:" in told
    assert "the desired state has 2 errors; nothing was contacted" in told
    report = json.loads(desk.type("validate", "--format", "sarif", code=1).out)
    assert len(report["runs"][0]["results"]) == 2


def test_validate_says_that_all_is_well(desk):
    assert desk.type("validate").out == "No problems.\n"


def test_annotations_name_files_as_the_repository_does(desk, monkeypatch):
    monkeypatch.chdir(desk.folder)
    desk.document["users"]["u00"]["jobTitel"] = "Engineer"
    told = desk.type("validate", "--format", "github", code=1).out
    assert told.startswith("::error file=desired-state/all.yaml,line=")


def test_a_broken_policy_is_told_by_its_line_and_is_an_error_unless_it_only_warns(desk):
    desk.document["policies"] = {"ends": {"kind": "end_date", "message": "see the handbook"}}
    told = desk.type("validate", code=1).out
    assert "error[policy:ends]" in told
    assert "has no end date (until): see the handbook" in told
    result = json.loads(desk.type("validate", "--format", "sarif", code=1).out)["runs"][0]
    assert {item["ruleId"] for item in result["results"]} == {"policy:ends"}
    desk.document["policies"]["ends"]["severity"] = "warning"
    assert "warning[policy:ends]" in desk.type("validate").out


def test_a_broken_policy_does_not_keep_a_plan_from_being_made(desk):
    desk.document["policies"] = {"ends": {"kind": "end_date"}}
    plan = json.loads(desk.type("plan", "--sandbox", "--format", "json").out)
    first = plan["targets"][0]["violations"][0]
    assert first["guard"] == "policy:ends"
    assert first["severity"] == "error"
    assert first["at"].startswith("all.yaml:")
    assert first["accept"] == f"policy:ends:{plan['fingerprint']}"
    told = desk.type("apply", "--sandbox", "--yes", "--accept", first["accept"]).err
    assert "policy:ends is accepted" in told


def test_an_ignore_that_has_ended_is_a_warning_at_its_line(desk):
    entry = {"user": "u00", "reason": "agreed", "until": "2026-07-01"}
    desk.document["ignores"] = {"known": {"target": next(iter(desk.document["targets"])), **entry}}
    assert desk.type("validate", "--now", "2026-07-01").out == "No problems.\n"
    told = desk.type("validate", "--now", "2026-07-02").out
    assert told.startswith("all.yaml:")
    assert "warning[ended-ignore]\n  The ignore 'known' ended on 2026-07-01" in told
