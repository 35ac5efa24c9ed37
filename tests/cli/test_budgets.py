"""A budget by the hour is spent by runs one after the other, and by targets on one host."""

import json
import re

import httpx
import pytest

from reconciler.cli.budgets import Budgets
from reconciler.ledger.ledger import open_ledger
from reconciler.model.rate import rate_limit
from reconciler.sandbox import open_sandbox
from reconciler.sandbox.serve import serving
from reconciler.scim.http.exchange import Exchanged
from tests.cli.conftest import person

HOUR = rate_limit(20, "hour", None, ["POST"], "")
BUDGET = {"requests": 20, "per": "hour", "methods": ["POST"]}


@pytest.fixture
def app(desk, monkeypatch):
    """Serve the target `app`, with a budget; what is given is served beside it on its host."""
    monkeypatch.setenv("RECONCILER_TEST_TOKEN", "s3cret")
    apps = {name: open_sandbox(None, target=name).app for name in ("app", "other")}
    with serving(apps, host="127.0.0.1") as port:
        for name in apps:
            target = desk.document["targets"].setdefault(
                name, dict(desk.document["targets"]["app"])
            )
            target["url"] = f"http://127.0.0.1:{port}/{name}/scim/v2"
            target["service"] = {"rate": [BUDGET]}
        yield


def said(desk, *arguments, code=0):
    return " ".join(desk.type(*arguments, code=code).out.split())


@pytest.mark.usefixtures("app")
def test_what_earlier_runs_have_sent_counts(desk):
    unknown = "20 POST in any 1 h: no ledger tells what earlier runs have sent of them."
    assert unknown in said(desk, "plan", "--target", "app")
    desk.type("apply", "--yes", "--target", "app")
    for number in range(20, 28):
        desk.document["users"][f"u{number}"] = person(number)
    told = said(desk, "plan", "--target", "app", "--deadline", "10m")
    # Spending is kept by the minute, so it may be a minute less than the hour.
    assert re.search(
        r"These changes take 8 requests \(POST 8\): about (1 h|59 min) at the rate", told
    )
    assert "7 of 20 POST in any 1 h are left." in told
    assert "All of it will not be done before the deadline" in told
    assert "budget 7 of 20 POST in any 1 h are left" in said(desk, "check", "--target", "app")

    run = said(desk, "apply", "--yes", "--target", "app", "--deadline", "20s", code=4)
    assert "7 done" in run
    assert "out of time" in run
    assert "0 of 20 POST in any 1 h are left" in said(desk, "check", "--target", "app")


@pytest.mark.usefixtures("app")
def test_targets_on_one_host_share_it(desk):
    desk.type("apply", "--yes", "--target", "app")
    plan = json.loads(desk.type("plan", "--target", "other", "--format", "json").out)
    (expected,) = (item["expected"] for item in plan["targets"])
    assert expected["requests"]["methods"]["POST"] == {"least": 13, "most": 13}
    assert expected["budgets"] == [
        {"requests": 20, "seconds": 3600.0, "methods": ["POST"], "path": "", "left": 7}
    ]
    assert expected["waits_for_rate"] is True


def test_the_sandbox_has_no_budget(desk):
    desk.document["targets"]["app"]["service"] = {"rate": [BUDGET]}
    desk.type("apply", "--sandbox", "--yes")
    assert "in any 1 h" not in said(desk, "check", "--sandbox")


def test_what_the_ledger_cannot_take_is_written_later(tmp_path):
    budgets, url = Budgets(), "https://app.example/scim/v2"
    hear = budgets.heard("app.example", url, [HOUR])
    hear(Exchanged(httpx.Request("POST", f"{url}/Users?x=1"), 201, 0.1))
    with open_ledger(f"sqlite:///{tmp_path}/one.db") as lost:
        budgets.use(lost, is_kept=True)
    budgets.write()
    with open_ledger(f"sqlite:///{tmp_path}/two.db") as ledger:
        budgets.use(ledger, is_kept=True)
        assert len(budgets.ages("app.example", [HOUR])[HOUR]) == 1
