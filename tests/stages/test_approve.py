from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reconciler.model.approved import ApprovedOperation, ApprovedTarget
from reconciler.model.directory import User
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import parse_path
from reconciler.model.plan import Action, AttributeChange, Change, MemberChange, TargetPlan
from reconciler.model.plankey import PlanKey
from reconciler.model.problem import Position
from reconciler.model.remarks import Conflict, Unmanaged, Withheld
from reconciler.model.resource import Live, Wanted, WantedAttribute
from reconciler.model.target import Standing
from reconciler.model.values import Kind, Ref
from reconciler.stages.approve import restrict_plan

ADA = Ref(Kind.USER, "ada")
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
    "app/user/ada", "app", ADA, Action.UPDATE, "id-1", {"title": ("Engineer", "Lead")}
)
MEMBERS = ApprovedOperation(
    "app/group/crew/add-members",
    "app",
    Ref(Kind.GROUP, "crew"),
    Action.ADD_MEMBERS,
    "id-2",
    {},
    add=frozenset({"ada", "bob"}),
)


def dropped(found):
    return {item.id: item.why for item in found.stale}


def test_what_was_approved_and_still_holds_runs():
    found = restrict_plan(plan(UPDATE, JOIN), approved(a=TITLE, b=MEMBERS))
    assert found.plan.changes == (UPDATE, JOIN)
    assert (found.stale, found.new) == ((), ())


def test_what_has_already_happened_is_not_stale():
    now = replace(plan(JOIN), ids={ADA: "id-1"})
    wanted = {ADA: wish("Lead")}
    assert restrict_plan(now, approved(a=TITLE, b=MEMBERS), wanted=wanted).stale == ()


def test_what_is_new_is_reported_and_not_run():
    found = restrict_plan(plan(UPDATE, JOIN), approved(b=MEMBERS))
    assert found.plan.changes == (JOIN,)
    assert found.new == ("app/user/ada",)


def test_another_before_value_makes_it_stale():
    drifted = replace(UPDATE, attributes=(AttributeChange(parse_path("title"), "Intern", "Lead"),))
    found = restrict_plan(plan(drifted), approved(a=TITLE))
    assert found.plan.changes == ()
    assert dropped(found) == {
        "app/user/ada": 'title was approved as "Engineer" → "Lead", and would now be '
        '"Intern" → "Lead"'
    }


def test_a_member_whom_nobody_approved_is_left_out_and_the_others_go_on():
    more = replace(JOIN, add=(*JOIN.add, MemberChange(Ref(Kind.USER, "eve"), "id-9", "eve")))
    found = restrict_plan(plan(more), approved(b=MEMBERS))
    assert found.plan.changes == (JOIN,)
    assert found.new == ("app/group/crew/add-members of eve",)
    assert found.stale == ()


def test_another_url_or_profile_approves_nothing():
    other = replace(plan(UPDATE), url="https://evil.example/scim/v2")
    found = restrict_plan(other, approved(a=TITLE))
    assert found.plan.changes == ()
    assert dropped(found) == {
        "app/user/ada": f"it was approved for {URL}, and the target is now at {other.url}"
    }
    (why,) = dropped(restrict_plan(replace(plan(UPDATE), profile="x"), approved(a=TITLE))).values()
    assert why == "it was approved with the profile generic, now it is x"


def test_another_action_or_another_live_object_is_stale():
    adopt = replace(UPDATE, action=Action.ADOPT)
    (why,) = dropped(restrict_plan(plan(adopt), approved(a=TITLE))).values()
    assert why == "update was approved, and now it would be adopt"
    twin = replace(UPDATE, live=replace(LIVE, id="id-7"))
    (why,) = dropped(restrict_plan(plan(twin), approved(a=TITLE))).values()
    assert why == "it was approved for the live object id-1, and is now id-7"


def test_an_attribute_that_nobody_approved_is_stale():
    more = (*UPDATE.attributes, AttributeChange(parse_path("nickName"), None, "Countess"))
    found = restrict_plan(plan(replace(UPDATE, attributes=more)), approved(a=TITLE))
    assert dropped(found) == {"app/user/ada": "nickName would change too, which nobody approved"}


# --- sensitive values -------------------------------------------------------------------------

KEY = PlanKey("k" * 32)
SECRET = replace(UPDATE, attributes=(AttributeChange(parse_path("title"), "a", "b", None, True),))


def sealed(key, change=SECRET):
    return replace(TITLE, attributes={"title": key.seal(URL, change, *change.attributes)})


def test_a_sensitive_value_is_covered_by_its_code_under_the_same_key():
    found = restrict_plan(plan(SECRET), approved(a=sealed(KEY)), seal=KEY)
    assert (found.plan.changes, found.stale) == ((SECRET,), ())


