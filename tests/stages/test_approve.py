from dataclasses import replace
from datetime import UTC, datetime

from reconciler.model.approved import ApprovedOperation, ApprovedTarget
from reconciler.model.path import parse_path
from reconciler.model.plan import Action, AttributeChange, Change, MemberChange, TargetPlan
from reconciler.model.resource import Live
from reconciler.model.values import Kind, Ref
from reconciler.stages.approve import restrict_plan

URL = "https://app.example/scim/v2"
LIVE = Live(Kind.USER, "id-1", {"id": "id-1", "title": "Engineer"})
UPDATE = Change(
    "app",
    Kind.USER,
    "ada",
    Action.UPDATE,
    display="ada",
    why="",
    live=LIVE,
    attributes=(AttributeChange(parse_path("title"), "Engineer", "Lead"),),
)
JOIN = Change(
    "app",
    Kind.GROUP,
    "crew",
    Action.ADD_MEMBERS,
    display="crew",
    why="",
    live=Live(Kind.GROUP, "id-2", {}),
    add=(MemberChange(Ref(Kind.USER, "ada"), "id-1", "ada"),),
)


def plan(*changes):
    taken = datetime(2026, 7, 1, tzinfo=UTC)
    return TargetPlan("app", "generic", URL, taken, 1, 0, True, (), waves=(changes,))


def approved(**operations):
    found = {item.id: item for item in operations.values()}
    return ApprovedTarget("app", URL, "generic", found)


TITLE = ApprovedOperation(
    "app/user/ada", "app", Action.UPDATE, "id-1", {"title": ("Engineer", "Lead")}
)
MEMBERS = ApprovedOperation(
    "app/group/crew/add-members",
    "app",
    Action.ADD_MEMBERS,
    "id-2",
    {},
    add=frozenset({"ada", "bob"}),
)


def test_what_was_approved_and_still_holds_runs():
    found = restrict_plan(plan(UPDATE, JOIN), approved(a=TITLE, b=MEMBERS))
    assert found.plan.changes == (UPDATE, JOIN)
    assert (found.stale, found.new) == ((), ())


def test_what_has_already_happened_is_not_stale():
    assert restrict_plan(plan(JOIN), approved(a=TITLE, b=MEMBERS)).stale == ()


def test_what_is_new_is_reported_and_not_run():
    found = restrict_plan(plan(UPDATE, JOIN), approved(b=MEMBERS))
    assert found.plan.changes == (JOIN,)
    assert found.new == ("app/user/ada",)


def test_another_before_value_makes_it_stale():
    drifted = replace(UPDATE, attributes=(AttributeChange(parse_path("title"), "Intern", "Lead"),))
    found = restrict_plan(plan(drifted), approved(a=TITLE))
    assert found.plan.changes == ()
    assert found.stale == ("app/user/ada",)


def test_a_member_that_nobody_approved_makes_it_stale():
    more = replace(JOIN, add=(*JOIN.add, MemberChange(Ref(Kind.USER, "eve"), "id-9", "eve")))
    assert restrict_plan(plan(more), approved(b=MEMBERS)).stale == (JOIN.id,)


def test_another_url_approves_nothing():
    other = replace(plan(UPDATE), url="https://evil.example/scim/v2")
    found = restrict_plan(other, approved(a=TITLE))
    assert found.plan.changes == ()
    assert found.stale == ("app/user/ada",)


def test_a_masked_value_covers_nothing():
    masked = replace(TITLE, sensitive=True)
    assert restrict_plan(plan(UPDATE), approved(a=masked)).stale == ("app/user/ada",)
