import pytest
from sqlalchemy import inspect

from reconciler.errors import LedgerError
from reconciler.ledger.database import open_database
from reconciler.ledger.ledger import open_ledger
from reconciler.ledger.migrations import STEPS
from reconciler.ledger.tables import METADATA


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres")
    else:
        url = f"sqlite:///{tmp_path}/ledger.db"
    opened = open_database(url)
    opened.address = url
    yield opened
    opened.close()


def shape(inspector):
    """Return columns, keys and indexes of every table but that of the versions."""
    return {
        table: {
            "columns": {
                (column["name"], column["nullable"]) for column in inspector.get_columns(table)
            },
            "key": inspector.get_pk_constraint(table)["constrained_columns"],
            "unique": sorted(
                item["column_names"] for item in inspector.get_unique_constraints(table)
            ),
            "indexes": sorted(
                item["column_names"]
                for item in inspector.get_indexes(table)
                if "duplicates_constraint" not in item
            ),
        }
        for table in inspector.get_table_names()
        if table != "schema"
    }


def test_the_steps_lead_to_the_tables_that_the_code_uses(database):
    open_ledger(database.address).close()
    with database.transaction() as connection:
        stepped = shape(inspect(connection))
        for table in reversed(METADATA.sorted_tables):
            table.drop(connection)
        METADATA.create_all(connection)
        assert shape(inspect(connection)) == stepped


def test_a_ledger_that_is_up_to_date_is_left_alone(database):
    for _ in range(2):
        open_ledger(database.address).close()
    with database.transaction() as connection:
        versions = connection.exec_driver_sql("SELECT version FROM schema ORDER BY 1").scalars()
        assert list(versions) == list(range(1, len(STEPS) + 1))


def test_a_newer_ledger_is_refused_and_left_untouched(database):
    with database.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE schema (version INTEGER)")
        connection.exec_driver_sql("INSERT INTO schema VALUES (99)")
    with pytest.raises(LedgerError, match="schema 99, and this version knows") as caught:
        open_ledger(database.address)
    assert "newer reconciler" in caught.value.hint
    with database.transaction() as connection:
        assert inspect(connection).get_table_names() == ["schema"]
