from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from reconciler.ledger.ledger import open_ledger
from reconciler.ledger.place import Place
from reconciler.model.history import Question, RunStart
from reconciler.model.notice import Delivery, Event, News, Told

NOW = datetime(2026, 7, 1, 12, 30, 15, 250_000, tzinfo=UTC)
APP = Place("app", "https://app.example/scim/v2")
ELSEWHERE = Place("app", "https://other.example/scim/v2")
HELD = Told(Event.HELD, "removals", "removals holds 2 \x00\ud800", frozenset({"a1", "b2"}), NOW)
FAILED = Told(Event.FAILURE, "changes", "1 change failed", frozenset({"c3"}), NOW)


def test_what_was_told_is_kept_by_target_url_and_channel(url):
    with open_ledger(url) as ledger:
        assert ledger.told(APP, "email") == ()
        ledger.note_told(APP, "email", News(kept=(HELD, FAILED)), NOW)
    with open_ledger(url) as ledger:
        assert set(ledger.told(APP, "email")) == {HELD, FAILED}
        assert ledger.told(APP, "webhook") == ledger.told(ELSEWHERE, "email") == ()


def test_more_of_a_cause_is_the_same_row_and_one_that_ended_is_gone(url):
    more = replace(HELD, title="removals holds 3", marks=HELD.marks | {"d4"})
    with open_ledger(url) as ledger:
        ledger.note_told(APP, "email", News(kept=(HELD, FAILED)), NOW)
        ledger.note_told(APP, "email", News(quietly=(more,), ended=(FAILED,)), NOW)
        assert ledger.told(APP, "email") == (more,)
        later = replace(FAILED, since=NOW + timedelta(hours=1))
        ledger.note_told(APP, "email", News(kept=(later,)), NOW)
        assert set(ledger.told(APP, "email")) == {more, later}


def test_an_event_that_a_newer_version_tells_of_is_left_alone(url):
    with open_ledger(url) as ledger:
        ledger.note_told(APP, "email", News(kept=(HELD, FAILED)), NOW)
        with ledger.database.transaction() as connection:
            connection.execute(text("UPDATE notices SET event = 'novelty' WHERE event = 'held'"))
        assert ledger.told(APP, "email") == (FAILED,)


def test_what_became_of_notices_belongs_to_the_run(url):
    sent, unsent = Delivery("app", "email"), Delivery("app", "webhook", is_sent=False, remark="500")
    with open_ledger(url) as ledger:
        run = ledger.start_run(RunStart("f" * 64), NOW, {})
        other = ledger.start_run(RunStart("e" * 64), NOW, {})
        for found in (sent, unsent):
            ledger.note_delivery(run, found)
        assert ledger.deliveries(run) == (sent, unsent)
        assert ledger.deliveries(other) == ()
        assert [item.notices for item in ledger.runs(Question(run=run))] == [(sent, unsent)]
        assert [item.notices for item in ledger.runs(Question())] == [None, None]
