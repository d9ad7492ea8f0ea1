"""The two databases in which things are kept: SQLite in a file, or PostgreSQL on a server."""

from pathlib import Path

from habilis_companion.databases.database import PATIENCE, Database
from habilis_companion.databases.sqlite import Sqlite
from habilis_companion.databases.together import insert_once, wait_for

__all__ = ["PATIENCE", "Database", "Sqlite", "insert_once", "open_database", "wait_for"]


def open_database(target: Path | str, name: str) -> Database:
    """The database of this name in a folder, made if it is missing, or that of a URL.

    A URL reads `postgresql://user@host:5432/name`; StoreError tells so for
    what is none.
    """
    if isinstance(target, Path):
        target.mkdir(parents=True, exist_ok=True)
        return Sqlite(target / f"{name}.sqlite3")
    # Loaded here: psycopg is no need of who keeps a file.
    from habilis_companion.databases.postgresql import Postgresql  # noqa: PLC0415  # said above

    return Postgresql(target)
