import os
import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from reconciler.errors import LedgerError, LockedError
from reconciler.ledger.ledger import open_ledger
from reconciler.ledger.place import Place
from reconciler.model.resource import Link
from reconciler.model.values import Kind

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
PLACE = Place("app", "https://app.example/scim/v2")
ADA = Link(Kind.USER, "ada", "id-1", "ada", "ada@contoso.example")
HOLDER = (
    "import sys, time\n"
    "from tests.ledger.test_lock import NOW, PLACE, open_ledger\n"
    "with open_ledger(sys.argv[1]) as ledger:\n"
    "    with ledger.holding(PLACE, 'grace@laptop, process 4711 on laptop', NOW):\n"
    "        print('held', flush=True)\n"
    "        time.sleep(60)\n"
)


@pytest.fixture
def holder(url):
    """Start a process that holds the target."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def is_free(url, place=PLACE):
    try:
        with open_ledger(url) as ledger, ledger.holding(place, "ada@desk", NOW):
            return True
    except LockedError:
        return False


def test_the_second_is_told_who_holds_the_target_and_what_to_do(url, holder):
    with (
        open_ledger(url) as ledger,
        pytest.raises(LockedError) as caught,
        ledger.holding(PLACE, "ada@desk", NOW),
    ):
        pass
    assert str(caught.value) == (
        "another apply is at work on app: grace@laptop, process 4711 on laptop, "
        "since 2026-07-01T12:00:00+00:00"
    )
    assert "Run it again when that one has ended" in caught.value.hint
    assert caught.value.exit_code == 4
    assert holder.poll() is None


def test_the_lock_dies_with_its_process(url, holder):
    assert not is_free(url)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert is_free_soon(url)


def is_free_soon(url):
    """PostgreSQL needs a moment to see that the other end of the connection has gone."""
    return any(is_free(url) for _ in range(100))


def test_reading_is_never_blocked(url, holder):
    with open_ledger(url) as ledger:
        assert ledger.memory("app", PLACE.url).links == ()
    assert holder.poll() is None


def test_other_targets_and_urls_are_free(url):
    with open_ledger(url) as ledger, ledger.holding(PLACE, "ada@desk", NOW):
        assert is_free(url, Place("other", PLACE.url))
        assert is_free(url, Place("app", "https://other.example"))
        assert not is_free(url, Place("app", PLACE.url + "/"))


def test_the_lock_ends_with_its_block(url):
    with open_ledger(url) as ledger:
        for _ in range(2):
            with ledger.holding(PLACE, "ada@desk", NOW):
                assert not is_free(url)
            assert is_free(url)


def test_a_ledger_in_memory_is_nobody_elses():
    with open_ledger("sqlite://") as ledger, ledger.holding(PLACE, "ada@desk", NOW):
        pass


def test_whoever_lost_the_session_of_its_lock_can_note_nothing_more(postgres):
    with (
        open_ledger(postgres) as ledger,
        ledger.holding(PLACE, "ada@desk", NOW),
        open_ledger(postgres) as other,
    ):
        with other.database.transaction() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks "
                "WHERE locktype = 'advisory' AND granted"
            )
        for _ in range(2):
            with pytest.raises(LedgerError, match="terminating connection"):
                ledger.note_links(PLACE, [ADA])
    assert is_free(postgres)
