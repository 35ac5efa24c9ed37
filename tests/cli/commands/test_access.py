"""What a pull request means for people, as the command line says it: by commits of a repository."""

import json

import pytest

from tests.repository import Clone


@pytest.fixture
def reviewed(desk):
    """Take a line out of a group, on a branch, of what was applied and is in main."""
    clone = Clone(desk.folder)
    desk.document["groups"]["crew"]["sensitive"] = True
    desk.document["groups"]["crew"]["owner"] = "grace"
    desk.write()
    clone.commit()
    desk.type("apply", "--sandbox", "--yes")
    clone.git("checkout", "-q", "-b", "change")
    desk.document["groups"]["crew"]["members"] = ["u01", "u02"]
    desk.write()
    clone.commit()
    return desk


def test_the_line_that_the_base_has_and_the_head_has_not_is_named(reviewed):
    arguments = ("plan", "--sandbox", "--base", "main", "--format", "json")
    (target,) = json.loads(reviewed.type(*arguments).out)["targets"]
    said = {
        person["name"]: (effect["turn"], effect["line"], effect["origin"], effect["privileged"])
        for person in target["access"]["people"]
        for effect in person["effects"]
    }
    assert said == {
        "u00": ("taken", "removed", "this_change", True),
        "u02": ("given", "added", "this_change", True),
    }


def test_the_comment_answers_for_this_change_first(reviewed):
    arguments = ("plan", "--sandbox", "--base", "main", "--format", "markdown")
    page = reviewed.type(*arguments, "--environment", "production").out
    assert page.splitlines()[1] == "<!-- production app -->"
    assert "**Look twice: privileged access changes.**" in page
    assert "By this change, **1 person loses access** (**1 privileged**)" in page
    assert "is removed" in page
    assert "Suggested reviewers, by `owner`: `grace` for `crew`." in page


def test_the_terminal_says_it_too_and_what_ends_soon(reviewed):
    reviewed.document["users"]["u03"]["until"] = "2026-07-05"
    printed = reviewed.type("plan", "--sandbox", "--base", "main", "--now", "2026-07-01")
    assert "Who loses access (1 person)" in printed.out
    assert "is removed" in printed.out
    assert "u03 has an account at app until 2026-07-05" in printed.out
