"""The comment: verdict first, the dangerous first, within its bytes, and safe from its data."""

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.model.access import Effect, PersonAccess, TargetAccess, Thing, Turn
from reconciler.model.plan import Action, Change, MemberChange
from reconciler.model.resource import Live
from reconciler.model.revision import Revision
from reconciler.model.values import Kind, Ref
from reconciler.render.markdown.plan import COMMENT_BYTES, MARKER, render_markdown
from reconciler.render.safe import escape
from tests.render.corpus import CORPUS, poisoned

GOLDEN = Path(__file__).parents[1] / "golden" / "plan.md"


@pytest.fixture
def plan(seen_plan):
    return seen_plan


def test_a_plan_with_some_of_everything_reads_as_the_golden_file(plan, request):
    if request.config.getoption("--update-golden"):
        GOLDEN.write_text(render_markdown(plan), encoding="utf-8")
    assert render_markdown(plan) == GOLDEN.read_text(encoding="utf-8")


def test_the_first_lines_say_whether_it_is_safe_to_merge(plan, make_plan):
    assert "**3 things need a decision**" in first_lines(plan)
    target = plan.targets[0]
    ada, eve, _ = target.access.people
    quiet = replace(target, violations=(), conflicts=(), waves=target.waves[:2])
    twice = replace(quiet, access=TargetAccess((ada,)))
    assert "**Look twice: privileged access changes.**" in first_lines(make_plan(twice))
    assert "**Nobody loses access**; 1 person gains some (**1 privileged**)." in first_lines(
        make_plan(twice)
    )
    calm = first_lines(make_plan(replace(quiet, access=TargetAccess((eve,)))))
    assert "> [!NOTE]\n> Nothing is held back: what is listed here is what will happen." in calm
    assert "**1 person loses access**; nobody gains any." in calm


def first_lines(plan):
    """Return what stands before the table: the answer, for a reader in a hurry."""
    return render_markdown(plan).partition("\n|")[0]


def test_the_marker_tells_comments_of_other_targets_and_environments_apart(plan):
    page = render_markdown(plan, environment="prod -->")
    assert page.splitlines()[:2] == [MARKER, "<!-- prod ___ envoy,slack -->"]
    assert page.splitlines()[2].startswith("## `prod -->` · Plan: 1 to create")


def test_this_change_stands_apart_from_what_else_would_be_done(plan, make_plan):
    target = plan.targets[0]
    ada, eve, tom = target.access.people
    ada = replace(ada, effects=tuple(replace(it, origin="this_change") for it in ada.effects))
    eve = replace(eve, effects=tuple(replace(it, origin="drift") for it in eve.effects))
    tom = replace(tom, effects=tuple(replace(it, origin="pending") for it in tom.effects))
    create = replace(target.waves[0][0], cause="this_change")
    access = TargetAccess((ada, eve, tom))
    found = make_plan(replace(target, waves=((create,),), access=access))
    page = render_markdown(replace(found, base=Revision("main", "b" * 40)))
    assert (
        "By this change, **nobody loses access**; 1 person gains some (**1 privileged**). "
        "Besides, not by this change: 1 loses access."
    ) in page
    gains, _, rest = page.partition("### Who gains access (1)")[2].partition("<details>")
    assert "`ada`" in gains
    assert "Who loses or gains access. Pending: not applied yet (1)" in rest
    assert "Who loses or gains access. Drift" in rest


def test_no_changes_are_one_sentence(plan, make_plan):
    empty = replace(plan.targets[0], violations=(), conflicts=(), waves=(), access=None)
    assert "> No changes. 27 objects as the YAML says." in render_markdown(make_plan(empty))


def test_what_is_held_is_not_counted_as_a_loss(plan):
    assert "**1 person loses access** (1 more is held back)" in render_markdown(plan)


@pytest.mark.parametrize("name", sorted(CORPUS.keys() - {"long", "spaces", "empty"}))
def test_a_hostile_name_can_still_be_read(name, plan):
    page = render_markdown(poisoned(plan, CORPUS[name]))
    first = escape(CORPUS[name].split()[0])
    assert first in page or first.replace("\\", "\\\\") in page


