from datetime import UTC, datetime

import pytest

from reconciler.cli.verdicts import code_of_plan, code_of_run
from reconciler.model.outcome import Outcome, Run, Status
from reconciler.model.plan import Action, Change, Plan, TargetPlan
from reconciler.model.remarks import Conflict
from reconciler.model.values import Kind

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def plan(*, held_by=(), changes=1, conflicts=0, failures=()):
    change = Change("app", Kind.USER, "ada", Action.CREATE, "ada", "assigned", held_by=held_by)
    conflict = Conflict(Kind.USER, "bob", "two of them", "Decide.")
    target = TargetPlan(
        target="app",
        profile="generic-scim",
        url="https://app.example",
        taken=NOW,
        live_users=0,
        live_groups=0,
        complete=True,
        evidence=(),
        waves=((change,) * changes,),
        conflicts=(conflict,) * conflicts,
    )
    return Plan(NOW, "0", "", None, (target,), failures)


LOST = (("slack", "no answer"),)


@pytest.mark.parametrize(
    ("found", "quiet", "detailed"),
    [
        (plan(changes=0), 0, 0),
        (plan(), 0, 2),
        (plan(held_by=("removals",)), 0, 3),
        (plan(changes=0, conflicts=1), 0, 3),
        (plan(held_by=("removals",), failures=LOST), 4, 4),
    ],
)
def test_a_plan_exits_with_the_first_code_that_applies(found, quiet, detailed):
    assert code_of_plan(found, detailed=False) == quiet
    assert code_of_plan(found, detailed=True) == detailed


def outcomes(*statuses):
    return tuple(Outcome("app/user/ada", status) for status in statuses)


@pytest.mark.parametrize(
    ("run", "found", "code"),
    [
        (Run("f", outcomes(Status.DONE)), plan(), 0),
        (Run("f", outcomes(Status.DONE, Status.HELD)), plan(held_by=("self",)), 3),
        (Run("f", outcomes(Status.HELD), stale=("x",)), plan(held_by=("self",)), 5),
        (Run("f", outcomes(Status.FAILED), stale=("x",)), plan(), 4),
        (Run("f", outcomes(Status.SKIPPED)), plan(), 4),
        (Run("f", (), failures=LOST), plan(held_by=("self",)), 4),
    ],
)
def test_a_run_exits_with_the_first_code_that_applies(run, found, code):
    assert code_of_run(run, found) == code
