import json
from datetime import UTC, datetime

import jsonschema

from reconciler.cli.options.settings import Settings
from reconciler.cli.plan.plan import plan_targets
from reconciler.cli.workspace.workspace import require_workspace
from reconciler.execute import open_journal
from reconciler.ledger.ledger import open_ledger
from reconciler.model.fingerprint import fingerprint
from reconciler.model.history import RunStart
from reconciler.render.planfile.dump import plan_schema


def test_apply_and_then_there_is_nothing_to_do(desk):
    assert desk.plan()["summary"]["create"] == 13
    desk.type("apply", "--sandbox", "--yes")
    quiet = desk.type("plan", "--sandbox", "--detailed-exitcode")
    assert "No changes." in quiet.out
    again = desk.type("apply", "--sandbox", "--yes", "--format", "json")
    assert json.loads(again.out)["outcomes"] == []


def test_whoever_is_gone_from_the_yaml_is_disabled_and_not_deleted(desk):
    desk.type("apply", "--sandbox", "--yes")
    del desk.document["users"]["u05"]
    (change,) = desk.plan()["targets"][0]["changes"]
    assert (change["id"], change["action"]) == ("app/user/u05", "disable")
    desk.type("apply", "--sandbox", "--yes")
    shown = desk.type("sandbox", "show").out
    assert "✗ u05@contoso.example" in shown


def test_too_many_removals_are_held_until_this_plan_is_accepted(desk):
    desk.type("apply", "--sandbox", "--yes")
    desk.document["users"]["u03"]["jobTitle"] = "Principal Engineer"
    for number in range(4, 9):
        del desk.document["users"][f"u{number:02}"]
    held = desk.type("apply", "--sandbox", "--yes", code=3)
    assert "targets.app.limits.removals" in held.err
    accept = held.err.split("To let what is held happen: ")[1].split()[-1]
    wrong = desk.type("apply", "--sandbox", "--yes", "--accept", "removals:" + "0" * 16, code=3)
    assert "removals still holds" in wrong.err
    desk.type("apply", "--sandbox", "--yes", "--accept", accept)
    assert desk.plan(0)["targets"][0]["changes"] == []


def test_a_plan_file_is_applied_and_only_that(desk):
    file = desk.folder / "plan.json"
    desk.type("plan", "--sandbox", "--format", "json", "--output", str(file))
    jsonschema.Draft202012Validator(plan_schema()).validate(json.loads(file.read_text()))
    desk.document["users"]["late"] = desk.document["users"]["u00"] | {
        "userPrincipalName": "late@contoso.example",
        "mail": "late@contoso.example",
    }
    done = desk.type("apply", str(file), "--sandbox", "--yes")
    assert "1 change not in the approved plan will not be made: app/user/late" in done.err
    assert desk.changes() == ["app/user/late"]


def test_what_has_already_happened_is_skipped(desk):
    file = desk.folder / "plan.json"
    desk.type("plan", "--sandbox", "--format", "json", "--output", str(file))
    desk.type("apply", "--sandbox", "--yes")
    done = desk.type("apply", str(file), "--sandbox", "--yes", "--format", "json")
    assert json.loads(done.out)["outcomes"] == []


def test_an_approved_change_that_reads_otherwise_now_is_dropped(desk):
    desk.type("apply", "--sandbox", "--yes")
    file = desk.folder / "plan.json"
    desk.document["users"]["u03"]["jobTitle"] = "Principal Engineer"
    desk.type("plan", "--sandbox", "--format", "json", "--output", str(file))
    desk.document["users"]["u03"]["jobTitle"] = "Chief Engineer"
    done = desk.type("apply", str(file), "--sandbox", "--yes", "--format", "json", code=5)
    assert json.loads(done.out)["stale"] == ["app/user/u03"]
    assert desk.changes() == ["app/user/u03"]


def test_without_a_terminal_apply_asks_for_yes_and_changes_nothing(desk):
    refused = desk.type("apply", "--sandbox", code=1)
    assert refused.err.endswith("Next: Pass --yes to apply without asking.\n")
    assert desk.plan()["summary"]["create"] == 13


