"""A journal on either database, and the way past it: statements that no journal would make."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import psycopg

from habilis_server.journal import Journal
from habilis_server.journal.guards import POSTGRESQL_GUARDS, SQLITE_GUARDS
from habilis_server.journal.journal import FILE_NAME

__all__ = ["Place"]


class Place:
    """Where one journal is, on SQLite (a folder) or on PostgreSQL (a URL)."""

    def __init__(self, target: Path | str) -> None:
        self.target: Final = target
        self.sqlite: Final = isinstance(target, Path)
        self.touched = False  # whether its tables may be other than they were made

    def open(self) -> Journal:
        return Journal.open(self.target)

    def create(self) -> Journal:
        return Journal.create(self.target)

    def run(self, *statements: str) -> list[tuple[object, ...]]:
        """Run the statements in one transaction, past the journal; the rows of the last."""
        self.touched = True
        return self._run(*statements)

    def wipe(self) -> None:
        """Leave the tables as they were made, of a place that was not touched."""
        self.tamper("TRUNCATE change, request, notice RESTART IDENTITY")

    def _run(self, *statements: str) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        if isinstance(self.target, Path):
            path = self.target / FILE_NAME
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                for statement in statements:
                    rows = connection.execute(statement).fetchall()
                connection.execute("COMMIT")
            return rows
        with psycopg.connect(self.target) as server:
            for statement in statements:
                cursor = server.execute(statement.encode())
                rows = cursor.fetchall() if cursor.description else []
        return rows

    def tamper(self, *statements: str) -> None:
        """The same with the guards out of the way, which stand again afterwards."""
        if self.sqlite:
            down = [f"DROP TRIGGER {name}" for name in SQLITE_GUARDS]
            up = [f"CREATE TRIGGER {name} {does}" for name, does in SQLITE_GUARDS.items()]
        else:
            down = ["SET LOCAL session_replication_role = replica"]
            up = ["SET LOCAL session_replication_role = origin"]
        self._run(*down, *statements, *up)

    def unguard(self, guard: str) -> None:
        """Take one guard away."""
        table = guard.partition("_")[0]
        self.run(f"DROP TRIGGER {guard}{'' if self.sqlite else f' ON {table}'}")

    @property
    def guards(self) -> list[str]:
        return list(SQLITE_GUARDS if self.sqlite else POSTGRESQL_GUARDS)