@pytest.mark.parametrize(
    ("operation", "key"),
    [
        (sealed(KEY), None),
        (replace(TITLE, attributes={"title": ({"sensitive": True}, {"sensitive": True})}), KEY),
        (replace(TITLE, attributes={"title": (None, None)}), None),
    ],
)
def test_without_a_code_or_a_key_a_sensitive_value_is_stale_and_the_way_is_named(operation, key):
    (found,) = restrict_plan(plan(SECRET), approved(a=operation), seal=key).stale
    assert found.why.startswith("title is sensitive, and nothing that can be checked")
    assert "RECONCILER_PLAN_KEY" in found.hint


@pytest.mark.parametrize(
    "other",
    [
        sealed(PlanKey("l" * 32)),
        sealed(KEY, replace(SECRET, key="bob")),
        sealed(KEY, replace(SECRET, target="other")),
        sealed(KEY, replace(SECRET, attributes=(replace(SECRET.attributes[0], before="z"),))),
        sealed(
            KEY,
            replace(SECRET, attributes=(replace(SECRET.attributes[0], path=parse_path("nick")),)),
        ),
    ],
)
def test_a_code_of_another_value_person_target_or_path_covers_nothing(other):
    found = restrict_plan(plan(SECRET), approved(a=other), seal=KEY)
    assert found.plan.changes == ()
    assert dropped(found) == {"app/user/ada": "title (sensitive) is another change now"}


def test_a_value_that_was_sensitive_when_it_was_approved_is_not_compared_in_the_open():
    found = restrict_plan(plan(UPDATE), approved(a=sealed(KEY)), seal=KEY)
    assert dropped(found) == {"app/user/ada": "title was sensitive when it was approved"}


# --- what is not planned any more -------------------------------------------------------------


def wish(title="Lead", standing=Standing.ACTIVE, ref=ADA, members=None):
    definition = AttributeDefinition(parse_path("title"))
    attribute = WantedAttribute(definition, title, title)
    source = User(ref.key, Position("x.yaml", 1), {})
    common = {"members": members}
    return Wanted(ref.kind, ref.key, standing, "", source, ref.key, (), (attribute,), **common)


def gone(operation, *, wanted=None, ids=None, **fields):
    now = replace(plan(), ids={operation.ref: "id-1"} if ids is None else ids, **fields)
    wishes = {wanted.ref: wanted} if wanted else {}
    return list(dropped(restrict_plan(now, approved(a=operation), wanted=wishes)).values())


END = replace(TITLE, action=Action.DISABLE, attributes={"active": (True, False)})
CREW = Ref(Kind.GROUP, "crew")


def test_what_the_yaml_asks_for_no_more_is_stale():
    assert gone(TITLE) == ["the YAML does not ask for it any more"]
    assert gone(TITLE, wanted=wish(standing=Standing.OUT)) == gone(TITLE)
    assert gone(TITLE, wanted=wish("Chief")) == [
        'title was approved as "Lead", and the YAML now asks for another value'
    ]
    assert gone(TITLE, wanted=wish("LEAD")) == []


def test_a_removal_has_happened_unless_somebody_wants_them_back():
    assert gone(END) == gone(END, wanted=wish(standing=Standing.DISABLED)) == []
    assert gone(END, wanted=wish()) == ["the YAML wants it active again"]
    stranger = Unmanaged(Kind.USER, "id-1", "ada", "nothing proves it")
    assert gone(END, unmanaged=(stranger,)) == [
        "the live object id-1 is not ours any more: nothing proves it"
    ]


def test_what_cannot_be_done_any_more_is_stale_with_the_reason():
    conflict = Conflict(Kind.USER, "ada", "two accounts", "choose")
    assert gone(TITLE, wanted=wish(), conflicts=(conflict,)) == [
        "it is unclear now who is who: two accounts"
    ]
    withheld = Withheld("app/user/ada", "create", "create is not among the actions")
    create = replace(TITLE, action=Action.CREATE, live_id=None)
    assert gone(create, wanted=wish(), ids={}, withheld=(withheld,)) == [
        "create: create is not among the actions"
    ]
    assert gone(create, wanted=wish(), ids={}) == [
        "it is not there, and nothing is planned that would make it"
    ]


def test_members_whom_the_yaml_wants_otherwise_now_are_stale():
    at = Position("x.yaml", 2)
    crew = wish(ref=CREW, members={"ada": at})
    assert gone(MEMBERS, wanted=crew) == ["the YAML does not want bob in it any more"]
    leave = replace(MEMBERS, action=Action.REMOVE_MEMBERS, add=frozenset(), remove={"ada", "id:9"})
    assert gone(leave, wanted=crew) == ["the YAML wants ada in it again"]
    assert gone(leave) == []


def test_a_plan_cut_down_to_a_few_users_says_nothing_of_the_others():
    assert gone(TITLE, only=("bob",)) == []
