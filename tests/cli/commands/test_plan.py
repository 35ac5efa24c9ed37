import pytest


def test_one_changed_line_is_exactly_one_change_with_that_line(desk):
    desk.type("apply", "--sandbox", "--yes")
    desk.document["users"]["u03"]["jobTitle"] = "Principal Engineer"
    (change,) = desk.plan()["targets"][0]["changes"]
    (attribute,) = change["attributes"]
    text = (desk.folder / "desired-state" / "all.yaml").read_text(encoding="utf-8").splitlines()
    file, _, line = attribute["at"].partition(":")
    assert (change["id"], change["action"]) == ("app/user/u03", "update")
    assert (attribute["before"], attribute["after"]) == ("Engineer", "Principal Engineer")
    assert (file, text[int(line) - 1].strip()) == ("all.yaml", '"jobTitle": "Principal Engineer",')


def test_a_target_that_does_not_answer_stops_no_other(desk, monkeypatch):
    monkeypatch.setenv("RECONCILER_TEST_TOKEN", "s3cret")
    dead = {"url": "http://127.0.0.1:9/scim/v2", "service": {"retries": 0}}
    desk.document["targets"]["app"] |= dead
    told = desk.type("plan", code=4)
    assert told.out.startswith("✗ app: not planned: ")
    assert "s3cret" not in told.out + told.err
    assert desk.type("apply", "--yes", code=4).out.startswith("✗ app: failed: ")


@pytest.mark.parametrize("name", ["app", "nowhere"])
def test_only_the_targets_that_are_named_are_planned(desk, name):
    arguments = ("plan", "--sandbox", "--target", name)
    told = desk.type(*arguments, code=0 if name == "app" else 1)
    assert ("The targets are: app." in told.err) == (name == "nowhere")
