from dataclasses import replace

from reconciler.model.drift_class import DriftClass
from reconciler.model.path import AttributePath
from reconciler.render.drift.ways import ways_of
from tests.render.drifts import drift, item


def report(*items, **more):
    """Return a report of just *items*, where nothing is pending and nothing failed."""
    target = replace(drift().targets[0], items=items, pending=(), **more)
    return replace(drift(), targets=(target,), failures=())


def ways(found):
    return {way.lead: way for way in ways_of(found)}


def changed(key, **more):
    return item(DriftClass.CHANGED, key, path=AttributePath("title"), **more)


def test_without_drift_there_is_nothing_to_do():
    assert ways_of(report()) == ()


def test_what_only_waits_is_done_by_an_apply():
    pending = replace(report(), targets=drift().targets[1:])

    (way,) = ways_of(pending)

    assert (way.lead, way.commands) == ("Pending", ("reconciler apply --target slack",))


def test_an_apply_is_offered_for_what_it_mends_alone():
    held = changed("grace", held_by=("mass-change",))
    left = changed("linus", left="update is not among the actions")

    found = ways(report(changed("ada"), held, left))

    assert found["Put it back"].text.startswith("An apply mends 1 of 3: ")
    assert "pending" not in found["Put it back"].text
    assert found["Held"].text.startswith("Guards hold 1 of 3; ")
    assert "Put it back" not in ways(report(held, left))
    assert "mends it: " in ways(report(changed("ada")))["Put it back"].text


def test_commands_mean_the_same_files_and_servers():
    found = replace(report(changed("ada")), options=("--sandbox", "--state-dir", "my state"))

    assert ways(found)["Put it back"].commands == (
        "reconciler apply --target envoy --sandbox --state-dir 'my state'",
    )


def test_many_targets_get_one_command():
    one = drift().targets[1]
    targets = tuple(replace(one, target=f"t{number}") for number in range(6))

    (way,) = ways_of(replace(drift(), targets=targets, failures=()))

    assert way.commands == ("reconciler apply",)


def test_of_what_is_nobodys_no_apply_is_promised():
    stranger = item(DriftClass.UNMANAGED, "", display="mallory@evil.example", left="not ours")

    found = ways(report(stranger))

    assert list(found) == ["Not ours", "Let it be"]
    assert found["Let it be"].snippet[2:5] == (
        "    target: envoy",
        "    user: id:id-",
        "    class: unmanaged",
    )


def test_the_example_of_an_ignore_is_the_least_dangerous_and_one_that_can_be():
    admins = item(DriftClass.EXTRA_MEMBER, "admins", privileged=True, member="mallory")
    bare = item(DriftClass.CHANGED, "ada", path=AttributePath("externalId"))

    assert ways(report(admins, changed("linus"), bare))["Let it be"].snippet == (
        "ignores:",
        "  linus-title:",
        "    target: envoy",
        "    user: linus",
        "    attribute: title",
        "    for: both",
        "    reason: WRITE HERE WHY IT MAY BE SO",
        "    until: 2026-08-31",
    )
    assert "Let it be" not in ways(report(bare))
    assert "Let it be" not in ways(report(changed("x" * 201)))
