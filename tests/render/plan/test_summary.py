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
        "problems": 0,
    }


def test_the_sum_of_two_targets_is_one_line(plan):
    twice = replace(plan, targets=plan.targets * 2)
    assert summary_line(twice) == (
        "Plan: 2 to create, 2 to update, 2 members to add, 2 members to remove, 2 held, "
        "2 conflicts."
    )
