"""Annotations of a plan and of a run: the worst first, as many as GitHub shows."""

from dataclasses import replace

import pytest

from reconciler.model.outcome import Dropped, Outcome, Run, Status
from reconciler.render.ci.annotations import annotate_plan, annotate_run
from tests.render.conftest import create_ada, disable_tom, place


@pytest.fixture
def plan(seen_plan):
    return seen_plan


def test_a_plan_is_told_on_its_lines_the_worst_first(plan):
    assert annotate_plan(plan, prefix="desired-state/").splitlines() == [
        "::error title=slack was not planned::no answer from slack.example",
        (
            "::error title=removals holds 1 change at envoy::4 of our 30 live accounts would be "
            "disabled or deleted; the limit is 3 (10 %25, at least 3)"
        ),
        (
            "::error file=desired-state/users/engineering.yaml,line=40,"
            "title=conflict%3A user linus at envoy::2 live users have the same userName: "
            "linus@contoso.example, LINUS@contoso.example%0A"
            "Delete or rename one of them in the app, "
            "or match on another attribute first."
        ),
        (
            "::warning file=desired-state/groups/engineering.yaml,line=6,title=1 change::"
            "remove id:99 (Eve\\x1b[31m) from oncall at envoy"
        ),
        (
            "::warning file=desired-state/users/engineering.yaml,line=3,title=1 change::"
            "create user ada at envoy"
        ),
        (
            "::notice file=desired-state/targets/envoy.yaml,line=21,"
            "title=1 idle%3A nothing comes of it today::user zoe at envoy is assigned through the "
            "group sales as Employee: the filter north-america does not admit it "
            "(US staff: country equals US) (scopes/offices.yaml:3)"
        ),
        (
            "::notice file=desired-state/targets/envoy.yaml,line=22,"
            "title=1 idle%3A nothing comes of it today::"
            "user ivan at envoy is assigned as Admin: it starts on 2027-01-01"
        ),
        (
            "::notice file=desired-state/groups/engineering.yaml,line=9,title=1 change::"
            "add ada to oncall at envoy"
        ),
        (
            "::notice file=desired-state/users/engineering.yaml,line=20,title=1 change::"
            "update user grace at envoy"
        ),
    ]


def test_many_changes_of_one_line_are_one_annotation(plan):
    many = tuple(replace(create_ada(), key=f"u{number}") for number in range(8))
    tom = replace(disable_tom(), at=create_ada().at, held_by=())
    quiet = replace(plan.targets[0], violations=(), conflicts=(), idle=())
    target = replace(quiet, waves=((*many, tom),))
    (line,) = annotate_plan(replace(plan, targets=(target,), failures=())).splitlines()
    assert line.startswith("::warning file=users/engineering.yaml,line=3,title=9 changes::disable")
    assert line.endswith("%0Aand 4 more")


def test_many_who_are_idle_by_one_line_are_one_annotation(plan):
    zoe, _ = plan.targets[0].idle
    target = replace(plan.targets[0], waves=(), violations=(), conflicts=(), idle=(zoe,) * 7)
    (line,) = annotate_plan(replace(plan, targets=(target,), failures=())).splitlines()
    assert "line=21,title=7 idle%3A nothing comes of it today::user zoe at envoy" in line
    assert line.endswith("%0Aand 2 more")


def test_only_ten_of_a_level_are_told_and_the_last_counts_the_rest(plan):
    many = tuple(
        replace(create_ada(), key=f"u{number}", at=place("a", number)) for number in range(1, 31)
    )
    target = replace(plan.targets[0], waves=(many,), violations=(), conflicts=(), idle=())
    lines = annotate_plan(replace(plan, targets=(target,), failures=())).splitlines()
    assert len(lines) == 10
    assert lines[-1].endswith(" (+20 more notices in the plan)")


def test_a_run_tells_what_it_did_not_do():
    run = Run(
        "f",
        (
            Outcome("app/user/a", Status.DONE),
            Outcome("app/user/b", Status.HELD),
            Outcome("app/user/c", Status.FAILED, "400: no\n::set-output name=x::y"),
        ),
        stale=(Dropped("app/user/d", "it moved", "Plan again."),),
        failures=(("app", "no answer"),),
    )
    assert annotate_run(run).splitlines() == [
        "::error title=app failed::no answer",
        "::error title=app/user/d was dropped::it moved%0APlan again.",
        "::error title=app/user/c failed::400: no\\n:\\x3aset-output name=x:\\x3ay",
        "::notice title=app/user/b held::app/user/b held",
    ]
