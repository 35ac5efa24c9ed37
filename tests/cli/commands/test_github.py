"""`--github`: what a step leaves to the steps after it, in the files that the runner names."""

import json
from hashlib import sha256

import pytest


@pytest.fixture
def step(tmp_path, monkeypatch):
    """Be a step of GitHub Actions; its outputs are read by name, the last of a name counts."""
    outputs, summary = tmp_path / "outputs", tmp_path / "summary"
    outputs.write_text("earlier=1", encoding="utf-8")
    monkeypatch.setenv("GITHUB_OUTPUT", str(outputs))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))

    def read():
        lines = outputs.read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines), summary

    return read


def test_a_plan_leaves_outputs_summary_and_annotations(desk, step):
    printed = desk.type("plan", "--sandbox", "--github", "--format", "json")
    told, summary = step()
    plan = json.loads(printed.out)
    assert told["earlier"] == "1"
    assert (told["has_changes"], told["creates"], told["adds"]) == ("true", "13", "2")
    assert (told["fingerprint"], told["exit_reason"]) == (plan["fingerprint"], "changes")
    assert summary.read_text(encoding="utf-8").startswith("<!-- reconciler plan")
    notices = [line for line in printed.err.splitlines() if line.startswith("::notice ")]
    assert len(notices) == 10
    assert "file=desired-state/all.yaml,line=" in notices[0]
    assert "more notices in the plan" in notices[-1]


def test_an_apply_leaves_how_it_ended(desk, step):
    desk.type("apply", "--sandbox", "--yes", "--github")
    told, summary = step()
    assert (told["done"], told["failed"], told["exit_reason"]) == ("14", "0", "applied")
    assert summary.read_text(encoding="utf-8").startswith("## Applied: 14 done")
    desk.type("apply", "--sandbox", "--yes", "--github")
    assert step()[0]["exit_reason"] == "no-changes"


def test_problems_are_annotated_and_are_the_reason(desk, step):
    desk.document["groups"]["crew"]["members"] = ["nobody"]
    printed = desk.type("plan", "--sandbox", "--github", code=1)
    assert "::error file=desired-state/all.yaml,line=" in printed.err
    assert step()[0] == {
        "earlier": "1",
        "has_changes": "false",
        "problems": "1",
        "exit_reason": "problems",
    }


def test_outside_of_a_step_it_is_refused_before_anything_is_read(desk, monkeypatch):
    monkeypatch.delenv("GITHUB_OUTPUT", raising=False)
    printed = desk.type("apply", "--sandbox", "--yes", "--github", code=1)
    assert "--github needs the variable GITHUB_OUTPUT" in printed.err
    assert not (desk.folder / "state").exists()


def test_a_file_that_cannot_be_written_changes_no_exit_code(desk, monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "no" / "such"))
    printed = desk.type("apply", "--sandbox", "--yes", "--github")
    assert "Later steps learn nothing of this one." in printed.err


def test_a_summary_that_is_nearly_full_is_left_alone(desk, step):
    _, summary = step()
    summary.write_text("x" * 999_000, encoding="utf-8")
    printed = desk.type("plan", "--sandbox", "--github")
    assert "The step's summary is full" in printed.err
    assert summary.stat().st_size == 999_000


def test_one_plan_gives_several_readings(desk):
    comment, plan = desk.folder / "comment.md", desk.folder / "plan.json"
    places = ("--output", str(plan), "--also", f"markdown={comment}")
    desk.type("plan", "--sandbox", "--format", "json", *places)
    mark = json.loads(plan.read_text(encoding="utf-8"))["fingerprint"]
    assert mark[:16] in comment.read_text(encoding="utf-8")
    printed = desk.type("plan", "--sandbox", "--format", "status")
    assert printed.out == "Plan: 13 to create, 2 members to add.\n"
    printed = desk.type("plan", "--sandbox", "--format", "annotations")
    assert printed.out.startswith("::notice file=")


@pytest.mark.parametrize("given", ["markdown", "pdf=a.pdf", "markdown="])
def test_a_reading_that_is_none_is_refused(given, desk):
    printed = desk.type("plan", "--sandbox", "--also", given, code=1)
    assert f"'{given}' is no FORMAT=FILE" in printed.err


def test_two_readings_in_one_file_are_refused(desk):
    file = desk.folder / "x"
    given = ("--output", str(file), "--also", f"markdown={file}")
    assert "two readings go to one file" in desk.type("plan", "--sandbox", *given, code=1).err


def test_a_comment_that_leaves_something_out_names_the_plan_file(desk):
    for number in range(400):
        user = {"userPrincipalName": f"{number}-{'x' * 60}@contoso.example"}
        desk.document["users"][f"many{number:04}"] = user
    comment, plan = desk.folder / "comment.md", desk.folder / "plan.json"
    places = ("--output", str(plan), "--also", f"markdown={comment}")
    desk.type("plan", "--sandbox", "--format", "json", *places)
    mark = sha256(plan.read_bytes()).hexdigest()
    assert f"the plan file (SHA-256 `{mark}`) holds all" in comment.read_text(encoding="utf-8")
