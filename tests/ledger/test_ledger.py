import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest

from reconciler.errors import LedgerError
from reconciler.ledger.database import open_database
from reconciler.ledger.ledger import open_ledger
from reconciler.model.outcome import Outcome, Status
from reconciler.model.resource import Link, Memory, Rewrite
from reconciler.model.values import Kind

NOW = datetime(2026, 7, 1, tzinfo=UTC)
URL = "https://app.example/scim/v2"
ADA = Link(Kind.USER, "ada", "id-1", "ada", "ada@contoso.example")


@pytest.fixture
def file(tmp_path):
    return f"sqlite:///{tmp_path}/deep/ledger.sqlite3"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    return request.getfixturevalue({"sqlite": "file", "postgresql": "postgres"}[request.param])


def ask(url, statement):
    database = open_database(url)
    with database.transaction() as connection:
        found = [tuple(row) for row in connection.exec_driver_sql(statement)]
    database.close()
    return found


def test_what_is_recorded_survives_the_process(url):
    with open_ledger(url) as ledger:
        ledger.record_link("app", URL, ADA)
        ledger.record_rewrites("app", URL, "id-1", [Rewrite(Kind.USER, "id-1", "t", '"a"', "null")])
    with open_ledger(url) as ledger:
        memory = ledger.memory("app", URL + "/")
    assert memory == Memory((ADA,), (Rewrite(Kind.USER, "id-1", "t", '"a"', "null"),), 0)


def test_another_target_or_url_knows_nothing(url):
    with open_ledger(url) as ledger:
        ledger.record_link("app", URL, ADA)
        assert ledger.memory("other", URL) == Memory()
        assert ledger.memory("app", "https://other.example") == Memory()


def test_a_live_object_belongs_to_one_key(url):
    with open_ledger(url) as ledger:
        ledger.record_link("app", URL, ADA)
        renamed = Link(Kind.USER, "countess", "id-1", "countess", None)
        ledger.record_link("app", URL, renamed)
        assert ledger.memory("app", URL).links == (renamed,)
        ledger.forget_link("app", URL, Kind.USER, "countess")
        assert ledger.memory("app", URL).links == ()


def test_only_finished_runs_with_writes_here_count(url):
    with open_ledger(url) as ledger:
        run = ledger.start_run("f" * 64, NOW)
        number = ledger.before_write(run, ("app", URL), "app/user/ada", NOW)
        ledger.after_write(number, Outcome("app/user/ada", Status.DONE, requests=1), NOW)
        assert ledger.memory("app", URL).runs == 0
        ledger.finish_run(run, NOW)
        assert ledger.memory("app", URL).runs == 1
        assert ledger.memory("other", URL).runs == 0


def test_a_killed_process_leaves_a_write_without_an_answer(url):
    script = (
        "import os, signal, sys\n"
        "from datetime import UTC, datetime\n"
        "from reconciler.ledger.ledger import open_ledger\n"
        "now = datetime(2026, 7, 1, tzinfo=UTC)\n"
        "ledger = open_ledger(sys.argv[1])\n"
        "run = ledger.start_run('f', now)\n"
        "ledger.before_write(run, ('app', 'https://x.example'), 'app/user/ada', now)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, url], check=False)
    assert done.returncode == -9
    found = ask(url, "SELECT change, answered, status FROM operations")
    assert found == [("app/user/ada", None, None)]


def test_the_file_is_private(file, tmp_path):
    open_ledger(file).close()
    mode = (tmp_path / "deep" / "ledger.sqlite3").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_damaged_file_is_a_clear_error(tmp_path):
    file = tmp_path / "ledger.sqlite3"
    file.write_text("this is no database " * 100)
    with pytest.raises(LedgerError, match="cannot be used") as caught:
        open_ledger(f"sqlite:///{file}")
    assert "moved away" in caught.value.hint


def test_many_may_make_one_ledger_at_the_same_moment(url):
    start = Barrier(8)

    def make(_):
        start.wait()
        open_ledger(url).close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(make, range(8)))
    with open_ledger(url) as ledger:
        assert ledger.memory("app", URL) == Memory()


def test_threads_share_one_ledger(url):
    with open_ledger(url) as ledger, ThreadPoolExecutor(8) as threads:
        run = ledger.start_run("f" * 64, NOW)

        def write(number):
            key = f"u{number:02}"
            operation = ledger.before_write(run, ("app", URL), f"app/user/{key}", NOW)
            ledger.record_link("app", URL, Link(Kind.USER, key, f"id-{key}", key, None))
            ledger.after_write(operation, Outcome(f"app/user/{key}", Status.DONE), NOW)
            return operation

        numbers = list(threads.map(write, range(50)))
        assert sorted(numbers) == list(range(1, 51))
        assert sorted(link.key for link in ledger.memory("app", URL).links) == [
            f"u{number:02}" for number in range(50)
        ]


def test_a_rewrite_replaces_the_one_of_the_same_path(url):
    first = Rewrite(Kind.USER, "id-1", "title", '"A"', '"a"')
    other = Rewrite(Kind.USER, "id-1", "userName", '"Ada"', '"ada"')
    again = Rewrite(Kind.USER, "id-1", "title", '"B"', '"b"')
    with open_ledger(url) as ledger:
        ledger.record_rewrites("app", URL, "id-1", [first, other])
        ledger.record_rewrites("app", URL, "id-1", [again])
        assert set(ledger.memory("app", URL).rewrites) == {other, again}


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(LedgerError, match="cannot be used"):
        open_ledger(f"sqlite:///{tmp_path}/file/ledger.sqlite3")
