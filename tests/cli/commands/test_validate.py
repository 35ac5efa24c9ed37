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
