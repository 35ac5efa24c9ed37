"""Outputs of a job: numbers and words of our own, and no line that data could begin."""

import re
from dataclasses import replace

import pytest

from reconciler.model.fingerprint import fingerprint
from reconciler.model.outcome import Dropped, Outcome, Run, Status
from reconciler.render.ci.outputs import (
    outputs_of_plan,
    outputs_of_problems,
    outputs_of_run,
    reason_of_plan,
    reason_of_run,
    render_outputs,
)


@pytest.fixture
def plan(seen_plan):
    return seen_plan


def test_a_plan_tells_its_counts_its_fingerprint_and_one_word(plan):
    found = outputs_of_plan(plan)
    assert found == {
        "has_changes": True,
        "creates": 1,
        "adopts": 0,
        "updates": 1,
        "enables": 0,
        "disables": 0,
        "deletes": 0,
        "adds": 1,
        "removes": 1,
        "grants": 2,
        "revokes": 1,
        "held": 1,
        "conflicts": 1,
        "this_change": 0,
        "pending": 0,
        "drift": 0,
        "ending": 1,
        "idle": 2,
        "problems": 0,
        "failures": 1,
        "fingerprint": fingerprint(plan),
        "own_fingerprint": "",
        "settings": 0,
        "exit_reason": "failed",
    }


def test_every_output_is_one_line(plan):
    text = render_outputs(outputs_of_plan(plan))
    assert text.startswith("has_changes=true\ncreates=1\n")
    assert len(text.splitlines()) == len(outputs_of_plan(plan))


@pytest.mark.parametrize(
    "value", ["a\nb=c", "a\r\nb", "a<<EOF", "\x00", "a b", "\u2028x", "${{ x }}"]
)
def test_nothing_can_end_a_line_or_begin_another_form(value):
    text = render_outputs({"name": value})
    assert text.count("\n") == 1
    assert re.fullmatch(r"name=[A-Za-z0-9_./:-]+\n", text)


def test_the_word_for_a_plan_is_the_gravest(plan):
    calm = replace(plan, failures=())
    assert reason_of_plan(calm) == "held"
    (target,) = calm.targets
    free = replace(target, waves=target.waves[:1], violations=(), conflicts=())
    assert reason_of_plan(replace(calm, targets=(free,))) == "changes"
    assert reason_of_plan(replace(calm, targets=(replace(free, waves=()),))) == "no-changes"


def test_the_word_for_a_run_follows_the_exit_codes(plan):
    calm = replace(plan, failures=(), targets=())
    done = Run("f" * 64, (Outcome("a", Status.DONE),))
    assert reason_of_run(done, calm) == "applied"
    assert reason_of_run(done, plan) == "held"
    dropped = replace(done, stale=(Dropped("b", "it moved"),))
    assert reason_of_run(dropped, plan) == "stale"
    failed = replace(dropped, outcomes=(Outcome("a", Status.SKIPPED),))
    assert reason_of_run(failed, plan) == "failed"
    assert reason_of_run(Run("f" * 64, ()), calm) == "no-changes"
    told = outputs_of_run(failed, plan)
    assert (told["skipped"], told["stale"], told["fingerprint"]) == (1, 1, "f" * 64)


def test_problems_end_a_command_before_there_is_a_plan():
    assert render_outputs(outputs_of_problems(3)) == (
        "has_changes=false\nproblems=3\nexit_reason=problems\n"
    )
