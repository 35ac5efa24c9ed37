"""Whatever is ignored, a plan only ever does less: tried on the plan of every case."""

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from reconciler.model.drift_class import DriftClass
from reconciler.model.ignore import Ignore, IgnoredFor
from reconciler.model.path import parse_path
from reconciler.model.plan import Action, AttributeChange, Change
from reconciler.model.problem import Position
from reconciler.model.values import Kind, Ref, references_of
from reconciler.stages.ignore import ignore_changes
from tests.test_cases import CASES, plan_case

NAMES = sorted(item.name for item in CASES.iterdir() if item.is_dir())


def ignore(kind, pattern="*", **more):
    at, day = Position("ignores.yaml", 1), date(2026, 12, 31)
    fields = {"what_for": IgnoredFor.BOTH, **more}
    return Ignore("one", at, "app", kind, pattern, "why", day, **fields)


IGNORES = {
    "users": ignore(Kind.USER),
    "groups": ignore(Kind.GROUP),
    "a": ignore(Kind.USER, "a*"),
    "missing": ignore(Kind.USER, classes=frozenset({DriftClass.MISSING})),
    "missing groups": ignore(Kind.GROUP, classes=frozenset({DriftClass.MISSING})),
    "changed": ignore(Kind.GROUP, classes=frozenset({DriftClass.CHANGED})),
    "unmanaged": ignore(Kind.USER, classes=frozenset({DriftClass.UNMANAGED})),
    "active": ignore(Kind.USER, path=parse_path("active")),
    "title": ignore(Kind.USER, path=parse_path("title")),
    "members": ignore(Kind.GROUP, member="*"),
    "extra": ignore(Kind.GROUP, classes=frozenset({DriftClass.EXTRA_MEMBER})),
}


@cache
def plan_of(name):
    return plan_case(CASES / name).targets[0]


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_only_ever_does_less(name):
    plan = plan_of(name)
    before = {change.id: change for change in plan.changes}
    for entry in IGNORES.values():
        after = ignore_changes(plan, [entry])
        for change in after.changes:
            was = before[change.id]
            assert change.held_by == was.held_by
            assert change.action in (was.action, Action.UPDATE)
            paths = {item.path for item in was.attributes}
            assert {item.path for item in change.attributes} <= paths
            assert set(change.add) <= set(was.add)
            assert set(change.remove) <= set(was.remove)
        assert {item.guard for item in after.violations} <= {item.guard for item in plan.violations}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_that_needs_somebody_who_is_not_made(name):
    for entry in IGNORES.values():
        after = ignore_changes(plan_of(name), [entry])
        made = {Ref(item.kind, item.key) for item in after.changes if item.action is Action.CREATE}
        needed = {ref for item in after.changes for ref in _needs(item)}
        assert needed <= made | after.ids.keys()


def _needs(change):
    yield from (ref for item in change.attributes for ref in references_of(item.after))
    yield from (member.ref for member in change.add)


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_taken_out_is_said(name):
    plan = plan_of(name)
    for entry in IGNORES.values():
        after = ignore_changes(plan, [entry])
        if after.changes != plan.changes:
            assert len(after.withheld) > len(plan.withheld)
            assert "ignored until 2026-12-31 because why" in after.withheld[-1].why


def test_one_for_the_report_alone_takes_nothing_out():
    plan = plan_of("everything-in-order")

    assert ignore_changes(plan, [ignore(Kind.USER, what_for=IgnoredFor.REPORT)]) is plan


def test_without_its_active_an_enable_is_an_update():
    plan = plan_of("inactive-account-is-enabled")
    (change,) = ignore_changes(plan, [IGNORES["active"]]).changes or (None,)

    assert change is None or change.action is Action.UPDATE


def test_of_several_whom_somebody_refers_to_only_the_ignored_are_left_out():
    newcomer, known = Ref(Kind.USER, "newcomer"), Ref(Kind.USER, "known")
    both = AttributeChange(parse_path("deputies"), None, (known, newcomer))
    create = Change("app", Kind.USER, "newcomer", Action.CREATE, "newcomer", "")
    update = Change("app", Kind.USER, "ada", Action.UPDATE, "ada", "", attributes=(both,))
    whole = replace(plan_of("joiner-is-created"), waves=((update, create),), violations=())

    after = ignore_changes(whole, [ignore(Kind.USER, "newcomer")])

    (change,) = after.changes
    assert [item.after for item in change.attributes] == [(known,)]
    assert [item.what for item in after.withheld][-2:] == ["create", "refer to user/newcomer"]
