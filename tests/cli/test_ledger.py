import sqlite3

from reconciler.ledger.database import open_database


def runs(url):
    database = open_database(url)
    with database.transaction() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM runs").scalar()
    database.close()
    return found


def test_the_ledger_is_where_the_option_says(desk, postgres):
    desk.type("apply", "--sandbox", "--yes", "--ledger", postgres)
    assert runs(postgres) == 1
    desk.document["users"]["u05"]["accountEnabled"] = False
    desk.type("apply", "--sandbox", "--yes", "--ledger", postgres)
    assert runs(postgres) == 2
    assert not (desk.folder / "state" / "sandbox" / "ledger.db").exists()


def test_the_embedded_server_does_not_go_by_the_variable(desk, monkeypatch):
    monkeypatch.setenv("RECONCILER_LEDGER", "postgresql://nowhere.example/ledger")
    desk.type("apply", "--sandbox", "--yes")
    connection = sqlite3.connect(desk.folder / "state" / "sandbox" / "ledger.db")
    assert connection.execute("select count(*) from runs").fetchone() == (1,)
    connection.close()


def test_the_variable_is_read_for_real_targets_and_its_password_never_shown(desk, monkeypatch):
    monkeypatch.setenv("RECONCILER_LEDGER", "postgresql://ada:hunter2@127.0.0.1:1/ledger")
    monkeypatch.setenv("RECONCILER_TEST_TOKEN", "token")
    shown = desk.type("plan", code=4)
    assert "the ledger cannot be used (127.0.0.1/ledger)" in shown.err
    assert "hunter2" not in shown.out + shown.err


def test_a_plan_makes_no_ledger(desk):
    desk.plan()
    assert not (desk.folder / "state" / "sandbox" / "ledger.db").exists()
