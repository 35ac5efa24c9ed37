"""A statement that nearly every write executes, given to the driver itself.

To prepare one anew each time takes SQLAlchemy many times as long as SQLite to execute it.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, Delete, Dialect, Insert, Update

from reconciler.ledger.tables import as_stored

_Text: TypeAlias = tuple[str, list[str] | None]
"""A statement as the driver takes it, with its names in order where they stand as `?`."""


class Prepared:
    """A statement with named values, compiled once for each database and each set of names.

    What it stores are numbers, truth values and words.
    """

    def __init__(self, statement: Insert | Update | Delete) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, ...], _Text] = {}

    def execute(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Execute it within the transaction of *connection*; errors are those of the driver."""
        key = (connection.dialect.name, *values)
        text, order = self._compiled.get(key) or self._compile(key, connection.dialect)
        stored = {name: as_stored(value) for name, value in values.items()}
        driver: Any = connection.connection.driver_connection
        driver.execute(text, stored if order is None else [stored[name] for name in order]).close()

    def _compile(self, key: tuple[str, ...], dialect: Dialect) -> _Text:
        compiled = self._statement.compile(dialect=dialect, column_keys=key[1:])
        return self._compiled.setdefault(key, (compiled.string, compiled.positiontup))
