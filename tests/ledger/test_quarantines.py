from datetime import UTC, datetime, timedelta

from reconciler.ledger.ledger import open_ledger
from reconciler.ledger.place import Page, Place
from reconciler.model.history import Question
from reconciler.model.quarantine import PastQuarantine, Reason, impose

NOW = datetime(2026, 7, 1, 12, 30, 15, 250_000, tzinfo=UTC)
HOUR = timedelta(hours=1)
APP = Place("app", "https://app.example/scim/v2")
ELSEWHERE = Place("app", "https://other.example/scim/v2")
FIRST = impose(None, Reason.PROPORTION, "12 of 20 writes failed", NOW)
SECOND = impose(FIRST, Reason.EXCEPTION, "401: \x00\ud800 no", NOW + HOUR)


def test_a_quarantine_is_kept_for_its_target_and_url(url):
    with open_ledger(url) as ledger:
        assert ledger.quarantine(APP) is None
        ledger.note_quarantine(Page(1, APP), FIRST)
    with open_ledger(url) as ledger:
        assert ledger.quarantine(APP) == FIRST
        assert ledger.quarantine(Place("app", APP.url + "/")) == FIRST
        assert ledger.quarantine(ELSEWHERE) is None


def test_one_row_a_series_and_a_new_one_once_it_has_ended(url):
    with open_ledger(url) as ledger:
        ledger.note_quarantine(Page(1, APP), FIRST)
        ledger.note_quarantine(Page(2, APP), SECOND)
        assert ledger.quarantine(APP) == SECOND
        ledger.end_quarantine(APP, NOW + 2 * HOUR)
        assert ledger.quarantine(APP) is None
        ledger.end_quarantine(APP, NOW + 3 * HOUR)
        ledger.note_quarantine(Page(4, APP), FIRST)
        assert ledger.quarantines(Question()) == (
            PastQuarantine("app", APP.url, FIRST, run=4),
            PastQuarantine("app", APP.url, SECOND, run=2, ended=NOW + 2 * HOUR),
        )


def test_the_list_is_narrowed_by_target_time_and_number(url):
    with open_ledger(url) as ledger:
        for run, target in enumerate(("app", "other", "third")):
            ledger.note_quarantine(Page(run, Place(target, APP.url)), FIRST)
        later = impose(None, Reason.BASE, "2,001 of 90,000 writes failed", NOW + HOUR)
        ledger.note_quarantine(Page(9, Place("fourth", APP.url)), later)

        def names(**question):
            return [item.target for item in ledger.quarantines(Question(**question))]

        assert names() == ["fourth", "third", "other", "app"]
        assert names(targets=("app", "other")) == ["other", "app"]
        assert names(since=NOW + HOUR) == ["fourth"]
        assert names(limit=2) == ["fourth", "third"]
