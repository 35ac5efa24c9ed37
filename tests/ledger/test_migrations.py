from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect

from reconciler.errors import LedgerError
from reconciler.ledger.database import open_database
from reconciler.ledger.ledger import open_ledger
from reconciler.ledger.migrations import STEPS
from reconciler.ledger.tables import METADATA
from reconciler.model.history import Question, RunStart, State
from reconciler.model.resource import Link, Memory, Rewrite
from reconciler.model.values import Kind

NOW = datetime(2026, 7, 3, tzinfo=UTC)


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


def write_first_shape(database):
    """Fill the database with what the first shape's own code wrote."""
    old = (Path(__file__).parent / "schema-1.sql").read_text()
    statements = [text.strip() for text in old.split(";\n") if text.strip()]
    with database.transaction() as connection:
        if connection.dialect.name == "postgresql":
            # The dump is SQLite's: here the tables are made as they were made then.
            STEPS[0](connection)
            connection.exec_driver_sql("CREATE TABLE schema (version INTEGER PRIMARY KEY)")
            inserts = [text for text in statements if text.startswith("INSERT")]
            statements = [
                text.replace("',1)", "',true)").replace("',0)", "',false)")
                if "links" in text
                else text
                for text in inserts
            ]
            for table in ("runs", "operations"):
                statements.append(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
        for statement in statements:
            connection.exec_driver_sql(statement)


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


def test_a_ledger_of_the_first_shape_loses_nothing(database):
    write_first_shape(database)
    with open_ledger(database.address) as ledger:
        memory = ledger.memory("app", "https://app.example/scim/v2")
        assert memory == Memory(
            links=(
                Link(Kind.GROUP, "crew", "id-2", None, "Crew", settled=False),
                Link(Kind.USER, "ada", "id-1", "ada", "ada@contoso.example"),
            ),
            rewrites=(Rewrite(Kind.USER, "id-1", "title", '"A"', '"a"'),),
            runs=1,
        )
        second, first = ledger.runs(Question())
        assert (first.seconds, first.code, first.counts) == (
            9.0,
            None,
            {State.DONE: 2, State.FAILED: 1},
        )
        assert (second.ended, second.counts) == (None, {State.UNANSWERED: 1})
        told = [
            (item.id, item.kind, item.key, item.action, item.state, item.seconds, item.detail)
            for run in (1, 2)
            for item in ledger.operations(Question(run=run))
        ]
        refused = "409 uniqueness: taken"
        assert told == [
            ("app/user/ada", "user", "ada", None, "done", 0.25, ""),
            ("app/user/grace", "user", "grace", None, "failed", 0.25, refused),
            ("app/group/crew/add-members", "group", "crew", "add-members", "done", 0.25, ""),
            ("app/user/linus/references", "user", "linus", "update", "unanswered", None, ""),
        ]
        assert ledger.start_run(RunStart("d" * 64), NOW, {}) == 3


def test_a_newer_ledger_is_refused_and_left_untouched(database):
    with database.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE schema (version INTEGER)")
        connection.exec_driver_sql("INSERT INTO schema VALUES (99)")
    with pytest.raises(LedgerError, match="schema 99, and this version knows") as caught:
        open_ledger(database.address)
    assert "newer reconciler" in caught.value.hint
    with database.transaction() as connection:
        assert inspect(connection).get_table_names() == ["schema"]
