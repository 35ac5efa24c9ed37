"""What is sent next is noted a few changes ahead, and never of what was left out."""

from datetime import UTC, datetime

import pytest

from reconciler.errors import LedgerError
from reconciler.ledger.ahead import Ahead
from reconciler.ledger.ledger import open_ledger
from reconciler.ledger.place import Page, Place
from reconciler.model.history import Question, RunStart
from reconciler.model.outcome import Outcome, Status
from reconciler.model.plan import Action, Change
from reconciler.model.values import Kind

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 7, 1, 9, 5, tzinfo=UTC)
PLACE = Place("app", "https://app.example/scim")
KEYS = ("ada", "grace", "linus", "mary", "alan")


@pytest.fixture
def opened(url):
    """Return a ledger with a run of five changes, its page, and who begins them in threes."""
    changes = [
        Change("app", Kind.USER, key, Action.CREATE, key.title(), "in scope") for key in KEYS
    ]
    with open_ledger(url) as ledger:
        page = Page(ledger.start_run(RunStart("plan"), NOW, {PLACE: changes}), PLACE)
        yield ledger, page, Ahead(ledger, page, [change.id for change in changes], most=3)


def sent(ledger):
    found = ledger.operations(Question(run=1))
    return [item.key for item in found if item.sent is not None]


def test_those_that_come_next_are_noted_with_the_one_that_begins(opened):
    ledger, _, ahead = opened
    ahead.begin("app/user/ada", NOW)
    assert sent(ledger) == ["ada", "grace", "linus"]
    ahead.begin("app/user/grace", NOW)
    ahead.begin("app/user/linus", NOW)
    assert sent(ledger) == ["ada", "grace", "linus"]
    ahead.begin("app/user/mary", NOW)
    assert sent(ledger) == list(KEYS)


def test_threads_may_begin_them_in_any_order(opened):
    ledger, _, ahead = opened
    ahead.begin("app/user/grace", NOW)
    assert sent(ledger) == ["grace", "linus", "mary"]
    ahead.begin("app/user/ada", NOW)
    assert sent(ledger) == list(KEYS)


def test_what_is_left_out_counts_as_sent_neither_before_nor_after(opened):
    ledger, page, ahead = opened
    ledger.after_write(page, Outcome("app/user/grace", Status.SKIPPED, "no account"), NOW)
    ahead.begin("app/user/ada", NOW)
    assert sent(ledger) == ["ada", "linus"]
    ledger.after_write(page, Outcome("app/user/linus", Status.SKIPPED, "no account"), NOW)
    assert sent(ledger) == ["ada"]


def test_the_record_names_the_moment_at_which_it_was_really_sent(opened):
    ledger, page, ahead = opened
    ahead.begin("app/user/ada", NOW)
    ahead.begin("app/user/grace", LATER)
    ledger.after_write(page, Outcome("app/user/grace", Status.DONE), LATER, sent=LATER)
    ada, grace, *_ = ledger.operations(Question(run=1))
    assert (ada.sent, grace.sent, grace.answered) == (NOW, LATER, LATER)


def test_what_was_called_off_is_taken_back(opened):
    ledger, _, ahead = opened
    ahead.begin("app/user/ada", NOW)
    ahead.take_back()
    assert sent(ledger) == ["ada"]


def test_what_could_not_be_noted_is_noted_by_whoever_begins_next(opened):
    ledger, _, ahead = opened
    with ledger.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE operations RENAME TO elsewhere")
    with pytest.raises(LedgerError):
        ahead.begin("app/user/ada", NOW)
    with ledger.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO operations")
    ahead.begin("app/user/grace", NOW)
    assert sent(ledger) == ["grace", "linus", "mary"]