def test_a_log_has_one_line_for_each_change_and_results_stand_alone(desk):
    done = desk.type("apply", "--sandbox", "--yes", "--format", "json")
    document = json.loads(done.out)
    assert document["summary"]["done"] == len(document["outcomes"])
    assert "✓ done app/user/u00\n" in done.err


def test_a_plan_file_and_the_rest_of_a_run_are_not_applied_together(desk):
    file = desk.folder / "plan.json"
    desk.type("plan", "--sandbox", "--format", "json", "--output", str(file))
    refused = desk.type("apply", str(file), "--resume", "--sandbox", "--yes", code=1)
    assert "--resume finishes the last run's plan" in refused.err


def killed_run(desk):
    """Note a run that was killed before it sent anything; return its plan's fingerprint."""
    folder = desk.folder / "state"
    settings = Settings(desk.folder / "desired-state", sandbox=True, state_dir=folder)
    desk.write()
    with open_ledger(f"sqlite:///{folder}/sandbox/ledger.db") as ledger:
        plan, _ = plan_targets(require_workspace(settings), ledger, settings)
        start = RunStart(fingerprint(plan))
        open_journal(plan.targets, start, ledger, lambda: datetime(2026, 7, 1, tzinfo=UTC))
    return start.plan


def test_what_a_guard_held_in_an_interrupted_run_is_held_until_that_plan_is_accepted(desk):
    desk.type("apply", "--sandbox", "--yes")
    for number in range(4, 9):
        del desk.document["users"][f"u{number:02}"]
    desk.document["users"]["u03"]["jobTitle"] = "Principal Engineer"
    killed_run(desk)
    desk.type("apply", "--resume", "--sandbox", "--yes", code=3)
    assert len(desk.changes(3)) == 5
    mark = killed_run(desk)
    desk.type("apply", "--resume", "--sandbox", "--yes", "--accept", f"removals:{mark[:16]}")
    assert desk.changes(0) == []


def test_what_is_sensitive_is_named_before_a_resumed_run_and_left_to_a_fresh_plan(desk):
    title = {"expression": "[jobTitle]", "sensitive": True}
    attributes = {"userName": {"expression": "[userPrincipalName]", "match": 1}, "title": title}
    desk.document["mappings"] = {"secret": {"for": "user", "attributes": attributes}}
    desk.document["targets"]["app"]["users"] = {"mapping": "secret"}
    desk.type("apply", "--sandbox", "--yes")
    desk.document["users"]["u03"]["jobTitle"] = "Lead"
    desk.document["users"]["u04"]["userPrincipalName"] = "u4@contoso.example"
    killed_run(desk)
    done = desk.type("apply", "--resume", "--sandbox", "--yes", "--format", "json", code=5)
    assert "Run 2 left 2 operations without an end (app).\n" in done.err
    assert (
        "1 operation of these cannot be resumed, as sensitive values are not in the ledger: "
        "app/user/u03. `reconciler apply` plans afresh and does them.\n"
    ) in done.err
    assert json.loads(done.out)["dropped"] == [
        {
            "id": "app/user/u03",
            "why": "title is sensitive, and nothing that can be checked stands for its value",
            "next": "Run `reconciler apply`: it plans afresh, and does what is left.",
        }
    ]
    assert desk.changes() == ["app/user/u03"]
    assert "Lead" not in done.out + done.err


def test_what_reads_otherwise_since_the_interrupted_run_is_dropped(desk):
    desk.type("apply", "--sandbox", "--yes")
    desk.document["users"]["u03"]["jobTitle"] = "Principal Engineer"
    killed_run(desk)
    desk.document["users"]["u03"]["jobTitle"] = "Chief Engineer"
    done = desk.type("apply", "--resume", "--sandbox", "--yes", "--format", "json", code=5)
    (dropped,) = json.loads(done.out)["dropped"]
    assert dropped["id"] == "app/user/u03"
    assert dropped["next"] == "Run `reconciler apply`: it plans afresh, and does what is left."
    assert desk.changes() == ["app/user/u03"]
