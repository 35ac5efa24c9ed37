from dataclasses import replace
from datetime import UTC, datetime, timedelta

from reconciler.model.notice import MANY, Cause, Entry, Event, News, Situation, Told
from reconciler.stages.news import news_of

NOW = datetime(2026, 7, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ALL = frozenset(Event)
HELD = Cause(Event.HELD, "removals", "removals holds 2", {"a": "a: disable", "b": "b: disable"})


def situation(*causes, is_part=False, judged=None):
    return Situation("app", causes, {Event.HELD: None} if judged is None else judged, is_part)


def told_of(cause, since=NOW):
    return Told(cause.event, cause.subject, cause.title, frozenset(cause.marks), since)


def news(found, *told, on=ALL):
    return news_of(found, told, on=on, now=LATER)


def test_a_cause_is_told_once():
    first = news(situation(HELD))
    assert first.entries == (Entry("new", Event.HELD, HELD.title, ("a: disable", "b: disable")),)
    assert first.kept == (told_of(HELD, LATER),)
    assert news(situation(HELD), told_of(HELD)) == News()


def test_more_of_it_is_told_and_only_that():
    more = replace(HELD, title="removals holds 3", items={**HELD.items, "c": "c: delete"})
    found = news(situation(more), told_of(HELD))
    assert found.entries == (Entry("more", Event.HELD, "removals holds 3", ("c: delete",)),)
    assert found.kept == (told_of(more),)


def test_less_of_it_is_told_to_nobody_but_what_comes_back_is():
    less = replace(HELD, items={"a": "a: disable"})
    found = news(situation(less), told_of(HELD))
    assert (found.entries, found.quietly) == ((), (told_of(less),))
    again = news(situation(HELD), *found.quietly)
    assert [entry.lines for entry in again.entries] == [("b: disable",)]


def test_the_end_is_told_once_and_a_new_beginning_again():
    found = news(situation(), told_of(HELD))
    assert found.entries == (Entry("over", Event.HELD, HELD.title, since=NOW),)
    assert found.ended == (told_of(HELD),)
    assert news(situation()) == News()
    assert news(situation(HELD)).entries[0].state == "new"


def test_who_was_not_looked_at_is_not_over():
    assert news(situation(judged={}), told_of(HELD)) == News()
    others = {Event.HELD: frozenset({"protected"})}
    assert news(situation(judged=others), told_of(HELD)) == News()


def test_a_run_of_a_part_adds_and_takes_nothing_away():
    part = replace(HELD, title="removals holds 1", items={"c": "c: delete"})
    found = news(situation(part, is_part=True), told_of(HELD))
    assert [entry.lines for entry in found.entries] == [("c: delete",)]
    assert found.kept[0].marks == frozenset(HELD.marks) | part.marks.keys()
    less = replace(HELD, title="removals holds 1", items={"a": "a: disable"})
    assert news(situation(less, is_part=True), told_of(HELD)) == News()


def test_what_nobody_asked_for_is_not_told_and_its_end_neither():
    only = frozenset({Event.FAILURE})
    assert news(situation(HELD), on=only) == News()
    assert news(situation(), told_of(HELD), on=only) == News()


def test_of_more_than_can_be_told_apart_people_hear_once():
    many = replace(HELD, items={str(number): "x" for number in range(1_001)})
    assert many.marks == {MANY: "1,001 in all"}
    other = replace(HELD, items={f"o{number}": "x" for number in range(2_000)})
    assert news(situation(other), told_of(many)).entries == ()
