from datetime import UTC, datetime, timedelta

from reconciler.model.aftermath import Aftermath
from reconciler.model.notice import Commands, Event, Step
from reconciler.model.outcome import Dropped, Outcome, Run, Status
from reconciler.model.plan import Action, Change, Conflict, Plan, TargetPlan, Violation
from reconciler.model.problem import Position
from reconciler.model.quarantine import Reason, impose
from reconciler.model.values import Kind
from reconciler.stages.causes import causes_of

NOW = datetime(2026, 7, 1, tzinfo=UTC)
QUARANTINE = impose(None, Reason.EXCEPTION, "401: no", NOW)


def change(key, *held_by):
    return Change("app", Kind.USER, key, Action.DISABLE, key, "", held_by=held_by)


def part(*changes, **more):
    url = "https://app.example"
    return TargetPlan("app", "generic", url, NOW, 0, 0, True, (), (changes,), **more)


def situation(*parts, outcomes=(), failures=(), stale=(), quarantines=None, **more):
    run = Run("f" * 64, tuple(outcomes), 0, tuple(stale), tuple(failures))
    plan = Plan(NOW, "", "", None, parts)
    accept = more.pop("accept", {})

    def commands(target):
        names = ("look", "check", "plan", "apply", "leave", "drift")
        return Commands(**{name: f"{name} {target}" for name in names}, accept=accept)

    now = more.pop("now", NOW)
    after = Aftermath(now, quarantines or {}, lambda item: f"do {item.key}", commands, **more)
    (found,) = causes_of(run, plan, after)
    return found


def told(found):
    return {(cause.event, cause.subject): cause.title for cause in found.causes}


FAILED = Outcome("app/user/ada", Status.FAILED, "409 taken, request 4711", code="409 uniqueness")


def test_a_run_that_went_well_has_no_cause_and_ends_all_others():
    found = situation(part(change("ada")), outcomes=[Outcome("app/user/ada", Status.DONE)])
    assert found.causes == ()
    assert all(found.judges(event, "whatever") for event in (Event.FAILURE, Event.HELD))
    assert not found.judges(Event.DRIFT, "missing")


def test_what_failed_is_told_by_object_and_code_and_not_by_the_words_of_the_day():
    found = situation(part(change("ada")), outcomes=[FAILED])
    (cause,) = found.causes
    assert told(found) == {(Event.FAILURE, "changes"): "1 change failed"}
    assert cause.items == {"app/user/ada 409 uniqueness": "do ada: 409 taken, request 4711"}
    assert [step.command for step in cause.steps] == ["look app --status failed", "apply app"]


def test_what_was_skipped_is_told_where_nothing_says_why_already():
    skipped = Outcome("app/user/bob", Status.SKIPPED, "out of time")
    both = part(change("ada"), change("bob"))
    assert told(situation(both, outcomes=[skipped])) == {
        (Event.FAILURE, "skipped"): "1 change was skipped"
    }
    assert told(situation(both, outcomes=[FAILED, skipped])) == {
        (Event.FAILURE, "changes"): "1 change failed"
    }
    (cause,) = situation(both, outcomes=[FAILED, skipped]).causes
    assert cause.said == ("Of 2 changes 1 failed, and 1 was skipped.",)


def test_a_target_that_failed_is_told_and_says_nothing_of_the_rest():
    first = situation(failures=[("app", "no answer after 31 s")])
    second = situation(failures=[("app", "no answer after 29 s")])
    assert told(first) == {(Event.FAILURE, "target"): "the target failed"}
    assert first.causes[0].marks.keys() == second.causes[0].marks.keys()
    assert not first.judges(Event.FAILURE, "changes")
    assert not first.judges(Event.HELD, "removals")


