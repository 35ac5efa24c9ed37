import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.model.history import PastOperation, PastRun, RunStart, State
from reconciler.model.path import parse_path
from reconciler.model.plan import Action, AttributeChange
from reconciler.model.values import Kind, Ref
from reconciler.render.history.data import (
    dump_operations,
    dump_runs,
    operations_as_csv,
    runs_as_csv,
)
from reconciler.render.history.steps import show_duration
from reconciler.render.history.text import render_operations, render_run_record, render_runs

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
START = RunStart("93b63e055502bf04" + "0" * 48, "d1" * 32, "0f3c2d1", "0.1.0", "ada@laptop")
DONE = PastRun(
    number=12,
    start=START,
    started=NOW,
    ended=NOW + timedelta(seconds=75),
    code=4,
    targets=("envoy", "slack"),
    counts={State.DONE: 1200, State.FAILED: 1},
)
CI = replace(START, trigger="GitHub run 7, by eve", resumes=12)
KILLED = PastRun(13, CI, NOW, None, None, ("envoy",), {State.UNANSWERED: 1, State.UNSENT: 8})
QUIET = PastRun(9, START, NOW, NOW + timedelta(seconds=0.4), 0)


def operation(key, action, state, **more):
    return PastOperation(
        run=12,
        target="envoy",
        url="https://app.example",
        id=f"envoy/user/{key}",
        operation=f"envoy/user/{key}",
        kind=Kind.USER,
        key=key,
        action=action,
        display=f"{key}@contoso.example",
        state=state,
        **more,
    )


def change(path, before, after, **more):
    return AttributeChange(parse_path(path), before, after, **more)


ASSIGNED = "assigned through the group employees as Employee"
SENT = {"sent": NOW, "answered": NOW + timedelta(milliseconds=250), "requests": 2}
OPERATIONS = (
    operation(
        "ada",
        Action.CREATE,
        State.DONE,
        live_id="4711",
        why=ASSIGNED,
        at="users/engineering.yaml:3",
        attributes=(
            change("userName", None, "ada@contoso.example"),
            change("badge", None, None, sensitive=True),
            change("manager", None, Ref(Kind.USER, "grace")),
        ),
        **SENT,
    ),
    operation(
        "grace",
        Action.UPDATE,
        State.FAILED,
        live_id="4712",
        why=ASSIGNED,
        at="users/engineering.yaml:9",
        attributes=(change("title", "Engineer", "Principal Engineer"),),
        code="409 uniqueness",
        detail="409 uniqueness: the title is taken",
        **SENT,
    ),
    operation("linus", Action.DISABLE, State.HELD, live_id="4713", held_by=("removals", "self")),
    operation("noor", Action.ENABLE, State.SKIPPED, detail="user/grace failed: taken"),
    operation("bea", Action.UPDATE, State.UNANSWERED, live_id="4714", sent=NOW),
    operation("old", None, State.UNSENT),
    replace(
        operation("crew", Action.REMOVE_MEMBERS, State.DONE, live_id="g1", **SENT),
        kind=Kind.GROUP,
        display="The Crew",
        remove=("ada", "id:99"),
    ),
)
HOSTILE = operation(
    "=cmd|' /C calc'!A0",
    Action.UPDATE,
    State.FAILED,
    live_id="-1\u202e",
    why="\x1b[2Jgone",
    detail="@SUM(1)\nnext",
    attributes=(change("title", "+1", "\x1b]0;x\x07"),),
)


RUNS = """\
run  started (UTC)        took        result           changes                 by
 13  2026-07-01 12:00:00  ?           no end recorded  1 unanswered, 8 unsent  GitHub run 7, by eve
 12  2026-07-01 12:00:00  1 min 15 s  failed           1,200 done, 1 failed    ada@laptop
  9  2026-07-01 12:00:00  0.40 s      done             nothing to do           ada@laptop
"""
WHOLE = """\
Run 12: failed
  started   2026-07-01 12:00:00 UTC, took 1 min 15 s
  by        ada@laptop
  plan      93b63e055502bf04
  commit    0f3c2d1
  state     d1d1d1d1d1d1d1d1
  tool      0.1.0
  changes   1,200 done, 1 failed

  ✓ done: create user ada (ada@contoso.example), envoy            users/engineering.yaml:3
    scope  assigned through the group employees as Employee
    match  nobody there yet
    write  2026-07-01 12:00:00 UTC, 0.25 s, 2 requests, id 4711
    userName  "ada@contoso.example"
    badge     (sensitive)
    manager   user grace

  ✗ failed: update user grace (grace@contoso.example), envoy      users/engineering.yaml:9
    scope  assigned through the group employees as Employee
    match  id 4712
    write  2026-07-01 12:00:00 UTC, 0.25 s, 2 requests; 409 uniqueness: the title is taken
    title  "Engineer" → "Principal Engineer"

  ‖ held: disable user linus (linus@contoso.example), envoy
    match  id 4713
    guard  held by removals, self

  · skipped: enable user noor (noor@contoso.example), envoy
    write  not sent; user/grace failed: taken

  ? unanswered: update user bea (bea@contoso.example), envoy
    match  id 4714
    write  2026-07-01 12:00:00 UTC, no answer was recorded

  ○ unsent: change user old (old@contoso.example), envoy
    write  not sent: the run ended before its turn

  ✓ done: remove 2 members from group crew (The Crew), envoy
    match  id g1
    write  2026-07-01 12:00:00 UTC, 0.25 s, 2 requests
    − ada
    − id:99
"""
LOOSE = """\
  · skipped: enable user noor (noor@contoso.example), envoy, run 12
    write  not sent; user/grace failed: taken
"""
OPEN = """\
Run 13: no end recorded
  started   2026-07-01 12:00:00 UTC; killed, or under way
  by        GitHub run 7, by eve
  resumes   run 12
  plan      93b63e055502bf04
  commit    0f3c2d1
  state     d1d1d1d1d1d1d1d1
  tool      0.1.0
  changes   1 unanswered, 8 unsent
"""


