import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from reconciler.errors import LedgerError
from reconciler.ledger.ledger import open_ledger
from reconciler.model.outcome import Outcome, Status
from reconciler.model.resource import Link, Memory, Rewrite
from reconciler.model.values import Kind

NOW = datetime(2026, 7, 1, tzinfo=UTC)
URL = "https://app.example/scim/v2"
ADA = Link(Kind.USER, "ada", "id-1", "ada", "ada@contoso.example")


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/deep/ledger.sqlite3"


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


def test_a_killed_process_leaves_a_write_without_an_answer(url, tmp_path):
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
    connection = sqlite3.connect(tmp_path / "deep" / "ledger.sqlite3")
    rows = connection.execute("select change, answered, status from operations").fetchall()
    connection.close()
    assert rows == [("app/user/ada", None, None)]


def test_the_file_is_private(url, tmp_path):
    open_ledger(url).close()
    mode = (tmp_path / "deep" / "ledger.sqlite3").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_damaged_file_is_a_clear_error(tmp_path):
    file = tmp_path / "ledger.sqlite3"
    file.write_text("this is no database " * 100)
    with pytest.raises(LedgerError, match="cannot be used") as caught:
        open_ledger(f"sqlite:///{file}")
    assert "moved away" in caught.value.hint


def test_a_newer_schema_is_refused(url, tmp_path):
    open_ledger(url).close()
    connection = sqlite3.connect(tmp_path / "deep" / "ledger.sqlite3")
    connection.execute("update schema set version = 99")
    connection.commit()
    connection.close()
    with pytest.raises(LedgerError, match="schema 99"):
        open_ledger(url)
