"""`explain --live` reads one object, `plan` reads all: both come to the same decision."""

import json

from hypothesis import given

from reconciler.cli.explanation import read_object
from reconciler.explain.explanation import explain_object
from reconciler.explain.scene import set_scene
from reconciler.model.explanation import Verdict
from reconciler.model.guard import Guard
from reconciler.model.plan import Action
from reconciler.model.route import route_to
from reconciler.model.target import Standing
from reconciler.model.values import Ref
from reconciler.pipeline import accept_guards
from tests.properties.test_convergence import (
    DIRECTORIES,
    GROUPS,
    LIVE,
    SETTINGS,
    document,
    resource,
)
from tests.world import NOW, World

EVERY_GUARD = frozenset(guard.value for guard in Guard)
MEMBERSHIP = {Action.ADD_MEMBERS, Action.REMOVE_MEMBERS}


@given(directory=DIRECTORIES, groups=GROUPS, live=LIVE, settings=SETTINGS)
def test_explaining_one_object_agrees_with_the_plan_for_all(directory, groups, live, settings):
    app = World(document(directory, groups, settings))
    app.sandbox.load([resource(key, fields) for key, fields in live.items()])
    everybody_agrees(app)

    app.apply(accept_guards(app.plan(), EVERY_GUARD))
    everybody_agrees(app)

    for fields in directory.values():
        fields["jobTitle"], fields["manager"] = "Chef", None
    app.change(document(directory, {}, settings))
    everybody_agrees(app)


def everybody_agrees(app):
    plan = app.plan().targets[0]
    memory = app.ledger.memory("app", app.target.url)
    scene = set_scene(app.desired, app.target, memory, NOW)
    recorded = {Ref(link.kind, link.key) for link in memory.links}
    for ref in sorted(recorded | scene.scoped.keys()):
        reading = read_object(ref, scene, app.client.reader)
        (course,) = explain_object(ref, scene, reading).courses
        own = [item for item in plan.changes if Ref(item.kind, item.key) == ref]
        if not reading.knows_members:
            own = [item for item in own if item.action not in MEMBERSHIP]
        assert operations(course.changes) == operations(own), ref
        conflicts = [item for item in plan.conflicts if Ref(item.kind, item.key) == ref]
        assert [course.conflict] * len(conflicts) == conflicts, ref


def operations(changes):
    """Return what is done to one object; a circle of managers may be broken at another place."""
    found = {}
    for change in changes:
        key = change.operation.removesuffix("/references")
        known = found.setdefault(key, (change.live_id, set(), set()))
        known[1].update((str(item.path), item.before, item.after) for item in change.attributes)
        known[2].update(member.name for member in (*change.add, *change.remove))
    return found


@given(directory=DIRECTORIES, groups=GROUPS)
def test_the_first_fact_that_says_no_is_why_somebody_is_not_active(directory, groups):
    app = World(document(directory, groups, {}))
    memory = app.ledger.memory("app", app.target.url)
    scene = set_scene(app.desired, app.target, memory, NOW)
    for ref in scene.scoped:
        found = explain_object(ref, scene)
        refused = [fact for fact in found.facts if fact.verdict is Verdict.NO]
        assert (found.standing is Standing.ACTIVE) == (not refused), ref
        if refused:
            is_early = refused[0] in found.facts[:2]
            assert (found.standing is Standing.OUT) == is_early, ref


@given(groups=GROUPS)
def test_a_route_is_open_for_members_and_for_nobody_else(groups):
    people = {key: {"country": "DE" if key < "c" else "NL"} for key in ("ann", "ben", "cat", "dan")}
    text = json.loads(document(people, groups, {}))
    text["groups"] |= {
        "outer": {"displayName": "Outer", "members": [{"group": key} for key in groups]},
        "ruled": {"displayName": "Ruled", "members_where": "germans"},
        "closed": {
            "displayName": "Closed",
            "members": [{"user": "cat", "until": "2026-01-01"}, {"group": "outer"}],
        },
    }
    for group in text["groups"].values():
        group["members"] = [
            item for item in group.get("members", ()) if not isinstance(item, str) or item in people
        ]
    app = World(json.dumps(text))
    scene = set_scene(app.desired, app.target, app.ledger.memory("app", app.target.url), NOW)
    for key, group in scene.directory.groups.items():
        for user in people:
            route = route_to(user, key, app.desired, NOW.date())
            is_open = route is not None and all(
                step.member is None or step.member.window.contains(NOW.date()) for step in route
            )
            assert is_open == (user in group.members), (user, key)
