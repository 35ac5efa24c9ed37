from datetime import UTC, datetime, timedelta

from reconciler.model.notice import Event
from reconciler.model.outcome import Dropped, Outcome, Run, Status
from reconciler.model.plan import Action, Change, Conflict, Plan, TargetPlan, Violation
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
    (found,) = causes_of(run, plan, quarantines or {}, **more)
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
    assert cause.items == {"app/user/ada 409 uniqueness": "app/user/ada: 409 taken, request 4711"}


def test_what_was_skipped_is_told_where_nothing_says_why_already():
    skipped = Outcome("app/user/bob", Status.SKIPPED, "out of time")
    both = part(change("ada"), change("bob"))
    assert told(situation(both, outcomes=[skipped])) == {
        (Event.FAILURE, "skipped"): "1 change was skipped"
    }
    assert told(situation(both, outcomes=[FAILED, skipped])) == {
        (Event.FAILURE, "changes"): "1 change failed"
    }


def test_a_target_that_failed_is_told_and_says_nothing_of_the_rest():
    first = situation(failures=[("app", "no answer after 31 s")])
    second = situation(failures=[("app", "no answer after 29 s")])
    assert told(first) == {(Event.FAILURE, "target"): "the target failed"}
    assert first.causes[0].marks.keys() == second.causes[0].marks.keys()
    assert not first.judges(Event.FAILURE, "changes")
    assert not first.judges(Event.HELD, "removals")


def test_what_is_held_is_told_guard_by_guard_and_conflicts_too():
    violation = Violation("removals", "2 of 3 would go", "limits.removals")
    conflict = Conflict(Kind.USER, "eve", "two accounts", "choose")
    found = situation(
        part(
            change("ada", "removals"),
            change("bob", "protected", "removals"),
            change("kim"),
            violations=(violation,),
            conflicts=(conflict,),
        )
    )
    assert told(found) == {
        (Event.HELD, "removals"): "removals holds 2 changes: 2 of 3 would go",
        (Event.HELD, "protected"): "protected holds 1 change",
        (Event.HELD, "conflicts"): "1 conflict: it is unclear who is who",
    }
    assert found.causes[1].items == {
        "app/user/ada": "app/user/ada: disable",
        "app/user/bob": "app/user/bob: disable",
    }


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
