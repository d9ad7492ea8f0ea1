"""The journal in a file of SQLite."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Final

from sqlalchemy import Connection, text

from habilis_companion import databases
from habilis_server.journal.database import retold
from habilis_server.journal.guards import SQLITE_GUARDS

__all__ = ["Sqlite"]

_LAST_GIVEN: Final = text("SELECT seq FROM sqlite_sequence WHERE name = 'change'")
_TRIGGERS: Final = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"


class Sqlite(databases.Sqlite):
    """One file, made if it isn't there. Raises JournalUnsafeError where it can't be used safely."""

    def hold(self, connection: Connection) -> None:
        """A writing transaction holds the file from its beginning on."""

    def last_revision(self) -> int:
        """Asked of the driver itself, which takes a quarter of the time."""
        connection = self.reading.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("SELECT coalesce(max(revision), 0) FROM change")
            ((revision,),) = cursor.fetchall()
            return int(revision)
        finally:
            connection.close()

    def last_given(self, connection: Connection) -> int:
        return connection.scalar(_LAST_GIVEN) or 0

    def flaws(self, connection: Connection) -> Iterator[str]:
        for (found,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if found != "ok":
                yield f"the file is damaged: {found}"
        statements = {row[0]: row[1] for row in connection.exec_driver_sql(_TRIGGERS)}
        for name, does in SQLITE_GUARDS.items():
            if statements.get(name) != f"CREATE TRIGGER {name} {does}":
                yield f"the guard `{name}` is missing or altered"

    def told(self) -> AbstractContextManager[None]:
        return retold(super().told())
