"""Statements that go to the driver itself store what SQLAlchemy would, and fail as it does."""

from contextlib import closing

import pytest
from sqlalchemy import bindparam, delete, insert, select

from reconciler.errors import LedgerError
from reconciler.ledger.database import open_database
from reconciler.ledger.migrations import migrate
from reconciler.ledger.prepared import Prepared
from reconciler.ledger.tables import LINKS

ROW = {
    "target": "envoy",
    "url": "https://app.example/scim",
    "kind": "user",
    "key": "ada",
    "live_id": "id-1",
    "external_id": None,
    "match_value": "ada\x00 \ud800",
    "settled": True,
}
NEW = Prepared(insert(LINKS))


@pytest.fixture
def database(url):
    with closing(open_database(url)) as database:
        with database.transaction() as connection:
            migrate(connection)
        yield database


def rows(database):
    with database.transaction() as connection:
        return [dict(row) for row in connection.execute(select(LINKS)).mappings()]


def test_what_goes_in_comes_out_whatever_a_server_sent(database):
    database.write(lambda connection: NEW.execute(connection, ROW))
    assert rows(database) == [ROW]


def test_names_stand_where_the_statement_has_them(database):
    database.write(lambda connection: NEW.execute(connection, ROW))
    gone = Prepared(
        delete(LINKS).where(
            LINKS.c.live_id == bindparam("at_live_id"), LINKS.c.key == bindparam("at_key")
        )
    )
    database.write(lambda connection: gone.execute(connection, {"at_key": "ada", "at_live_id": ""}))
    assert len(rows(database)) == 1
    ada = {"at_key": "ada", "at_live_id": "id-1"}
    database.write(lambda connection: gone.execute(connection, ada))
    assert rows(database) == []


def test_what_the_driver_refuses_takes_nothing_with_it_and_the_next_goes_on(database):
    def twice(connection):
        NEW.execute(connection, ROW)
        NEW.execute(connection, ROW)

    with pytest.raises(LedgerError, match="the ledger cannot be used"):
        database.write(twice)
    assert rows(database) == []
    database.write(lambda connection: NEW.execute(connection, ROW))
    assert len(rows(database)) == 1
