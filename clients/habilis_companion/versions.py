"""What changes a version at a time: nobody writes over what he has not read."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, update

from habilis_companion.errors import StaleVersionError
from habilis_companion.store import WriteSession

__all__ = ["need_version", "replace_version"]


def need_version(what: str, held: int, read: int) -> None:
    """Return only if `what` still has the version that was read; else raise StaleVersionError."""
    if held != read:
        raise _stale(what)


def replace_version(session: WriteSession, table: Table, row: Mapping[str, Any], what: str) -> None:
    """Write the row over the one of its key, of the version before its own.

    Raises StaleVersionError where that is no longer there, ConflictError where
    something of it has to be unique and is taken.
    """
    before = table.c.version == row["version"] - 1
    this = (*(key == row[key.name] for key in table.primary_key), before)
    if session.connection.execute(update(table).where(*this).values(row)).rowcount != 1:
        raise _stale(what)


def _stale(what: str) -> StaleVersionError:
    # No number: who is told may know the versions by other numbers than the row does.
    return StaleVersionError(f"{what} has changed since it was read; read it again")