def many(number):
    """Return changes of which every tenth takes something away."""
    for index in range(number):
        action = Action.UPDATE
        if index % 10 == 0:
            action = Action.DELETE if index == number - 10 else Action.DISABLE
        live = Live(Kind.USER, str(index), {})
        yield Change(
            "envoy", Kind.USER, f"u{index}", action, f"u{index}@x.example", "why", live=live
        )


def seen(changes):
    """Return what the access view says of *changes*, as its stage would."""
    turns = {Action.DELETE: Turn.DELETED, Action.DISABLE: Turn.DISABLED}
    for change in changes:
        if change.action in turns:
            said = (Thing.ACCOUNT, change.key, change.key, turns[change.action], change.id)
            yield PersonAccess("envoy", change.key, change.display, (Effect(*said),))
        for member in change.remove:
            said = (Thing.GROUP, change.key, change.display, Turn.TAKEN, change.id)
            effect = Effect(*said, privileged=member.name == "u4321")
            yield PersonAccess("envoy", member.name, member.display, (effect,))


def test_a_plan_of_100_000_changes_fits_and_names_the_most_dangerous_first(plan, make_plan):
    leaving = tuple(
        MemberChange(Ref(Kind.USER, f"u{index}"), None, f"u{index}") for index in range(5_000)
    )
    group = replace(plan.targets[0].waves[2][0], remove=leaving)
    changes = (*many(100_000), group)
    access = TargetAccess(tuple(seen(changes)))
    target = replace(plan.targets[0], waves=(changes,), access=access)
    page = render_markdown(make_plan(target))
    assert len(page.encode()) < COMMENT_BYTES
    losses = page[page.index("### Who loses access") :].splitlines()
    assert losses[0] == "### Who loses access (15,000)"
    assert "u99990" in page, "the only delete is shown"
    rows = [line for line in losses if line.startswith("- −")]
    assert "the account, which is deleted" in rows[0]
    assert all("the account, which is disabled" in row for row in rows[1:10])
    assert "are left out** for want of room" in page
    assert page.startswith(MARKER)


def test_the_bytes_of_hostile_letters_count_too(plan, make_plan):
    wide = [
        replace(change, display="\N{CJK UNIFIED IDEOGRAPH-4E2D}" * 64) for change in many(5_000)
    ]
    target = replace(plan.targets[0], waves=(tuple(wide),))
    assert len(render_markdown(make_plan(target)).encode()) < COMMENT_BYTES


@pytest.mark.parametrize("limit", [3_000, 5_000, 8_000, 20_000])
def test_any_limit_is_kept_and_no_row_is_cut(limit, plan, make_plan):
    target = replace(plan.targets[0], waves=(tuple(many(500)),))
    page = render_markdown(make_plan(target), limit=limit)
    assert len(page.encode()) <= limit
    assert page.count("<details>") == page.count("</details>")
    assert all(line.count("`") % 2 == 0 for line in page.splitlines())


def test_who_is_idle_by_the_change_is_listed_where_nothing_is_to_do(plan, make_plan):
    quiet = replace(plan.targets[0], waves=(), violations=(), conflicts=(), access=None)
    page = render_markdown(make_plan(quiet))
    assert (
        "No changes. 27 objects as the YAML says. 2 are idle by this change, listed below." in page
    )
    assert "### Idle by this change: given by the YAML, but nothing comes of it today (2)" in page
    assert "- ○ user `ivan` at `envoy`: assigned as Admin · `targets/envoy.yaml:22`" in page
    assert "  the filter north-america does not admit it" in page
    assert "- ○ `envoy`: 2 more were idle before; `reconciler explain KEY` says why." in page


def test_where_a_target_was_not_planned_and_nothing_is_held_nobody_speaks_of_holding(plan):
    page = render_markdown(replace(plan, targets=(), failures=(("app", "no answer"),)))
    assert "## Plan: 1 target not planned." in page
    assert "**1 thing needs a decision**, below.\n" in page
