"""The price of an apply in words; expected sentences are literal."""

from dataclasses import replace

import pytest

from reconciler.model.forecast import Allowance, Forecast, Span
from reconciler.model.rate import rate_limit
from reconciler.render.markdown.plan import render_markdown
from reconciler.render.plan.forecast import (
    allowance_of,
    cost_of,
    forecast_as_json,
    lasting,
    lateness_of,
)
from reconciler.render.plan.text import render_text

COST = Forecast(
    {"GET": Span(0, 6), "PATCH": Span(9, 9), "POST": Span(1200, 1200)},
    Span(240.4, 330.0),
    answer_seconds=0.21,
)
AT_THE_RATE = " at the rate that its profile or target gives"


@pytest.mark.parametrize(
    ("forecast", "time"),
    [
        (COST, "about 4 min to 6 min, with answers in 210 ms as just now"),
        (
            replace(COST, is_limited=True),
            f"about 4 min to 6 min{AT_THE_RATE}, with answers in 210 ms as just now",
        ),
        (
            replace(COST, is_limited=True, answer_seconds=None),
            f"at least 4 min{AT_THE_RATE}",
        ),
        (replace(COST, answer_seconds=None), "how long that takes is not known"),
        (replace(COST, seconds=Span(0.2, 0.9)), "less than a second"),
        (replace(COST, seconds=Span(12.2, 12.4)), "about 12 s, with answers in 210 ms as just now"),
    ],
)
def test_a_price_is_one_sentence(forecast, time):
    said = "These changes take 1,209 to 1,215 requests (GET 0 to 6, PATCH 9, POST 1,200)"
    assert cost_of(forecast) == f"{said}: {time}."


def test_one_request_is_one_and_a_sample_is_about():
    one = replace(COST, requests={"POST": Span(1, 1)}, seconds=Span(0, 0))
    assert cost_of(one) == "These changes take 1 request (POST 1): less than a second."
    many = replace(one, requests={"POST": Span(9, 9)}, is_sampled=True)
    assert cost_of(many) == "These changes take about 9 requests (POST 9): less than a second."


def test_where_writes_go_together_it_is_the_most():
    bulk = replace(COST, requests={"POST": Span(250, 250)}, seconds=Span(0, 0), joined=100)
    said = "These changes take at most 250 requests (POST 250; up to 100 writes go as one)"
    assert cost_of(bulk) == f"{said}: less than a second."


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (None, ""),
        (330.0, ""),
        (300.0, "All of it may not be done before the deadline: 5 min of it are left then."),
        (100.0, "All of it will not be done before the deadline: 2 min of it are left then."),
    ],
)
def test_what_the_deadline_leaves_no_time_for_is_said(left, said):
    rest = " What is not begun by then is skipped, and left to the next apply."
    assert lateness_of(replace(COST, left=left)) == (said and said + rest)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.4, "0 s"),
        (59, "59 s"),
        (61, "1 min"),
        (3599, "1 h"),
        (3600, "1 h"),
        (7800, "2 h 10 min"),
        (86_400, "1 day"),
        (200_000, "2 days"),
    ],
)
def test_a_time_is_as_rough_as_it_is_known(seconds, said):
    assert lasting(seconds) == said


def test_what_is_left_of_a_budget_is_one_sentence():
    day = rate_limit(9000, "day", None, ["POST"], "/Users")
    assert (
        allowance_of(Allowance(day, 1200)) == "1,200 of 9,000 POST to /Users in any 1 day are left"
    )
    hour = rate_limit(25_000, "hour", None, [], "")
    unknown = "25,000 requests in any 1 h: no ledger tells what earlier runs have sent of them"
    assert allowance_of(Allowance(hour, None)) == unknown


def test_machines_get_every_number():
    allowance = Allowance(rate_limit(9000, "day", None, ["POST"], "/Users"), 7)
    found = forecast_as_json(replace(COST, left=300.0, allowances=(allowance,)))
    assert found == {
        "requests": {
            "least": 1209,
            "most": 1215,
            "methods": {
                "GET": {"least": 0, "most": 6},
                "PATCH": {"least": 9, "most": 9},
                "POST": {"least": 1200, "most": 1200},
            },
        },
        "seconds": {"least": 240.4, "most": 330.0},
        "answer_seconds": 0.21,
        "waits_for_rate": False,
        "sampled": False,
        "writes_in_one": 1,
        "budgets": [
            {"requests": 9000, "seconds": 86400.0, "methods": ["POST"], "path": "/Users", "left": 7}
        ],
        "left_seconds": 300.0,
        "in_time": False,
    }
    assert forecast_as_json(None) is None


@pytest.mark.parametrize("render", [render_text, render_markdown])
def test_a_plan_shows_its_price_and_what_is_too_late(plan, render):
    targets = tuple(replace(item, forecast=replace(COST, left=100.0)) for item in plan.targets)
    text = " ".join(render(replace(plan, targets=targets)).split())
    assert "These changes take 1,209 to 1,215 requests" in text
    assert "All of it will not be done before the deadline" in text
    assert "These changes take" not in render(plan)
