import csv
import io
import json
from datetime import UTC, datetime

import pytest

from reconciler.cli.boundary import run
from reconciler.ledger.ledger import open_ledger
from reconciler.ledger.place import Page, Place
from reconciler.model.history import RunStart
from reconciler.model.outcome import Outcome, Status
from reconciler.model.plan import Action, Change
from reconciler.model.values import Kind


def history(desk, *arguments, code=0):
    """Ask for the history of the embedded server; it needs no desired state."""
    places = ["--sandbox", "--state-dir", str(desk.folder / "state")]
    ended = run(["history", *arguments, *places])
    printed = desk.capture.readouterr()
    assert ended == code, printed.err
    return printed


@pytest.fixture
def busy(desk):
    """Return a desk where two runs happened: everybody was created, then three things changed."""
    desk.type("apply", "--sandbox", "--yes")
    desk.document["users"]["u03"]["jobTitle"] = "Principal Engineer"
    desk.document["users"]["u04"]["accountEnabled"] = False
    desk.document["groups"]["crew"]["members"] = ["u00", "u03"]
    desk.type("apply", "--sandbox", "--yes")
    return desk


def test_runs_are_listed_with_what_became_of_them(busy):
    second, first = history(busy).out.splitlines()[1:]
    assert first.split()[0] == "1"
    assert "done    14 done" in first
    assert "done    4 done" in second
    assert "@" in second
    told = json.loads(history(busy, "--format", "json").out)["runs"]
    assert [(item["run"], item["code"], item["counts"]) for item in told] == [
        (2, 0, {"done": 4}),
        (1, 0, {"done": 14}),
    ]


def test_one_run_is_shown_with_old_and_new_values(busy):
    shown = history(busy, "show", "2").out
    assert "✓ done: update user u03 (u03@contoso.example), app" in shown
    assert '"Engineer" → "Principal Engineer"' in shown
    assert "✓ done: remove 1 member from group crew (Crew), app" in shown
    assert "    − u01\n" in shown


def test_one_users_history_has_the_groups_too(busy):
    shown = json.loads(history(busy, "--user", "u03", "--format", "json").out)["operations"]
    assert [(item["run"], item["id"]) for item in shown] == [
        (2, "app/group/crew/add-members"),
        (2, "app/user/u03"),
        (1, "app/user/u03"),
    ]


def test_history_can_be_narrowed_and_says_when_there_is_more(busy):
    assert "These are the newest 1 runs" in history(busy, "--limit", "1").err
    assert history(busy, "--status", "failed").out == "Nothing like that is recorded.\n"
    assert history(busy, "--since", "2100-01-01").out == "No run is recorded.\n"
    assert history(busy, "--target", "other").out == "No run is recorded.\n"
    rows = csv.DictReader(
        io.StringIO(history(busy, "show", "2", "--group", "crew", "--format", "csv").out)
    )
    assert [(row["before"], row["after"]) for row in rows] == [("", "u03"), ("u01", "")]


def test_a_run_that_nobody_recorded_is_wrong_input(busy):
    assert "no run 7 is recorded" in history(busy, "show", "7", code=1).err


def test_where_nothing_was_applied_there_is_no_history_and_none_is_made(desk):
    assert history(desk).out == "No run is recorded.\n"
    assert not (desk.folder / "state" / "sandbox" / "ledger.db").exists()


def test_what_failed_is_pointed_at(desk):
    now = datetime(2026, 7, 1, tzinfo=UTC)
    change = Change("app", Kind.USER, "ada", Action.DELETE, "ada", "gone from the YAML")
    with open_ledger(f"sqlite:///{desk.folder}/state/sandbox/ledger.db") as ledger:
        place = Place("app", "http://x.example")
        page = Page(ledger.start_run(RunStart("f" * 64), now, {place: [change]}), place)
        refused = Outcome(change.id, Status.FAILED, "no", code="403")
        ledger.after_write(page, refused, now)
    assert "reconciler history show 1 --status failed" in history(desk, "show", "1").err
    assert "403; no" in history(desk, "--status", "failed").out
    assert history(desk, "show", "1", "--status", "failed").err == ""


def test_a_lost_ledger_costs_history_and_nothing_else(busy):
    for file in (busy.folder / "state" / "sandbox").glob("ledger.db*"):
        file.unlink()
    assert history(busy).out == "No run is recorded.\n"
    assert busy.changes(0) == []
    del busy.document["users"]["u05"]
    busy.document["users"]["u06"]["jobTitle"] = "Chief"
    assert busy.changes() == ["app/user/u06"]
    busy.type("apply", "--sandbox", "--yes")
    assert busy.changes(0) == []
    assert "12 users, 1 group" in busy.type("sandbox", "show").out
    del busy.document["users"]["u07"]
    assert busy.changes() == ["app/user/u07"]
