import json

import pytest

from reconciler.sandbox import open_sandbox
from reconciler.sandbox.serve import serving


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


@pytest.mark.parametrize("command", ["plan", "drift"])
def test_a_page_is_written_whole_and_says_the_sum_on_the_side(desk, command):
    file = desk.folder / "page.html"
    told = desk.type(command, "--sandbox", "--format", "html", "--output", str(file))
    page = file.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    assert "u03@contoso.example" in page
    assert command.capitalize() in told.err
    assert told.out == ""


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


def test_a_plan_says_what_it_will_cost_and_that_the_deadline_is_too_short(desk, monkeypatch):
    monkeypatch.setenv("RECONCILER_TEST_TOKEN", "s3cret")
    app = open_sandbox(None, target="app").app
    with serving({"app": app}, host="127.0.0.1") as port:
        rate = [{"requests": 1, "per": "minute", "burst": 4, "methods": ["POST"]}]
        service = {"rate": rate, "concurrency": 2}
        url = f"http://127.0.0.1:{port}/app/scim/v2"
        desk.document["targets"]["app"] |= {"url": url, "service": service}
        told = desk.type("plan", "--deadline", "5m").out
        plan = json.loads(desk.type("plan", "--format", "json").out)
        (expected,) = (item["expected"] for item in plan["targets"])
        again = json.loads(desk.type("plan", "--format", "json", "--deadline", "1h").out)
    words = " ".join(told.split())
    assert (
        "These changes take 15 requests (GET 1, PATCH 1, POST 13): about 9 min at the rate" in words
    )
    assert "All of it will not be done before the deadline: 5 min of it are left then." in words
    assert expected["requests"]["methods"]["POST"] == {"least": 13, "most": 13}
    assert (expected["waits_for_rate"], expected["left_seconds"]) == (True, None)
    assert 9 * 60 <= expected["seconds"]["least"] < 9 * 60 + 30
    assert again["targets"][0]["expected"]["in_time"] is True
    assert again["fingerprint"] == plan["fingerprint"]
