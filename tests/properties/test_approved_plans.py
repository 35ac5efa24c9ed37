"""An approved plan covers itself, and once it has happened nothing of it is left or dropped."""

from hypothesis import given, settings

from reconciler.cli.apply.approval import cut_plan
from reconciler.pipeline import accept_guards, prepare_target
from reconciler.render.planfile.dump import dump_plan
from reconciler.render.planfile.load import load_approved
from tests.properties.test_convergence import (
    DIRECTORIES,
    EVERY_GUARD,
    GROUPS,
    LIVE,
    SETTINGS,
    document,
    resource,
)
from tests.world import NOW, World


def cut(app, approved):
    wanted, _ = prepare_target(app.desired, app.target, NOW)
    return cut_plan(app.plan(), approved, wanted={"app": wanted})


@settings(max_examples=25)
@given(directory=DIRECTORIES, groups=GROUPS, live=LIVE, rules=SETTINGS)
def test_all_of_it_is_covered_before_and_nothing_is_missed_after(directory, groups, live, rules):
    app = World(document(directory, groups, rules))
    app.sandbox.load([resource(key, fields) for key, fields in live.items()])
    plan = app.plan()
    approved = load_approved(dump_plan(plan))

    before = cut(app, approved)
    assert (before.stale, before.new) == ((), ())
    assert before.plan.changes == plan.changes

    app.apply(accept_guards(before.plan, EVERY_GUARD))
    after = cut(app, approved)
    assert (after.plan.changes, after.stale, after.new) == ((), (), ())


@settings(max_examples=25)
@given(directory=DIRECTORIES, groups=GROUPS, live=LIVE, rules=SETTINGS)
def test_of_another_directory_nothing_happens_that_was_not_approved(directory, groups, live, rules):
    app = World(document(directory, groups, rules))
    app.sandbox.load([resource(key, fields) for key, fields in live.items()])
    approved = load_approved(dump_plan(app.plan()))
    smaller = dict(list(directory.items())[1:]) or directory
    app.change(document(smaller, groups, rules))

    found = cut(app, approved)

    operations = approved.targets["app"].operations
    for change in found.plan.changes:
        operation = operations[change.operation]
        assert operation.action is change.action
        assert {member.name for member in change.add} <= operation.add
        assert {member.name for member in change.remove} <= operation.remove
        assert {str(item.path) for item in change.attributes} <= operation.attributes.keys()
    kept = {change.operation for change in found.plan.changes}
    assert kept.isdisjoint(item.id for item in found.stale)
