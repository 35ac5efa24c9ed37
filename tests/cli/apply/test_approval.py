from datetime import UTC, datetime

import pytest

from reconciler.cli.apply.approval import accepted_guards, cut_plan, idle_guards, read_approved
from reconciler.errors import InputError
from reconciler.model.path import parse_path
from reconciler.model.plan import Action, AttributeChange, Change, MemberChange, Plan, TargetPlan
from reconciler.model.resource import Live
from reconciler.model.values import Kind, Ref
from reconciler.render.planfile.dump import dump_plan
from reconciler.render.planfile.load import load_approved

NOW = datetime(2026, 7, 1, tzinfo=UTC)
MARK = "0123456789abcdef" * 4


def update(key, after, action=Action.UPDATE, held_by=()):
    attributes = (AttributeChange(parse_path("title"), "old", after),)
    live = Live(Kind.USER, f"id-{key}", {})
    return Change(
        "app", Kind.USER, key, action, key, "why", None, live, attributes, held_by=held_by
    )


def removal(*keys, held_by=(), part=""):
    members = tuple(MemberChange(Ref(Kind.USER, key), f"id-{key}", key) for key in keys)
    live = Live(Kind.GROUP, "g1", {})
    action = Action.REMOVE_MEMBERS
    common = {"live": live, "remove": members, "held_by": held_by, "part": part}
    return Change("app", Kind.GROUP, "crew", action, "Crew", "why", **common)


def plan(*changes, url="https://app.example"):
    target = TargetPlan("app", "generic-scim", url, NOW, 0, 0, True, (), (changes,))
    return Plan(NOW, "0", "", None, (target,))


def approve(found):
    return load_approved(dump_plan(found))


def test_what_still_fits_stays_and_what_has_happened_is_simply_gone():
    left = plan(removal("ada"))
    cut = cut_plan(left, approve(plan(removal("ada"), update("bob", "x", Action.DISABLE))))
    assert [change.id for change in cut.plan.changes] == ["app/group/crew/remove-members"]
    assert (cut.stale, cut.new) == ((), ())


def test_what_nobody_approved_is_named_and_not_made():
    cut = cut_plan(
        plan(update("ada", "new"), update("eve", "x")), approve(plan(update("ada", "new")))
    )
    assert [change.id for change in cut.plan.changes] == ["app/user/ada"]
    assert cut.new == ("app/user/eve",)


def test_what_reads_otherwise_now_is_stale():
    cut = cut_plan(plan(update("ada", "newer")), approve(plan(update("ada", "new"))))
    assert cut.plan.changes == ()
    assert [item.id for item in cut.stale] == ["app/user/ada"]


def test_a_plan_for_another_host_never_reaches_this_one():
    approved = approve(plan(update("ada", "new"), url="https://other.example"))
    cut = cut_plan(plan(update("ada", "new")), approved)
    assert cut.plan.changes == ()
    assert [item.id for item in cut.stale] == ["app/user/ada"]


def test_what_was_approved_for_a_target_that_is_gone_is_stale():
    nothing = Plan(NOW, "0", "", None, ())
    approved = approve(plan(update("ada", "new")))
    (dropped,) = cut_plan(nothing, approved).stale
    assert (dropped.id, dropped.why) == ("app/user/ada", "the target app is not planned any more")
    assert cut_plan(nothing, approved, only=("other",)).stale == ()
    unread = Plan(NOW, "0", "", None, (), failures=(("app", "no answer"),))
    assert cut_plan(unread, approved).stale == ()


def test_what_was_held_when_it_was_approved_stays_held():
    approved = approve(plan(update("ada", "new", held_by=("protected",))))
    (change,) = cut_plan(plan(update("ada", "new")), approved).plan.changes
    assert change.held_by == ("protected",)


def test_only_the_members_that_were_held_stay_held():
    approved = approve(plan(removal("ada"), removal("bob", held_by=("removals",), part="held")))
    fresh = plan(removal("ada"), removal("bob", part="held"))
    held = {change.id: change.held_by for change in cut_plan(fresh, approved).plan.changes}
    assert held == {
        "app/group/crew/remove-members": (),
        "app/group/crew/remove-members/held": ("removals",),
    }


def test_an_acceptance_of_this_plan_lets_the_guard_pass():
    guards, refused = accepted_guards(("removals:0123456789abcdef", f"self:{MARK}"), MARK)
    assert guards == {"removals", "self"}
    assert refused == []


@pytest.mark.parametrize(
    "given", ["removals", "removals:", "removals:0123", "removals:" + "f" * 64]
)
def test_an_acceptance_of_another_plan_passes_nothing_and_says_why(given):
    guards, refused = accepted_guards((given,), MARK)
    assert guards == frozenset()
    assert refused[0].endswith("this is 0123456789abcdef: removals still holds.")


def test_a_policy_is_accepted_by_its_id():
    guards, refused = accepted_guards((f"policy:apart:{MARK}", "policy:dated"), MARK)
    assert guards == {"policy:apart"}
    assert len(refused) == 1
    assert refused[0].endswith("this is 0123456789abcdef: policy:dated still holds.")


def test_an_accepted_guard_that_holds_nothing_is_named():
    held = plan(update("ada", "new", held_by=("policy:apart",)))
    said = idle_guards(held, frozenset({"policy:apart", "policy:apert"}))
    assert said == ["--accept policy:apert: policy:apert holds nothing here."]


@pytest.mark.parametrize("given", ["policy:", f":{MARK}", ""])
def test_an_acceptance_of_nothing_is_wrong_input(given):
    with pytest.raises(InputError, match="there is no guard"):
        accepted_guards((given,), MARK)


def test_a_guard_that_does_not_exist_is_wrong_input():
    with pytest.raises(InputError, match="no guard 'removal'"):
        accepted_guards((f"removal:{MARK}",), MARK)


def test_a_plan_file_that_is_not_there_is_wrong_input(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_approved(tmp_path / "plan.json")
