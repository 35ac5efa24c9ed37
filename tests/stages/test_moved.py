from dataclasses import replace
from datetime import UTC, datetime

from reconciler.model.drift import DriftItem
from reconciler.model.drift_class import DriftClass
from reconciler.model.drift_report import Drift, TargetDrift
from reconciler.model.notice import Commands, Event, Step
from reconciler.model.path import parse_path
from reconciler.model.values import Kind
from reconciler.stages.moved import causes_of_drift

NOW = datetime(2026, 7, 1, tzinfo=UTC)
TITLE = DriftItem("app", DriftClass.CHANGED, Kind.USER, "ada", "ada", path=parse_path("title"))
GONE = DriftItem("app", DriftClass.MISSING, Kind.USER, "bob", "bob")
TARGET = TargetDrift("app", "generic", "https://app.example", NOW, 2, 0, complete=True)


def situations(*targets, failures=()):
    drift = Drift(NOW, "0", "", targets, failures=failures)
    return causes_of_drift(drift, lambda item: f"{item.key} {item.part}", commands)


def commands(target):
    names = ("look", "check", "plan", "apply", "leave", "drift")
    return Commands(**{name: f"{name} {target}" for name in names})


def test_drift_is_one_cause_for_each_class():
    (found,) = situations(replace(TARGET, items=(GONE, TITLE, replace(TITLE, key="kim"))))
    assert {cause.subject: (cause.title, list(cause.items.values())) for cause in found.causes} == {
        "missing": ("drift: 1 missing", ["bob "]),
        "changed": ("drift: 2 changed", ["ada title", "kim title"]),
    }
    assert {cause.event for cause in found.causes} == {Event.DRIFT}


def test_the_same_difference_has_the_same_mark_whatever_it_holds():
    marks = [
        situations(replace(TARGET, items=(replace(TITLE, found=value),)))[0].causes[0].marks.keys()
        for value in ("Boss", "Chief")
    ]
    assert marks[0] == marks[1]


def test_only_proven_lists_end_drift_and_a_target_that_was_read_has_not_failed():
    (whole,) = situations(TARGET)
    assert whole.judges(Event.DRIFT, "missing")
    assert whole.judges(Event.FAILURE, "target")
    assert not whole.judges(Event.FAILURE, "changes")
    (part,) = situations(replace(TARGET, complete=False))
    assert not part.judges(Event.DRIFT, "missing")


def test_a_target_that_cannot_be_read_is_told_and_ends_nothing():
    (found,) = situations(failures=(("app", "401: no"),))
    assert [(cause.event, cause.subject) for cause in found.causes] == [(Event.FAILURE, "target")]
    assert not found.judges(Event.DRIFT, "missing")
    assert found.causes[0].steps == (Step("What is wrong, by reading alone", "check app"),)


def test_what_differs_is_told_with_what_puts_it_back_and_what_keeps_it():
    stranger = DriftItem("app", DriftClass.UNMANAGED, Kind.USER, "", "eve", live_id="7")
    (found,) = situations(replace(TARGET, items=(TITLE, stranger)))
    steps = {cause.subject: [step.command for step in cause.steps] for cause in found.causes}
    assert steps == {"changed": ["drift app", "apply app", ""], "unmanaged": ["drift app", ""]}
