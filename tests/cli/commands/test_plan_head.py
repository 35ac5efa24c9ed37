"""`plan --base --head`: a commit that nobody has checked out."""

import json

import pytest

from tests.repository import Clone


@pytest.fixture
def clone(desk):
    """The desk's directory as a repository; a branch `change` beside it is not checked out."""
    clone = Clone(desk.folder)
    desk.write()
    clone.commit()
    clone.git("checkout", "-q", "-b", "change")
    desk.document["users"]["u02"]["jobTitle"] = "Staff Engineer"
    desk.write()
    clone.commit()
    clone.git("checkout", "-q", "main")
    desk.document["users"]["u02"]["jobTitle"] = "Engineer"
    desk.type("apply", "--sandbox", "--yes")
    return clone


def plan(desk, *arguments, code=0):
    return desk.type("plan", "--sandbox", "--format", "json", *arguments, code=code)


def test_the_commit_is_planned_and_not_what_is_here(desk, clone):
    head = clone.git("rev-parse", "change")
    found = json.loads(plan(desk, "--base", "main", "--head", "change").out)
    assert [item["id"] for item in found["targets"][0]["changes"]] == ["app/user/u02"]
    assert (found["desired"]["commit"], found["desired"]["planned"]) == (head, "commit")
    assert clone.git("status", "--porcelain", "--untracked-files=no") == ""


@pytest.mark.usefixtures("clone")
def test_what_stands_in_the_directory_does_not_matter(desk):
    desk.document["users"]["u03"]["jobTitle"] = "Not committed"
    found = json.loads(plan(desk, "--base", "main", "--head", "change").out)
    assert [item["id"] for item in found["targets"][0]["changes"]] == ["app/user/u02"]


def test_the_merge_into_the_base_is_planned_where_that_has_moved_on(desk, clone):
    desk.document["users"]["u04"]["jobTitle"] = "Manager"
    desk.write()
    clone.commit()
    found = json.loads(plan(desk, "--base", "main", "--head", "change").out)
    origins = {item["id"]: item["origin"] for item in found["targets"][0]["changes"]}
    assert origins == {"app/user/u02": "this_change", "app/user/u04": "pending"}
    assert found["desired"]["planned"] == "merge"


@pytest.mark.usefixtures("clone")
def test_a_head_needs_a_base(desk):
    assert "Add --base REF" in plan(desk, "--head", "change", code=1).err


@pytest.mark.usefixtures("clone")
def test_a_head_that_is_not_there_is_wrong_input(desk):
    assert "nowhere" in plan(desk, "--base", "main", "--head", "nowhere", code=1).err
