"""What the README and the example promise, run as a new user would run it."""

import json
import re
import shutil
from pathlib import Path

import pytest

from reconciler.desired.schema import desired_schema
from tests.commands import type_in

ROOT = Path(__file__).parents[1]
NOW = ("--now", "2026-11-23T12:00:00Z")


class Example:
    """A copy of the example with an embedded server of its own."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copytree(ROOT / "desired-state", folder / "desired-state")

    def run(self, *arguments, code=0):
        ended = type_in(self.folder, *arguments)
        assert "Traceback" not in ended.err, ended.err
        assert ended.code == code, ended.out + ended.err
        return ended.out + ended.err

    def edit(self, file, old, new):
        path = self.folder / "desired-state" / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def drop(self, file, *keys):
        """Take users out of a file."""
        path = self.folder / "desired-state" / file
        text = path.read_text(encoding="utf-8")
        for key in keys:
            text, count = re.subn(rf"(?m)^  {key}:.*\n(?:    .*\n|\n)*", "", text)
            assert count == 1, key
        path.write_text(text, encoding="utf-8")

    def forget_member(self, file, *keys):
        path = self.folder / "desired-state" / file
        text = path.read_text(encoding="utf-8")
        for key in keys:
            text = re.sub(rf"(?m)^      - {key}\n", "", text)
            text = re.sub(rf"\b{key}, |, {key}\b", "", text)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def example(tmp_path):
    found = Example(tmp_path)
    found.run("apply", "--sandbox", "--yes", *NOW)
    return found


def test_the_example_has_no_problems(tmp_path):
    assert Example(tmp_path).run("validate").strip() == "No problems."


def test_every_file_names_a_schema_that_is_current(request):
    schema = ROOT / "desired-state" / ".schemas" / "desired-state.schema.json"
    if request.config.getoption("--update-golden"):
        schema.write_text(json.dumps(desired_schema(), indent=2) + "\n", encoding="utf-8")
    assert json.loads(schema.read_text(encoding="utf-8")) == desired_schema()
    for file in sorted((ROOT / "desired-state").rglob("*.yaml")):
        first = file.read_text(encoding="utf-8").splitlines()[0]
        named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)[1]
        assert (file.parent / named).resolve() == schema.resolve()


def test_a_second_plan_is_empty(example):
    assert "No changes." in example.run("plan", "--sandbox", "--detailed-exitcode", *NOW)


def test_the_plan_in_the_readme_is_what_the_change_gives(example):
    example.edit("users/engineering.yaml", "jobTitle: Engineer\n", "jobTitle: Senior Engineer\n")
    out = example.run("plan", "--sandbox", "--detailed-exitcode", *NOW, code=2)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- plan: .*?-->\n```text\n(.*?)```", readme, re.DOTALL)[1]
    assert without_chance(shown) == without_chance(out)


def test_one_line_of_yaml_is_exactly_one_change(example):
    example.edit("users/engineering.yaml", "jobTitle: Engineer\n", "jobTitle: Senior Engineer\n")
    out = example.run("plan", "--sandbox", "--detailed-exitcode", *NOW, code=2)
    assert 'title  "Engineer" → "Senior Engineer"' in out
    assert "Plan: 1 to update." in out
    example.run("apply", "--sandbox", "--yes", *NOW)
    example.run("plan", "--sandbox", "--detailed-exitcode", *NOW)


def test_a_removed_user_is_disabled_and_not_deleted(example):
    example.drop("users/engineering.yaml", "noor")
    example.forget_member("groups/teams.yaml", "noor")
    out = example.run("plan", "--sandbox", *NOW)
    assert "disable user noor" in out
    assert "1 to disable" in out
    assert "delete" not in out


def test_removing_a_third_is_held_and_can_be_accepted(example):
    gone = ("olivia", "hannah", "derek", "jonas")
    example.drop("users/sales.yaml", *gone)
    example.forget_member("groups/teams.yaml", *gone)
    more = ("paul", "mila", "ken")
    example.drop("users/it.yaml", *more)
    example.forget_member("groups/teams.yaml", *more)
    others = ("lucy", "rashid")
    example.drop("users/finance.yaml", *others)
    example.forget_member("groups/teams.yaml", *others)

    out = example.run("apply", "--sandbox", "--yes", *NOW, code=3)
    assert "9 of our 28 live accounts would be disabled or deleted; the limit is 3" in out
    assert "targets.envoy.limits.removals" in out
    accept = re.search(r"--accept (removals:\w+)", out)[1]

    example.run("apply", "--sandbox", "--yes", "--accept", accept, *NOW)
    example.run("plan", "--sandbox", "--detailed-exitcode", *NOW)
    shown = example.run("sandbox", "show", "--format", "json")
    assert shown.count('"active": false') == 9


def without_chance(text):
    """Hide what differs from run to run: the time, and the ids that the server gave."""
    text = re.sub(r"read \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "read (then)", text)
    return re.sub(r"Fingerprint: \w+", "Fingerprint: (this)", text).strip()
