from dataclasses import replace

from reconciler.render.ci.status import STATUS_CHARACTERS, render_status


def test_what_is_to_be_decided_comes_first(plan):
    assert render_status(plan) == "Not planned: slack"
    assert render_status(replace(plan, failures=())) == (
        "Needs a decision: 1 held, 1 conflict. Plan: 1 to create, 1 to update, 1 member to add, "
        "1 member to remove, 1 held, 1 conflict."
    )
    target = replace(plan.targets[0], waves=plan.targets[0].waves[:1], conflicts=())
    assert render_status(replace(plan, failures=(), targets=(target,))) == (
        "Plan: 1 to create, 1 to update."
    )


def test_it_is_cut_between_words(plan):
    many = tuple((f"target-{number}\n", "no answer") for number in range(40))
    line = render_status(replace(plan, failures=many))
    assert len(line) <= STATUS_CHARACTERS
    assert line.endswith("\\n,…")
    one = render_status(replace(plan, failures=(("x" * 500, "no answer"),)))
    assert one == "Not planned:…"
