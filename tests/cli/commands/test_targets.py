import json

import pytest

from reconciler.cli.boundary import run
from tests.cli.conftest import TARGET

OAUTH = {
    "token_url": "https://login.example/token",
    "client_id": "me",
    "client_secret": {"file": "/run/secrets/other"},
}


@pytest.fixture
def fleet(desk):
    """Nine targets: one is off, one has OAuth, one has no token and is on this machine."""
    targets = {f"app{number}": dict(TARGET) for number in range(6)}
    targets["off"] = {**TARGET, "provisioning": "off"}
    targets["other"] = {**TARGET, "url": "https://other.example/v2", "auth": {"oauth2": OAUTH}}
    targets["local"] = {"profile": "generic-scim", "url": "http://127.0.0.1:8080/scim/v2"}
    desk.document["targets"] = targets
    return desk


def ask(desk, *arguments, code=0):
    """Run `targets`, which keeps no state."""
    desk.write()
    ended = run(["targets", *arguments, "--desired-state", str(desk.folder / "desired-state")])
    printed = desk.capture.readouterr()
    assert ended == code, printed.err
    return printed


def test_the_matrix_is_one_line_with_what_is_provisioned(fleet):
    text = ask(fleet, "--format", "matrix").out
    rows = json.loads(text)["include"]
    assert text.count("\n") == 1
    assert [row["target"] for row in rows] == [*(f"app{n}" for n in range(6)), "local", "other"]
    assert rows[-1] == {"target": "other", "profile": "generic-scim", "host": "other.example"}


def test_the_json_names_where_a_secret_is_and_never_the_secret(fleet, monkeypatch):
    monkeypatch.setenv("RECONCILER_TEST_TOKEN", "very-s3cret")
    text = ask(fleet, "--format", "json").out
    found = {item["target"]: item for item in json.loads(text)["targets"]}
    assert "very-s3cret" not in text
    assert found["app0"]["secret"] == "env:RECONCILER_TEST_TOKEN"
    assert (found["other"]["auth"], found["other"]["secret"]) == (
        "oauth2",
        "file:/run/secrets/other",
    )
    assert (found["local"]["auth"], found["local"]["secret"]) == (None, None)
    assert found["off"]["provisioning"] == "off"


def test_the_text_is_for_people(fleet):
    text = ask(fleet, "--target", "off", "--target", "local").out
    assert "off    Any SCIM 2.0 app, provisioning is off" in text
    assert "http://127.0.0.1:8080/scim/v2, no token" in text
    assert "app0" not in text


def test_parts_are_disjoint_and_hold_everything(fleet):
    parts = [ask(fleet, "--format", "json", "--shard", f"{n}/3").out for n in (1, 2, 3)]
    keys = [[item["target"] for item in json.loads(part)["targets"]] for part in parts]
    assert sorted(key for part in keys for key in part) == sorted(fleet.document["targets"])
    assert all(keys)


def test_a_part_without_targets_is_no_failure(desk):
    empty = next(n for n in (1, 2) if "No targets." in ask(desk, "--shard", f"{n}/2").out)
    assert "No changes" in desk.type("plan", "--sandbox", "--shard", f"{empty}/2").out
    desk.type("apply", "--sandbox", "--yes", "--shard", f"{empty}/2")
    assert desk.plan()["summary"]["create"] == 13


def test_each_part_applies_its_own_of_one_plan_file(desk):
    desk.document["targets"] = {"app": dict(TARGET), "crm": dict(TARGET), "hr": dict(TARGET)}
    file = str(desk.folder / "plan.json")
    desk.type("plan", "--sandbox", "--format", "json", "--output", file)
    for part, left in (("1/2", {"app", "hr"}), ("2/2", set())):
        desk.type("apply", file, "--sandbox", "--yes", "--shard", part)
        plan = desk.plan(2 if left else 0)
        assert {item["target"] for item in plan["targets"] if item["changes"]} == left


@pytest.mark.parametrize("part", ["0/2", "3/2", "1", "1/0", "a/b", "-1/2", "1/2/3", "1/99999"])
def test_what_is_no_part_is_wrong_usage(fleet, part):
    assert "write it like 1/8" in ask(fleet, "--shard", part, code=1).err
