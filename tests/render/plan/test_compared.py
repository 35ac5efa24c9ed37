"""What a change may not decide for itself stands first, whole and harmless, in every reading."""

import json
from dataclasses import replace

import pytest

from reconciler.model.problem import Position
from reconciler.model.revision import Revision
from reconciler.model.trust import Effect, SettingChange
from reconciler.render.html.plan import render_html
from reconciler.render.markdown.plan import render_markdown
from reconciler.render.plan.compared import LISTED, comparison_of, settings_of
from reconciler.render.plan.text import render_text
from reconciler.render.planfile.dump import dump_plan

EVIL = "<img src=x>`@everyone`\u202e\x1b[31m\n# [x](https://evil.example)"
URL = "https://" + "a" * 100 + ".evil.example/scim/v2"
HOST = SettingChange(
    "targets.app.url", "https://app.example", URL, Effect.NOT_CONTACTED, Position("a.yaml", 4)
)
ODD = SettingChange(f"targets.{EVIL}.adopt", EVIL, None, Effect.BASE_HOLDS, Position(EVIL, 1))


@pytest.fixture
def compared(plan):
    base = Revision(EVIL, "b" * 40)
    return replace(plan, commit="c" * 40, base=base, planned="merge", settings=(HOST, ODD))


@pytest.mark.parametrize("render", [render_text, render_markdown, render_html])
def test_it_comes_before_every_change_and_hides_no_part_of_a_host(compared, render):
    shown = render(compared)
    assert shown.index("Not for this change to decide (2 settings)") < shown.index("grace")
    assert URL in "".join(shown.split())
    assert "\u202e" not in shown
    assert "\x1b" not in shown
    if render is render_html:
        assert "<img" not in shown


def test_what_was_planned_is_said_with_both_commits(compared):
    _, sentence = comparison_of(compared)
    assert sentence == (
        "at the commit bbbbbbbbbbbb; planned is what merging the commit cccccccccccc into it gives."
    )


def test_head_is_called_by_its_branch_where_it_has_one(compared):
    plan = replace(compared, base=replace(compared.base, ref="HEAD", branch="main"))
    assert comparison_of(plan)[0] == "main"
    assert "Compared with `main` at the commit bbbbbbbbbbbb; planned" in render_markdown(plan)
    assert json.loads(dump_plan(plan))["base"] == {
        "ref": "HEAD",
        "commit": "b" * 40,
        "errors": 0,
        "branch": "main",
    }


def test_json_holds_all_of_it(compared):
    many = tuple(replace(ODD, name=f"targets.x.{number}") for number in range(100))
    found = json.loads(dump_plan(replace(compared, settings=(HOST, *many))))
    assert len(found["settings"]) == 101
    assert found["settings"][0] == {
        "name": "targets.app.url",
        "before": "https://app.example",
        "after": URL,
        "effect": "not contacted",
        "at": "a.yaml:4",
    }


def test_many_harmless_settings_cannot_push_out_a_grave_one(compared):
    many = tuple(replace(ODD, name=f"targets.x.{number}") for number in range(1000))
    shown, more = settings_of(replace(compared, settings=(HOST, *many)))
    assert (shown[0].name, len(shown)) == ("targets.app.url", LISTED)
    assert more == "… and 961 more, all of them in --format json"


def test_a_base_with_errors_is_no_plan_and_says_so(plan):
    bad = replace(plan, targets=(), failures=(), base=Revision("main", "b" * 40, errors=2))
    for render in (render_text, render_markdown, render_html):
        shown = " ".join(render(bad).split())
        assert "2 errors in its desired state" in shown
        assert "No changes" not in shown


@pytest.mark.parametrize("render", [render_text, render_markdown, render_html])
def test_what_differs_within_a_long_value_is_shown(compared, render):
    domains = ", ".join(f"d{number}.example" for number in range(60))
    sides = (f"domain of mail: {domains}, {more}, {domains}" for more in ("our.test", "evil.test"))
    edited = SettingChange("policies.own", *sides, Effect.BASE_HOLDS, Position("a.yaml", 9))
    assert "evil.test" in " ".join(render(replace(compared, settings=(edited,))).split())


@pytest.mark.parametrize("render", [render_text, render_markdown, render_html])
def test_the_longest_host_is_shown_to_its_end(compared, render):
    url = f"https://{'app-example-com.' * 15}evil.test/scim/v2"
    moved = replace(HOST, after=url)
    assert url in "".join(render(replace(compared, settings=(moved,))).split())
