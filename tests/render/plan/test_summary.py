from dataclasses import replace

from reconciler.render.plan.summary import count_plan, summary_line


def test_what_is_held_is_counted_apart(plan):
    assert count_plan(plan) == {
        "create": 1,
        "adopt": 0,
        "update": 1,
        "enable": 0,
        "disable": 0,
        "delete": 0,
        "add_members": 1,
        "remove_members": 1,
        "unchanged": 27,
        "unmanaged": 1,
        "held": 1,
        "conflicts": 1,
        "idle": 0,
        "problems": 0,
    }


def test_the_sum_of_two_targets_is_one_line(plan):
    twice = replace(plan, targets=plan.targets * 2)
    assert summary_line(twice) == (
        "Plan: 2 to create, 2 to update, 2 members to add, 2 members to remove, 2 held, "
        "2 conflicts, 1 target not planned."
    )


def test_who_is_idle_by_the_change_is_said_even_where_nothing_is_to_do(seen_plan):
    quiet = replace(seen_plan.targets[0], waves=(), violations=(), conflicts=())
    plan = replace(seen_plan, targets=(quiet,), failures=())
    assert summary_line(plan) == "Plan: nothing to do, 2 idle by this change."
    assert count_plan(plan)["idle"] == 4
    before = replace(quiet, idle=())
    assert summary_line(replace(plan, targets=(before,))) == "Plan: nothing to do."


def test_where_a_target_was_not_planned_nobody_says_that_nothing_is_to_do(plan):
    failed = (("app", "no answer"),)
    assert summary_line(replace(plan, targets=(), failures=failed)) == "Plan: 1 target not planned."
    quiet = replace(plan.targets[0], waves=(), violations=(), conflicts=())
    mixed = replace(plan, targets=(quiet,), failures=failed * 2)
    assert summary_line(mixed) == "Plan: nothing to do, 2 targets not planned."
