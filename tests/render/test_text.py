from dataclasses import replace
from pathlib import Path

import pytest
from rich.text import Text

from reconciler.model.plan import Violation
from reconciler.model.problem import Position
from reconciler.model.revision import Revision
from reconciler.render.html.filters import PlanFilters
from reconciler.render.html.people import people_of
from reconciler.render.markdown.plan import render_markdown
from reconciler.render.plan.text import next_step, render_text

GOLDEN = Path(__file__).parent / "golden" / "plan.txt"


@pytest.fixture
def plan(seen_plan):
    return seen_plan


def test_a_plan_with_some_of_everything_reads_as_the_golden_file(plan, request):
    if request.config.getoption("--update-golden"):
        GOLDEN.write_text(render_text(plan), encoding="utf-8")
    assert render_text(plan) == GOLDEN.read_text(encoding="utf-8")


def test_decisions_stand_before_the_changes(plan):
    text = render_text(plan)
    assert text.index("removals holds") < text.index("conflict: user linus") < text.index("create")


def test_every_change_stays_within_eighty_columns(plan):
    assert max(len(line) for line in render_text(plan).splitlines()) <= 80


def test_colours_change_nothing_but_colours(plan):
    coloured = render_text(plan, color=True)
    assert "\x1b[" in coloured
    assert Text.from_ansi(coloured).plain.rstrip() == render_text(plan).rstrip()


def test_the_time_of_planning_changes_no_byte(plan):
    later = replace(plan, created=plan.created.replace(year=2030))
    assert render_text(later) == render_text(plan)


def test_an_empty_plan_says_so(plan, make_plan):
    quiet = replace(
        plan.targets[0], waves=(), violations=(), conflicts=(), unmanaged=(), unmanaged_count=0
    )
    text = render_text(make_plan(replace(quiet, idle=(), idle_count=0)))
    assert text.endswith("\nNo changes. 27 objects as the YAML says.\n")
    assert "idle" not in text
    text = render_text(make_plan(quiet), width=100)
    assert text.endswith(
        "\nNo changes. 27 objects as the YAML says. 2 are idle by this change, listed above.\n"
    )
    text = render_text(make_plan(replace(quiet, idle=())))
    assert "  ○ 4 idle: given by the YAML, but nothing comes of it today;" in text
    assert next_step(make_plan(quiet)) == ""


def test_an_accepted_violation_says_that_it_is_accepted(plan):
    target = plan.targets[0]
    waves = tuple(tuple(replace(item, held_by=()) for item in wave) for wave in target.waves)
    text = render_text(replace(plan, targets=(replace(target, waves=waves),)))
    assert "  ‖ removals is accepted" in text
    assert "--accept" not in text


def test_what_is_broken_and_holds_nothing_asks_for_no_decision(plan, make_plan):
    text = render_text(make_plan(_reporting(plan.targets[0], 12)))
    assert "Needs a decision" not in text
    assert "Broken at envoy, holds nothing (12)" in text
    assert "  ✗ policy:apart " in text
    assert "users/a.yaml:3" in text
    assert "… and 2 more" in text
    assert "--accept" not in text


def _reporting(target, number):
    broken = Violation(
        "policy:apart", "a\x1b[2J is in both", "policies.apart", at=Position("users/a.yaml", 3)
    )
    return replace(target, violations=(broken,) * number, conflicts=(), waves=())


def test_a_plan_that_holds_everything_asks_for_a_decision(plan, make_plan):
    target = plan.targets[0]
    assert next_step(make_plan(replace(target, waves=target.waves[3:]))).startswith("Next: decide")
    assert next_step(plan).startswith("Next: `reconciler apply`")
    assert next_step(plan, ("--sandbox",)).startswith("Next: `reconciler apply --sandbox` shows")


def test_long_lists_are_cut_and_say_how_much_is_missing(plan):
    target = plan.targets[0]
    many = replace(target, unmanaged=target.unmanaged * 13, unmanaged_count=13)
    assert "… and 3 more, all of them in --format json" in render_text(
        replace(plan, targets=(many,))
    )


def test_hostile_names_cannot_reach_the_terminal(plan):
    target = plan.targets[0]
    hostile = replace(target.waves[0][0], key="a\x1b[2J", display="b\u202e", why="c\nd")
    text = render_text(replace(plan, targets=(replace(target, waves=((hostile,),)),)))
    assert r"create user a\x1b[2J (b\u202e)" in text
    assert r"c\nd" in text
    assert "\x1b" not in text


def test_ordinary_people_who_gain_access_are_listed_after_the_privileged(plan):
    target = plan.targets[0]
    ada, eve, _ = target.access.people
    plain = replace(ada, name="amy", display="amy", effects=ada.effects[2:])
    people = replace(target.access, people=(plain, ada, eve))
    text = render_text(replace(plan, targets=(replace(target, access=people),)), width=100)
    gains = text.partition("Who gains access (2 people)\n")[2]
    assert gains.index("+ ‼ ada") < gains.index("+ amy at envoy joins the group Platform on-call")
    assert "groups/engineering.yaml:9 is added" in gains


def test_people_of_this_change_stand_first_and_the_others_say_why_they_are_there(plan):
    target = plan.targets[0]
    _, eve, tom = target.access.people
    (leaves,) = eve.effects
    both = (replace(leaves, origin="pending"), replace(leaves, name="Crew", origin="this_change"))
    tom = replace(tom, effects=(replace(tom.effects[0], origin="drift"),))
    people = replace(target.access, people=(tom, replace(eve, effects=both)))
    found = replace(
        plan, targets=(replace(target, access=people),), base=Revision("main", "b" * 40)
    )
    losses = render_text(found, width=120).partition("Who loses access (2 people)\n")[2]
    own, drift, pending = (
        losses.index("− id:99 (Eve\\x1b[31m) at envoy leaves the group Crew\n"),
        losses.index("− drift: tom (tom@contoso.example) at envoy loses everything: the account"),
        losses.index("− pending: id:99 (Eve\\x1b[31m) at envoy leaves the group Platform on-call"),
    )
    assert own < drift < pending


def test_what_is_left_out_of_the_people_is_counted_with_the_privileged_among_them(plan):
    target = plan.targets[0]
    ada = target.access.people[0]
    many = tuple(replace(ada, name=f"u{number}", display="") for number in range(14))
    people = replace(target.access, people=many)
    text = render_text(replace(plan, targets=(replace(target, access=people),)))
    assert "Who gains access (14 people)" in text
    assert "    … and 4 more, 4 of them privileged, all of them in --format json" in text


def test_of_equal_danger_the_privileged_are_first(plan):
    target = plan.targets[0]
    *_, tom = target.access.people
    zoe = replace(tom, name="zoe", display="", sensitive=True)
    people = replace(target.access, people=(tom, zoe))
    found = replace(plan, targets=(replace(target, access=people),))
    losses = render_text(found).partition("Who loses access")[2]
    assert losses.index("‼ zoe") < losses.index("− tom")
    page = render_markdown(found).partition("Who loses access")[2]
    assert page.index("`zoe`") < page.index("`tom`")
    rows = people_of(found, PlanFilters(found)).rows
    assert [row.key for row in rows] == ["zoe", "tom"]


def test_a_narrow_page_wraps_what_is_idle(plan):
    text = render_text(plan, width=48)
    idle = text.partition("  Idle by this change")[2].partition("Not done")[0]
    assert max(map(len, idle.splitlines())) <= 60
    assert "nothing comes of it today" not in idle.splitlines()[0]
