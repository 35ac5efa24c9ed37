import json
from datetime import UTC, datetime

from reconciler.cli.boundary import run
from reconciler.ledger.ledger import open_ledger
from reconciler.ledger.place import Place

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def place(target):
    return Place(target, f"http://sandbox.localhost/{target}/scim/v2")


def ledger_of(desk):
    return open_ledger(f"sqlite:///{desk.folder}/state/sandbox/ledger.db")


def test_a_second_apply_leaves_the_target_alone_and_does_the_others(desk):
    desk.document["targets"]["other"] = dict(desk.document["targets"]["app"])
    with ledger_of(desk) as ledger, ledger.holding(place("app"), "grace, process 1 on x", NOW):
        done = desk.type("apply", "--sandbox", "--yes", "--format", "json", code=4)
        assert desk.plan()["summary"]["create"] == 13
    document = json.loads(done.out)
    (failure,) = document["failures"]
    assert failure["target"] == "app"
    assert "another apply is at work on app: grace, process 1 on x, since" in failure["reason"]
    assert "Run it again when that one has ended." in failure["reason"]
    assert {item["id"].split("/")[0] for item in document["outcomes"]} == {"other"}
    with ledger_of(desk) as ledger, ledger.holding(place("app"), "nobody", NOW):
        pass


def test_history_names_the_target_that_was_locked(desk):
    with ledger_of(desk) as ledger, ledger.holding(place("app"), "grace", NOW):
        desk.type("apply", "--sandbox", "--yes", code=4)
    assert run(["history", "--sandbox", "--state-dir", str(desk.folder / "state")]) == 0
    assert "failed  app failed" in desk.capture.readouterr().out


def test_an_approved_plan_for_a_locked_target_is_not_stale(desk):
    file = desk.folder / "plan.json"
    desk.type("plan", "--sandbox", "--format", "json", "--output", str(file))
    with ledger_of(desk) as ledger, ledger.holding(place("app"), "grace", NOW):
        done = desk.type("apply", str(file), "--sandbox", "--yes", "--format", "json", code=4)
    assert json.loads(done.out)["stale"] == []
    desk.type("apply", str(file), "--sandbox", "--yes")
    assert desk.changes(0) == []
