"""What the budget of a day is counted from."""

from datetime import UTC, datetime, timedelta

from reconciler.ledger.ledger import open_ledger
from reconciler.ledger.place import Page, Place
from reconciler.model.history import RunStart
from reconciler.model.outcome import Outcome, Status
from reconciler.model.plan import Action, Change, MemberChange
from reconciler.model.resource import Live, Loss
from reconciler.model.values import Kind, Ref

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
URL = "https://app.example/scim/v2"
ADA = Loss(Kind.USER, "ada", "id-ada")


def ending(key, action=Action.DISABLE):
    live = Live(Kind.USER, f"id-{key}", {})
    return Change("app", Kind.USER, key, action, key, "gone", live=live)


def leaving(*keys):
    members = tuple(MemberChange(Ref(Kind.USER, key), f"id-{key}", key) for key in keys)
    live = Live(Kind.GROUP, "id-crew", {})
    return Change(
        "app", Kind.GROUP, "crew", Action.REMOVE_MEMBERS, "Crew", "gone", live=live, remove=members
    )


def send(ledger, change, sent, status=Status.DONE, url=URL):
    place = Place("app", url)
    page = Page(ledger.start_run(RunStart("f" * 64), sent, {place: [change]}), place)
    ledger.before_write(page, [change.id], sent)
    if status is not None:
        ledger.after_write(page, Outcome(change.id, status), sent)


def losses(ledger, now=NOW):
    return ledger.memory("app", URL, now).losses


def test_what_went_within_a_day_is_counted_once(url):
    with open_ledger(url) as ledger:
        send(ledger, ending("ada"), NOW - timedelta(hours=23))
        send(ledger, ending("ada", Action.DELETE), NOW - timedelta(hours=1))
        send(ledger, leaving("bob", "cat"), NOW - timedelta(hours=2))
        assert set(losses(ledger)) == {
            ADA,
            Loss(Kind.GROUP, "crew", "id-crew", frozenset({"bob", "cat"})),
        }


def test_what_went_earlier_elsewhere_or_not_at_all_is_not_counted(url):
    with open_ledger(url) as ledger:
        send(ledger, ending("ada"), NOW - timedelta(hours=25))
        send(ledger, ending("bob"), NOW, url="https://other.example")
        send(ledger, ending("cat"), NOW, Status.FAILED)
        send(ledger, ending("dan", Action.UPDATE), NOW)
        assert losses(ledger) == ()


def test_a_write_without_an_answer_and_a_batch_refused_in_part_are_counted(url):
    with open_ledger(url) as ledger:
        send(ledger, ending("ada"), NOW, status=None)
        send(ledger, leaving("bob"), NOW, Status.FAILED)
        assert len(losses(ledger)) == 2


def test_without_a_time_nothing_is_counted(url):
    with open_ledger(url) as ledger:
        send(ledger, ending("ada"), NOW)
        assert losses(ledger, None) == ()