def test_what_is_held_is_told_guard_by_guard_and_conflicts_too():
    violation = Violation("removals", "2 of 3 would go", "limits.removals", holds=frozenset("x"))
    line = Position("groups/a.yaml", 3)
    other = Violation("removals", "1 of 1 too", "groups.a", holds=frozenset("y"), at=line)
    conflict = Conflict(Kind.USER, "eve", "two accounts", "choose")
    found = situation(
        part(
            change("ada", "removals"),
            change("bob", "protected", "removals"),
            change("kim"),
            violations=(violation, other),
            conflicts=(conflict,),
        ),
        accept={"removals": "apply --accept removals:0"},
    )
    assert told(found) == {
        (Event.HELD, "removals"): "removals holds 2 changes",
        (Event.HELD, "protected"): "protected holds 1 change",
        (Event.HELD, "conflicts"): "1 conflict: it is unclear who is who",
    }
    protected, removals, unclear = found.causes
    assert removals.items == {"app/user/ada": "do ada", "app/user/bob": "do bob"}
    assert removals.said == (
        "2 of 3 would go (limits.removals)",
        "1 of 1 too (groups.a, groups/a.yaml:3)",
        "protected holds 1 of them too, and has to be accepted as well.",
    )
    no = Step("If it is not, mend the YAML; until then nothing of it happens.")
    yes = "If all of it is right, this lets just this happen, and nothing that came since"
    assert removals.steps == (Step(yes, "apply --accept removals:0"), no)
    assert [step.command for step in protected.steps] == ["plan app", ""]
    assert unclear.items == {"user/eve": "user eve: two accounts. choose"}


def test_a_quarantine_is_one_cause_for_its_whole_series():
    later = impose(QUARANTINE, Reason.BASE, "500: other words", NOW + timedelta(days=1))
    first = situation(quarantines={"app": QUARANTINE})
    second = situation(quarantines={"app": later})
    assert told(first) == {
        (Event.QUARANTINE, "series"): "it is in quarantine (EncounteredQuarantineException)"
    }
    assert first.causes[0].marks.keys() == second.causes[0].marks.keys()


def test_a_target_that_was_left_alone_has_not_failed_again():
    refusal = [("app", "in quarantine since today")]
    quarantines = {"app": QUARANTINE}
    found = situation(failures=refusal, quarantines=quarantines, left_alone=frozenset({"app"}))
    assert [cause.event for cause in found.causes] == [Event.QUARANTINE]
    unread = situation(failures=[("app", "401: no")], quarantines=quarantines)
    assert [cause.event for cause in unread.causes] == [Event.FAILURE, Event.QUARANTINE]
    ceiling = situation(
        part(change("ada")), outcomes=[FAILED], failures=refusal, quarantines=quarantines
    )
    assert [cause.subject for cause in ceiling.causes] == ["changes", "series"]


def test_dropped_operations_are_told_once_for_their_plan_and_over_after_the_next_run():
    stale = [Dropped("app/user/ada", "title differs")]
    found = situation(part(), stale=stale, is_part=True)
    assert told(found) == {(Event.FAILURE, "dropped"): "1 approved operation was dropped"}
    assert situation(part(), is_part=True).judges(Event.FAILURE, "dropped")
    assert not found.judges(Event.FAILURE, "changes")
    assert not found.judges(Event.HELD, "removals")


def test_a_quarantine_says_when_the_next_attempt_is_and_that_there_is_none_any_more():
    first = situation(quarantines={"app": QUARANTINE})
    assert first.causes[0].said == ("The next apply tries it, with a few writes first.",)
    assert [step.command for step in first.causes[0].steps] == ["leave app"]
    again = impose(QUARANTINE, Reason.BASE, "500: no", NOW)
    waiting = situation(quarantines={"app": again})
    assert waiting.causes[0].said == ("No apply tries it before 2026-07-01 01:00 UTC.",)
    over = situation(quarantines={"app": QUARANTINE}, now=NOW + timedelta(weeks=5))
    assert "after four weeks no run tries it any more" in over.causes[0].items.values()
    assert over.causes[0].marks.keys() > first.causes[0].marks.keys()