def test_runs_are_one_line_each():
    assert render_runs([KILLED, DONE, QUIET], width=100) == RUNS


def test_a_run_is_shown_step_by_step():
    assert render_run_record(DONE, OPERATIONS, width=90) == WHOLE


def test_operations_of_several_runs_name_their_run():
    assert render_operations(OPERATIONS[3:4], width=90) == LOOSE


def test_a_target_that_failed_whole_is_named_with_the_reason():
    failed = replace(QUIET, code=4, failures=(("slack", "no \x1b answer"),))
    assert "failed    slack: no \\x1b answer\n" in render_run_record(failed, ())
    assert "failed  slack failed  ada@laptop" in render_runs([failed])


def test_a_run_without_an_end_says_so_and_what_it_resumes():
    assert render_run_record(KILLED, ()) == OPEN


def test_runs_as_json_have_every_field():
    failed = replace(KILLED, failures=(("slack", "no answer"),))
    (run,) = json.loads(dump_runs([failed]))["runs"]
    assert run == {
        "run": 13,
        "started": "2026-07-01T12:00:00Z",
        "ended": None,
        "seconds": None,
        "result": "no end recorded",
        "code": None,
        "targets": ["envoy"],
        "counts": {"unanswered": 1, "unsent": 8},
        "failures": [{"target": "slack", "reason": "no answer"}],
        "trigger": "GitHub run 7, by eve",
        "plan": START.plan,
        "commit": "0f3c2d1",
        "digest": START.digest,
        "tool": "0.1.0",
        "resumes": 12,
    }


def test_an_operation_as_json_has_its_steps_and_both_values():
    document = json.loads(dump_operations(OPERATIONS[:2], DONE))
    assert (document["format"], document["run"]["run"]) == ("reconciler.history/1", 12)
    ada, grace = document["operations"]
    assert ada["attributes"] == [
        {"path": "userName", "before": None, "after": "ada@contoso.example"},
        {"path": "badge", "before": {"sensitive": True}, "after": {"sensitive": True}},
        {"path": "manager", "before": None, "after": {"ref": "user/grace"}},
    ]
    assert (grace["status"], grace["code"], grace["seconds"]) == ("failed", "409 uniqueness", 0.25)
    assert [(step["name"], step["status"]) for step in grace["steps"]] == [
        ("scope", "done"),
        ("match", "done"),
        ("write", "failed"),
    ]


def test_csv_has_a_row_for_each_difference():
    rows = list(csv.DictReader(io.StringIO(operations_as_csv(OPERATIONS))))
    assert [(row["key"], row["path"], row["before"], row["after"]) for row in rows] == [
        ("ada", "userName", "", "ada@contoso.example"),
        ("ada", "badge", "(sensitive)", "(sensitive)"),
        ("ada", "manager", "", '{"ref": "user/grace"}'),
        ("grace", "title", "Engineer", "Principal Engineer"),
        ("linus", "", "", ""),
        ("noor", "", "", ""),
        ("bea", "", "", ""),
        ("old", "", "", ""),
        ("crew", "members", "ada", ""),
        ("crew", "members", "id:99", ""),
    ]
    assert rows[3]["code"] == "409 uniqueness"


def test_runs_as_csv_are_one_row_each():
    (row,) = csv.DictReader(io.StringIO(runs_as_csv([DONE])))
    assert (row["run"], row["result"], row["targets"]) == ("12", "failed", "envoy slack")
    assert row["counts"] == "done=1200 failed=1"


def test_a_spreadsheet_runs_nothing_that_somebody_is_called():
    (row,) = csv.DictReader(io.StringIO(operations_as_csv([HOSTILE])))
    assert row["key"] == "'=cmd|' /C calc'!A0"
    assert row["live_id"] == "'-1\\u202e"
    assert row["before"] == "'+1"
    assert row["detail"] == "'@SUM(1)\\nnext"


@pytest.mark.parametrize("color", [False, True])
def test_no_name_steers_the_terminal(color):
    shown = render_operations([HOSTILE], color=color)
    assert "\x1b[2J" not in shown
    assert "\x1b]" not in shown
    assert "\u202e" not in shown
    assert "\\x1b[2Jgone" in shown
    assert render_runs([replace(DONE, start=replace(START, trigger="\x1b[2J"))]).count("\x1b") == 0


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, "?"), (0.25, "0.25 s"), (59.4, "59 s"), (185.0, "3 min 5 s"), (7800.0, "2 h 10 min")],
)
def test_a_duration_reads_like_one(seconds, shown):
    assert show_duration(seconds) == shown
