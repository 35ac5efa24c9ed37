"""One plan with some of everything, made by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from reconciler.model.access import (
    Cause,
    Effect,
    Ending,
    GroupAccess,
    PersonAccess,
    Reviewer,
    TargetAccess,
    Thing,
    Turn,
)
from reconciler.model.guard import Guard
from reconciler.model.idle import Idle
from reconciler.model.path import parse_path
from reconciler.model.plan import (
    Action,
    AttributeChange,
    Change,
    MemberChange,
    Plan,
    TargetPlan,
    Violation,
)
from reconciler.model.problem import Position
from reconciler.model.remarks import Conflict, Unmanaged, Withheld
from reconciler.model.resource import Live, Rewrite
from reconciler.model.values import Kind, Ref

DEPARTMENT = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"
MANAGER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"


def place(file, line):
    return Position(f"{file}.yaml", line)


def attribute(path, before, after, at=None, *, sensitive=False):
    return AttributeChange(parse_path(path), before, after, at, sensitive)


def live(kind, live_id):
    return Live(kind, live_id, {"id": live_id})


def create_ada():
    at = place("users/engineering", 3)
    return Change(
        "envoy",
        Kind.USER,
        "ada",
        Action.CREATE,
        "ada@contoso.example",
        "assigned through group engineering",
        at,
        attributes=(
            attribute("userName", None, "ada@contoso.example", place("users/engineering", 4)),
            attribute("active", None, after=True),
            attribute(DEPARTMENT, None, "Engineering", place("users/engineering", 9)),
        ),
    )


def update_grace():
    return Change(
        "envoy",
        Kind.USER,
        "grace",
        Action.UPDATE,
        "grace@contoso.example",
        "assigned directly",
        place("users/engineering", 20),
        live(Kind.USER, "41"),
        (
            attribute("title", "Engineer", "Principal Engineer", place("users/engineering", 26)),
            attribute(MANAGER, None, Ref(Kind.USER, "ada"), place("users/engineering", 27)),
            attribute('phoneNumbers[type eq "work"].value', "+1 555 0100", None),
            attribute("nickName", "old", "new", sensitive=True),
        ),
    )


def disable_tom():
    return Change(
        "envoy",
        Kind.USER,
        "tom",
        Action.DISABLE,
        "tom@contoso.example",
        "gone from the YAML",
        None,
        live(Kind.USER, "7"),
        (attribute("active", before=True, after=False),),
        held_by=("removals",),
    )


def members_of_oncall():
    at = place("groups/engineering", 6)
    ada = MemberChange(Ref(Kind.USER, "ada"), None, "ada", place("groups/engineering", 9))
    stranger = MemberChange(None, "99", "Eve\x1b[31m")
    common = {"display": "Platform on-call", "at": at, "live": live(Kind.GROUP, "g1")}
    return (
        Change(
            "envoy",
            Kind.GROUP,
            "oncall",
            Action.ADD_MEMBERS,
            why="assigned",
            add=(ada,),
            **common,
        ),
        Change(
            "envoy",
            Kind.GROUP,
            "oncall",
            Action.REMOVE_MEMBERS,
            why="not among the members that the YAML gives it here",
            remove=(stranger,),
            **common,
        ),
    )


def access_of_envoy():
    """Return what the plan means for people, as its stage would see it."""
    joins = Cause(place("groups/engineering", 9), "added")
    leaves = Cause(place("groups/engineering", 6), why="nobody in the directory")
    oncall = ("oncall", "Platform on-call")
    group = "envoy/group/oncall/"
    ada = (
        Effect(
            Thing.ACCOUNT,
            "ada",
            "ada",
            Turn.CREATED,
            "envoy/user/ada",
            Cause(place("targets/envoy", 10), through=("engineering",)),
        ),
        Effect(
            Thing.ROLE,
            "Admin",
            "Admin",
            Turn.GIVEN,
            "envoy/user/ada",
            Cause(place("targets/envoy", 10), through=("engineering",)),
            privileged=True,
        ),
        Effect(Thing.GROUP, *oncall, Turn.GIVEN, f"{group}add-members", joins),
    )
    tom = Effect(
        Thing.ACCOUNT,
        "tom",
        "tom",
        Turn.DISABLED,
        "envoy/user/tom",
        Cause(place("users/sales", 14), "removed", "gone from the YAML"),
        held_by=("removals",),
    )
    eve = Effect(Thing.GROUP, *oncall, Turn.TAKEN, f"{group}remove-members", leaves)
    return TargetAccess(
        people=(
            PersonAccess("envoy", "ada", "ada@contoso.example", ada),
            PersonAccess("envoy", "id:99", "Eve\x1b[31m", (eve,)),
            PersonAccess("envoy", "tom", "tom@contoso.example", (tom,)),
        ),
        groups=(GroupAccess("envoy", *oncall, joins=("ada",), leaves=("id:99",), owner="grace"),),
    )


def envoy():
    removals = Violation(
        Guard.REMOVALS,
        "4 of our 30 live accounts would be disabled or deleted; the limit is 3 (10 %, at least 3)",
        "targets.envoy.limits.removals",
        (("removals", 4), ("ours", 30), ("limit", 3)),
        frozenset({"envoy/user/tom"}),
    )
    conflict = Conflict(
        Kind.USER,
        "linus",
        "2 live users have the same userName: linus@contoso.example, LINUS@contoso.example",
        "Delete or rename one of them in the app, or match on another attribute first.",
        place("users/engineering", 40),
        ("8", "9"),
    )
    add, remove = members_of_oncall()
    return TargetPlan(
        "envoy",
        "envoy",
        "https://app.envoy.com/scim/v2",
        datetime(2026, 11, 23, 10, 59, 31, tzinfo=UTC),
        30,
        1,
        complete=True,
        evidence=("30 users: totalResults agrees, every id once",),
        waves=((create_ada(), update_grace()), (add,), (remove,), (disable_tom(),)),
        violations=(removals,),
        conflicts=(conflict,),
        unmanaged=(Unmanaged(Kind.USER, "77", "scanner@contoso.example", "nobody's"),),
        withheld=(
            Withheld(
                "envoy/group/sales",
                "delete the group",
                "delete is not among the actions",
                place("targets/envoy", 12),
            ),
        ),
        rewritten=(Rewrite(Kind.USER, "12", "userName", '"Ann@x.example"', '"ann@x.example"'),),
        notes=("externalId is not stored here; userName is the link.",),
        unchanged=27,
        unmanaged_count=1,
    )


def plan_of(*targets, failures=()):
    created = datetime(2026, 11, 23, 11, 0, 0, tzinfo=UTC)
    return Plan(created, "0.1.0", "d" * 64, "c0ffee", targets, failures)


def ending():
    until = date(2026, 11, 30)
    at = place("groups/engineering", 12)
    return Ending("envoy", "zara", "zara@contoso.example", Thing.GROUP, "Crew", until, at, True)


def idle_at_envoy():
    return (
        Idle(
            Ref(Kind.USER, "zoe"),
            "assigned through the group sales as Employee",
            "the filter north-america does not admit it (US staff: country equals US)",
            place("targets/envoy", 21),
            place("scopes/offices", 3),
        ),
        Idle(
            Ref(Kind.USER, "ivan"),
            "assigned as Admin",
            "it starts on 2027-01-01",
            place("targets/envoy", 22),
        ),
    )


@pytest.fixture
def plan():
    return plan_of(envoy(), failures=(("slack", "no answer from slack.example"),))


@pytest.fixture
def seen_plan(plan):
    """Return the same plan with all that is for people."""
    access = access_of_envoy()
    target = replace(plan.targets[0], access=access, idle=idle_at_envoy(), idle_count=4)
    reviewers = (Reviewer("grace", ("oncall",), ("tom",)),)
    return replace(plan, targets=(target,), ending=(ending(),), reviewers=reviewers)


@pytest.fixture
def make_plan():
    return plan_of
