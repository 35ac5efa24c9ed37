"""`plan --base`, and what was last applied: by commits of a real repository."""

import json
import os
import shlex
import shutil
from pathlib import Path

import jsonschema
import pytest

from reconciler.cli.boundary import run
from reconciler.render.planfile.dump import plan_schema
from tests.repository import Clone

EXAMPLE = Path(__file__).parents[3] / "desired-state"


@pytest.fixture
def clone(desk):
    """The desk's directory as a repository; its first commit is applied."""
    clone = Clone(desk.folder)
    desk.write()
    clone.commit()
    return clone


def plan(desk, *arguments):
    """Return the plan against the embedded server as data."""
    found = json.loads(desk.type("plan", "--sandbox", "--format", "json", *arguments).out)
    jsonschema.Draft202012Validator(plan_schema()).validate(found)
    return found


def origins(found):
    return {item["id"]: item["origin"] for item in found["targets"][0]["changes"]}


def test_this_change_and_what_is_pending_are_told_apart_without_a_ledger(desk, clone):
    desk.type("apply", "--sandbox", "--yes", "--record-ref")
    (desk.folder / "state" / "sandbox" / "ledger.db").unlink()
    desk.document["users"]["u01"]["jobTitle"] = "Engineering Manager"
    desk.write()
    base = clone.commit()
    clone.git("checkout", "-q", "-b", "change")
    desk.document["users"]["u02"]["jobTitle"] = "Staff Engineer"
    del desk.document["users"]["u05"]
    desk.write()
    head = clone.commit()

    found = plan(desk, "--base", "main")
    assert origins(found) == {
        "app/user/u01": "pending",
        "app/user/u02": "this_change",
        "app/user/u05": "this_change",
    }
    assert found["base"] == {"ref": "main", "commit": base, "errors": 0, "branch": ""}
    assert (found["desired"]["commit"], found["desired"]["planned"]) == (head, "commit")

    shown = desk.type("plan", "--sandbox", "--base", "main").out
    assert f"Compared with main at the commit {base[:12]}; planned is the commit" in shown
    assert shown.index("This change (2)") < shown.index("Pending: not applied yet (1)")
    markdown = desk.type("plan", "--sandbox", "--base", "main", "--format", "markdown").out
    assert "### This change (2)" in markdown
    assert "<b>Pending: not applied yet (1)</b>" in markdown


def test_what_is_planned_is_the_merge_of_both_and_nothing_is_written_for_it(desk, clone):
    first = json.dumps(desk.document)
    clone.git("checkout", "-q", "-b", "change")
    desk.document["users"]["u02"]["jobTitle"] = "Staff Engineer"
    desk.write()
    head = clone.commit()
    clone.git("checkout", "-q", "main")
    desk.document = json.loads(first)
    desk.document["users"]["u09"]["jobTitle"] = "Engineering Manager"
    desk.write()
    clone.commit()
    clone.git("checkout", "-q", "change")
    desk.document = json.loads((desk.folder / "desired-state" / "all.yaml").read_text())
    before = clone.git("count-objects", "-v")

    found = plan(desk, "--base", "main")
    titles = {
        item["key"]: attribute["after"]
        for item in found["targets"][0]["changes"]
        for attribute in item["attributes"]
        if attribute["path"] == "title"
    }
    assert (titles["u02"], titles["u09"]) == ("Staff Engineer", "Engineering Manager")
    assert (found["desired"]["commit"], found["desired"]["planned"]) == (head, "merge")
    assert clone.git("count-objects", "-v") == before
    own = [
        (item["key"], attribute["path"])
        for item in found["targets"][0]["changes"]
        for attribute in item["attributes"]
        if attribute["origin"] == "this_change"
    ]
    assert own == [("u02", "title")]


