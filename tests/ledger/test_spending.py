from datetime import UTC, datetime, timedelta

from reconciler.ledger.ledger import open_ledger
from reconciler.model.rate import Spent, moments, rate_limit

NOW = datetime(2026, 7, 1, 12, 30, 15, tzinfo=UTC)
MINUTE = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
HOST = "api.app.example"


def test_what_a_host_was_sent_outlives_a_run_for_two_days(url):
    first, second = Spent(MINUTE, "POST", "Users", 7), Spent(MINUTE, "GET", "Groups", 2)
    with open_ledger(url) as ledger:
        ledger.note_spent(HOST, [first, second], NOW)
        ledger.note_spent(HOST, [first], NOW)
        ledger.note_spent("other.example", [second], NOW)
    with open_ledger(url) as ledger:
        assert ledger.spent(HOST, MINUTE + timedelta(seconds=59)) == (first, second, first)
        assert ledger.spent(HOST, MINUTE + timedelta(minutes=1)) == ()
        ledger.note_spent("other.example", [], NOW + timedelta(days=3))
        assert ledger.spent(HOST, MINUTE) == ()


def test_a_budget_counts_its_methods_its_path_and_its_time():
    hour = rate_limit(1000, "hour", None, ["POST"], "/Users")
    spent = [
        Spent(MINUTE, "POST", "Users", 2),
        Spent(MINUTE, "GET", "Users", 5),
        Spent(MINUTE, "POST", "Groups", 5),
        Spent(NOW.replace(second=0), "POST", "Users", 1),
        Spent(MINUTE - timedelta(minutes=31), "POST", "Users", 9),
    ]
    assert moments(hour, spent, NOW) == [1755.0, 1755.0, 0.0]
    deep = rate_limit(1000, "day", None, [], "/Users/.search")
    assert len(moments(deep, spent, NOW)) == 17
