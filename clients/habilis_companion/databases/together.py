"""What writers owe each other where the database lets several in at once, as PostgreSQL does."""

import hashlib
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

__all__ = ["insert_once", "wait_for"]


def wait_for(connection: Connection, name: str) -> None:
    """Wait until nobody else has this name; it is kept until the writing transaction ends.

    What whoever had it has committed is seen from then on.
    """
    # A writer of SQLite has the whole file to itself.
    if connection.dialect.name == "postgresql":
        digest = hashlib.sha256(name.encode()).digest()
        lock = int.from_bytes(digest[:8], "big", signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(lock)))


def insert_once(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows that are not there yet, by any of the table's keys; the first one stays."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    if rows:
        connection.execute(dialect.insert(table).on_conflict_do_nothing(), [*map(dict, rows)])