def test_a_conflict_names_the_files(desk, clone):
    clone.write("other.yaml", "users: {}")
    clone.git("checkout", "-q", "-b", "change")
    desk.document["users"]["u02"]["jobTitle"] = "Staff Engineer"
    desk.write()
    clone.commit()
    clone.git("checkout", "-q", "main")
    desk.document["users"]["u02"]["jobTitle"] = "Engineering Manager"
    desk.write()
    clone.commit()
    clone.git("checkout", "-q", "change")
    desk.document["users"]["u02"]["jobTitle"] = "Staff Engineer"

    told = desk.type("plan", "--sandbox", "--base", "main", code=1).err
    assert "both change desired-state/all.yaml" in told
    assert "Merge the base into this branch" in told


def test_an_attribute_of_the_change_cannot_settle_a_conflict(desk, clone):
    """`merge=union` in the tree would hide it: what is merged must be what git would ask about."""
    clone.git("checkout", "-q", "-b", "change")
    clone.write("../.gitattributes", "* merge=union\n")
    desk.document["users"]["u02"]["jobTitle"] = "Staff Engineer"
    desk.write()
    clone.commit()
    clone.git("checkout", "-q", "main")
    desk.document["users"]["u02"]["jobTitle"] = "Engineering Manager"
    desk.write()
    clone.commit()
    clone.git("checkout", "-q", "change")
    desk.document["users"]["u02"]["jobTitle"] = "Staff Engineer"

    assert "both change" in desk.type("plan", "--sandbox", "--base", "main", code=1).err


@pytest.mark.usefixtures("clone")
def test_files_that_no_commit_holds_are_planned_as_they_stand(desk):
    desk.document["users"]["u02"]["jobTitle"] = "Staff Engineer"
    found = plan(desk, "--base", "HEAD")
    assert found["desired"]["planned"] == "files"
    told = desk.type("plan", "--sandbox", "--base", "HEAD").out
    assert "planned are the files as they stand, which no commit holds" in " ".join(told.split())


def test_without_a_desired_state_in_the_base_everything_is_new(desk):
    clone = Clone(desk.folder)
    clone.write("../README.md", "Nothing yet.\n")
    clone.commit()
    clone.git("checkout", "-q", "-b", "change")
    desk.write()
    clone.commit()

    assert set(origins(plan(desk, "--base", "main")).values()) == {"this_change"}


def test_a_base_with_errors_stops_nothing_and_is_said(desk, clone):
    clone.write("broken.yaml", "users: {ada: {nonsense: 1}}\n")
    clone.commit()
    clone.git("checkout", "-q", "-b", "mend")
    (desk.folder / "desired-state" / "broken.yaml").unlink()
    clone.commit()

    found = plan(desk, "--base", "main")
    assert found["base"]["errors"] > 0
    told = desk.type("plan", "--sandbox", "--base", "main").out
    assert "main has" in told
    assert "nothing can be compared with it" in " ".join(told.split())


@pytest.mark.usefixtures("clone")
@pytest.mark.parametrize(("ref", "reason"), [("--all", "no name"), ("nowhere", "no commit")])
def test_a_base_that_is_not_there_is_wrong_input(desk, ref, reason):
    assert reason in desk.type("plan", "--sandbox", f"--base={ref}", code=1).err


def test_outside_of_git_a_base_is_wrong_input(desk):
    assert "git repository" in desk.type("plan", "--sandbox", "--base", "main", code=1).err


@pytest.mark.usefixtures("clone")
def test_the_ledger_says_what_was_applied_and_the_commit_must_still_mean_it(desk):
    desk.type("apply", "--sandbox", "--yes")
    desk.document["users"]["u01"]["jobTitle"] = "Engineering Manager"
    assert origins(plan(desk)) == {"app/user/u01": "pending"}
    desk.type("apply", "--sandbox", "--yes")  # from files that no commit holds
    desk.document["users"]["u01"]["jobTitle"] = "Engineer"
    assert origins(plan(desk)) == {"app/user/u01": "unknown"}


