import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from threading import Event

import pytest
from sqlalchemy import event

from reconciler.errors import LedgerError
from reconciler.ledger.database import open_database


@pytest.mark.parametrize(
    "text",
    [
        "hunter2-is-my-password",
        "postgresql://ada:hunter2@host:port/ledger",
        "postgresql://ada:hunter2@more@h:x/ledger",
        "oracle+oracledb://ada:hunter2@db.example/ledger",
        "mysql://ada:hunter2@db.example/ledger",
    ],
)
def test_what_is_no_address_of_a_ledger_is_not_repeated(text):
    with pytest.raises(LedgerError, match=r"no database URL|SQLite or PostgreSQL only") as caught:
        open_database(text)
    assert "sqlite:///" in caught.value.hint
    assert "hunter2" not in f"{caught.value} {caught.value.hint} {caught.value.__cause__}"


@pytest.mark.parametrize("rest", ["@db.example/ledger", "/more@db.example/ledger", ""])
def test_a_password_that_is_taken_for_a_host_is_not_repeated(rest):
    with pytest.raises(LedgerError) as caught:
        open_database(f"postgresql://ada:wise@hunter2{rest}@db/x")
    assert "%40" in caught.value.hint
    assert "hunter2" not in f"{caught.value} {caught.value.hint} {caught.value.__cause__}"


def test_a_missing_driver_says_what_to_install():
    script = (
        "import sys\n"
        "sys.modules['psycopg'] = None\n"
        "from reconciler.errors import LedgerError\n"
        "from reconciler.ledger.database import open_database\n"
        "try:\n"
        "    open_database('postgresql://db.example/ledger')\n"
        "except LedgerError as error:\n"
        "    print(error, error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout == (
        "a ledger in PostgreSQL needs its driver, psycopg, which is not installed "
        "Install it beside reconciler: pip install 'psycopg[binary]'\n"
    ), done.stderr


def test_a_wrong_password_is_an_error_that_does_not_show_it(postgres):
    address = postgres.rpartition("@")[2]
    with (
        pytest.raises(LedgerError, match="password authentication failed") as caught,
        open_database(f"postgres://reconciler:hunter2-wrong@{address}").transaction(),
    ):
        pass
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    assert "may create tables" in caught.value.hint


def test_a_connection_that_broke_is_not_made_anew(postgres):
    database, other = open_database(postgres), open_database(postgres)
    with database.transaction() as connection:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    with other.transaction() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
    for _ in range(2):
        with (
            pytest.raises(LedgerError, match="terminating connection"),
            database.transaction() as connection,
        ):
            connection.exec_driver_sql("SELECT 1")
    database.close()
    other.close()


def insert(number, connection):
    connection.exec_driver_sql(f"INSERT INTO seen VALUES ({number})")


@pytest.fixture
def counted(tmp_path):
    """Return a database with a table, and its commits as they happen."""
    database, commits = open_database(f"sqlite:///{tmp_path}/ledger.db"), []
    with database.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE seen (number INTEGER PRIMARY KEY)")
        event.listen(connection.engine, "commit", commits.append)
    commits.clear()
    yield database, commits
    database.close()


def test_threads_that_come_while_another_writes_are_written_together(counted):
    database, commits = counted
    first, go_on = Event(), Event()

    def slowly(connection):
        first.set()
        assert go_on.wait(10)
        insert(0, connection)

    with ThreadPoolExecutor(9) as threads:
        done = [threads.submit(database.write, slowly)]
        assert first.wait(10)
        done += [threads.submit(database.write, partial(insert, n)) for n in range(1, 9)]
        while database.waiting < 8:
            pass
        go_on.set()
        assert [item.result() for item in done] == [None] * 9
    assert len(commits) == 2


def test_a_write_that_fails_is_told_to_whoever_asked_for_it(counted):
    database, commits = counted
    database.write(partial(insert, 1))
    with pytest.raises(LedgerError, match="UNIQUE constraint failed"):
        database.write(partial(insert, 1))
    database.write(partial(insert, 2))
    assert len(commits) == 2


def test_a_bug_in_one_write_leaves_nobody_waiting(counted):
    database, _ = counted
    with pytest.raises(ZeroDivisionError):
        database.write(lambda _: 1 / 0)
    database.write(partial(insert, 2))


def test_what_is_sent_is_on_the_disk_first_and_its_answer_goes_with_the_next(tmp_path):
    with closing(open_database(f"sqlite:///{tmp_path / 'ledger.db'}")) as database:
        levels = []

        def note(connection):
            levels.append(connection.exec_driver_sql("PRAGMA synchronous").scalar())

        database.write(note)
        database.write(note, durable=False)
        database.write(note)
        with database.transaction() as connection:
            note(connection)
    full, normal = 2, 1
    assert levels == [full, normal, full, full]