def test_what_was_applied_can_be_given_by_name_and_by_prefix(desk, clone):
    desk.type("apply", "--sandbox", "--yes", "--record-ref", "refs/mine/")
    clone.git("tag", "known")
    desk.document["users"]["u01"]["jobTitle"] = "Engineering Manager"
    (desk.folder / "state" / "sandbox" / "ledger.db").unlink()
    assert origins(plan(desk)) == {"app/user/u01": "unknown"}
    assert origins(plan(desk, "--applied", "known")) == {"app/user/u01": "pending"}
    assert origins(plan(desk, "--applied", "refs/mine/")) == {"app/user/u01": "pending"}
    assert "no commit" in desk.type("plan", "--sandbox", "--applied", "nowhere", code=1).err


def test_a_leaver_is_known_without_a_ledger_until_the_change_is_applied(desk, clone):
    ledger = desk.folder / "state" / "sandbox" / "ledger.db"
    desk.type("apply", "--sandbox", "--yes", "--record-ref")
    ledger.unlink()
    clone.git("checkout", "-q", "-b", "change")
    del desk.document["users"]["u05"]
    desk.write()
    clone.commit()
    assert origins(plan(desk, "--base", "main")) == {"app/user/u05": "this_change"}
    clone.git("checkout", "-q", "main")
    clone.git("merge", "-q", "change")
    assert origins(plan(desk)) == {"app/user/u05": "pending"}
    desk.type("apply", "--sandbox", "--yes", "--record-ref")
    ledger.unlink()
    assert plan(desk)["targets"][0]["changes"] == []
    assert "− u05" not in desk.type("sandbox", "show").out


def test_a_window_that_closed_since_is_pending_and_not_drift(desk, clone):
    desk.document["users"]["u05"]["until"] = "2027-01-31"
    desk.write()
    clone.commit()
    desk.type("apply", "--sandbox", "--yes", "--record-ref", "--now", "2026-12-01")
    (desk.folder / "state" / "sandbox" / "ledger.db").unlink()
    assert origins(plan(desk, "--now", "2027-02-01")) == {"app/user/u05": "pending"}


REF = "refs/reconciler/sandbox/app"


def ref_of(clone):
    found = clone.git("for-each-ref", "--format=%(*objectname)", "refs/reconciler/sandbox/app")
    return found or None


def test_the_ref_moves_only_where_everything_was_done(desk, clone):
    told = desk.type("apply", "--sandbox", "--yes", "--record-ref").out
    first = clone.git("rev-parse", "HEAD")
    assert ref_of(clone) == first
    assert f"✓ {REF} is now at {first[:12]}.\n" in told
    for number in range(4, 9):
        del desk.document["users"][f"u{number:02}"]
    desk.write()
    clone.commit()
    told = desk.type("apply", "--sandbox", "--yes", "--record-ref", code=3)
    assert ref_of(clone) == first
    assert f"‖ {REF} stays at {first[:12]}: 5 held.\n" in told.out
    told = desk.type("apply", "--sandbox", "--yes", "--record-ref", "--user", "u01").out
    assert ref_of(clone) == first
    assert f"stays at {first[:12]}: the plan was of a few users alone." in told


def test_what_accepts_the_held_rest_moves_the_ref_too_when_it_is_pasted(desk, clone):
    desk.type("apply", "--sandbox", "--yes", "--record-ref")
    for number in range(4, 9):
        del desk.document["users"][f"u{number:02}"]
    desk.write()
    clone.commit()
    told = desk.type("apply", "--sandbox", "--yes", "--record-ref", code=3).err
    _, _, words = told.partition("To let what is held happen: reconciler ")
    desk.type(*shlex.split(words.splitlines()[0]), "--yes")
    assert ref_of(clone) == clone.git("rev-parse", "HEAD")


def test_a_ref_stays_where_the_approved_plan_is_not_all_that_the_target_needs(desk, clone):
    desk.type("apply", "--sandbox", "--yes", "--record-ref")
    first = ref_of(clone)
    desk.document["groups"]["crew"]["members"] = ["u00", "u01", "u02"]
    desk.write()
    file = desk.folder / "state" / "plan.json"
    desk.type("plan", "--sandbox", "--format", "json", "--output", str(file))
    desk.document["groups"]["crew"]["members"] = ["u00", "u01", "u02", "u03"]
    desk.write()
    clone.commit()
    told = desk.type("apply", str(file), "--sandbox", "--yes", "--record-ref")
    assert "app/group/crew/add-members of u03" in told.err
    assert f"stays at {first[:12]}: 1 not approved or not begun." in told.out
    assert ref_of(clone) == first


@pytest.mark.usefixtures("clone")
def test_a_target_that_cannot_be_read_has_no_ref_yet(desk, monkeypatch):
    monkeypatch.setenv("RECONCILER_TEST_TOKEN", "token-token-token-token")
    desk.document["targets"]["app"]["url"] = "http://127.0.0.1:1/scim/v2"
    desk.write()
    Clone(desk.folder).commit()
    told = desk.type("apply", "--yes", "--record-ref", code=4).out
    assert "‖ refs/reconciler/applied/app is not made yet: the target failed.\n" in told


@pytest.mark.usefixtures("clone")
def test_nothing_is_recorded_of_what_no_commit_holds(desk):
    desk.document["users"]["u01"]["jobTitle"] = "Engineering Manager"
    told = desk.type("apply", "--sandbox", "--yes", "--record-ref", code=1).err
    assert "changes that are in none" in told
    told = desk.type("apply", "--sandbox", "--yes", "--record-ref", "heads/", code=1).err
    assert "no name for a git ref" in told or "changes that are in none" in told


def test_a_ref_that_another_run_moved_is_left_and_the_run_says_so(desk, clone, monkeypatch):
    from reconciler.cli.apply.recorder import Recorder  # noqa: PLC0415 -- patched here alone

    note = Recorder.note

    def late(self, target, moment):
        clone.git("update-ref", "refs/reconciler/sandbox/app", "HEAD")
        return note(self, target, moment)

    monkeypatch.setattr(Recorder, "note", late)
    told = desk.type("apply", "--sandbox", "--yes", "--record-ref", code=4)
    assert "could not be recorded as refs/reconciler/sandbox/app" in told.out + told.err
    head = clone.git("rev-parse", "HEAD")
    assert f"{REF} stays at {head[:12]}: it could not be moved." in told.out


@pytest.mark.usefixtures("clone")
def test_the_environment_of_a_hook_does_not_lead_git_elsewhere(desk, monkeypatch, tmp_path):
    other = Clone(tmp_path / "other")
    other.write("a.yaml", "users: {}")
    other.commit()
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.folder))
    monkeypatch.setenv("GIT_INDEX_FILE", os.devnull)
    assert plan(desk, "--base", "main")["desired"]["planned"] == "commit"


def test_drift_takes_what_was_last_applied_from_the_ref(desk, clone):
    desk.type("apply", "--sandbox", "--yes", "--record-ref")
    (desk.folder / "state" / "sandbox" / "ledger.db").unlink()
    desk.document["users"]["u01"]["jobTitle"] = "Engineering Manager"
    desk.write()
    clone.commit()
    told = desk.type("drift", "--sandbox", "--detailed-exitcode").out
    assert "No drift" in told, told
    assert "pending" in told, told


def test_offline_needs_neither_token_nor_ledger_and_compares_with_the_base(
    desk, clone, monkeypatch
):
    monkeypatch.delenv("RECONCILER_TEST_TOKEN", raising=False)
    monkeypatch.setenv("RECONCILER_LEDGER", "postgresql://nowhere.example/ledger")
    desk.document["users"]["u02"]["jobTitle"] = "Staff Engineer"
    desk.document["users"]["u03"]["accountEnabled"] = False
    desk.document["groups"]["crew"]["members"] = ["u00", "u02"]
    del desk.document["users"]["u05"]
    desk.document["users"]["new"] = desk.document["users"]["u00"] | {
        "userPrincipalName": "new@contoso.example",
        "mail": "new@contoso.example",
    }
    desk.write()
    clone.commit()
    arguments = ("plan", "--offline", "--base", "HEAD~1", "--format", "json")
    found = json.loads(desk.type(*arguments).out)
    jsonschema.Draft202012Validator(plan_schema()).validate(found)
    (target,) = found["targets"]
    assert {item["id"]: item["action"] for item in target["changes"]} == {
        "app/user/new": "create",
        "app/user/u02": "update",
        "app/user/u03": "disable",
        "app/user/u05": "disable",
        "app/group/crew/add-members": "add-members",
        "app/group/crew/remove-members": "remove-members",
    }
    assert {item["origin"] for item in target["changes"]} == {"this_change"}
    assert "--offline" in target["live"]["unread"]
    assert "no live read" in target["live"]["evidence"][0]
    assert [note[:25] for note in target["notes"]] == ["The ledger was not asked,"]


def test_a_missing_directory_is_named_with_a_base_too(tmp_path, capsys):
    missing = str(tmp_path / "nowhere")
    assert run(["plan", "--base", "main", "--desired-state", missing]) == 1
    told = capsys.readouterr().err
    assert "There is no directory 'nowhere'" in told
    assert "`reconciler init`" in told


def test_offline_without_a_base_is_wrong_input(desk):
    assert "--offline needs a base" in desk.type("plan", "--offline", code=1).err


def test_offline_with_nothing_changed_is_empty_for_the_whole_example(tmp_path, capsys):
    """What is assumed to be live is exactly what the mapping would make, whatever it maps."""
    clone = Clone(tmp_path / "clone")
    shutil.copytree(EXAMPLE, clone.root, dirs_exist_ok=True)
    clone.commit()
    state = str(tmp_path / "state")
    places = ["--desired-state", str(clone.root), "--state-dir", state]
    assert run(["plan", "--offline", "--base", "HEAD", *places]) == 0
    out = capsys.readouterr().out
    assert "No changes." in out
    assert out.startswith("Compared with main at the commit ")
    assert "28 users and 4 groups are taken to be live" in " ".join(out.split())
    clone.git("checkout", "-q", "--detach")
    assert run(["plan", "--offline", "--base", "HEAD", *places]) == 0
    assert capsys.readouterr().out.startswith("Compared with HEAD at the commit ")


def test_a_policy_that_is_edited_together_with_its_violation_holds_and_stands_at_the_top(
    desk, clone
):
    desk.document["groups"]["pay"] = {"displayName": "Pay", "members": ["u00"]}
    desk.document["policies"] = {
        "apart": {"kind": "separation", "of": [{"group": "crew"}, {"group": "pay"}]}
    }
    crew = desk.document["groups"]["crew"]["members"]
    crew[:] = [key for key in crew if key != "u00"]
    desk.document["targets"]["app"]["groups"] = {"provision": "all"}
    desk.write()
    clone.commit()
    desk.type("apply", "--sandbox", "--yes")
    clone.git("checkout", "-q", "-b", "change")
    crew.append("u00")
    policy = desk.document["policies"].pop("apart")
    desk.write()
    clone.commit()

    found = plan(desk, "--base", "main")
    (violation,) = found["targets"][0]["violations"]
    assert violation["guard"] == "policy:apart"
    held = {item["id"]: item["held_by"] for item in found["targets"][0]["changes"]}
    assert held == {"app/group/crew/add-members": ["policy:apart"]}
    assert [item["name"] for item in found["settings"]] == ["policies.apart"]

    # An exception of one's own is no better.
    exempt = {"user": "u00", "reason": "trust me", "until": "2099-12-31"}
    desk.document["policies"]["apart"] = {**policy, "exceptions": [exempt]}
    desk.write()
    clone.commit()
    (violation,) = plan(desk, "--base", "main")["targets"][0]["violations"]
    assert violation["guard"] == "policy:apart"
    shown = desk.type("plan", "--sandbox", "--base", "main").out
    assert shown.index("policies.apart") < shown.index("policy:apart holds 1 change")
