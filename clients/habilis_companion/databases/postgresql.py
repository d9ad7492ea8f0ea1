"""How PostgreSQL is spoken to: by psycopg, with patience that has an end."""

import logging
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

import psycopg
from psycopg import errors as pg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from habilis_companion.databases.database import CONFLICT, PATIENCE
from habilis_companion.errors import (
    CompanionError,
    ConflictError,
    StoreBrokenError,
    StoreBusyError,
    StoreError,
    StoreUnreachableError,
)

__all__ = ["CONNECTING", "Postgresql"]

CONNECTING: Final = {"connect_timeout": 10, "application_name": "habilis"}
"""How every connection is asked for."""

_LOG: Final = logging.getLogger(__name__)


class Postgresql:
    """One database, or one schema of it: that to which the connection's search path leads.

    A writer sees what others have committed, and a reader one moment.
    """

    def __init__(self, url: str) -> None:
        """Raises StoreError for what is no such URL; nobody is connected to yet."""
        engine = create_engine(
            _parsed(url),
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,
            connect_args=CONNECTING,
        )
        event.listen(engine, "connect", _promise)
        event.listen(engine, "first_connect", _look_over)
        self._writing = engine
        self._reading = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )

    @property
    def reading(self) -> Engine:
        return self._reading

    @property
    def writing(self) -> Engine:
        return self._writing

    @property
    def one_writer(self) -> bool:
        return False

    def told(self) -> AbstractContextManager[None]:
        return _told()

    def close(self) -> None:
        self._writing.dispose()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = URL.create("")
    if parsed.drivername not in {"postgresql", "postgresql+psycopg"}:
        raise StoreError(
            "this is no URL of a database; one reads `postgresql://user@host:5432/name`"
        )
    return parsed.set(drivername="postgresql+psycopg")


def _promise(connection: "psycopg.Connection[object]", _: object) -> None:
    """What holds on every connection: patience has an end, and what is acknowledged is kept."""
    connection.autocommit = True
    connection.execute(
        "SELECT set_config('lock_timeout', %s, false), set_config('synchronous_commit',"
        " replace(current_setting('synchronous_commit'), 'off', 'on'), false)",
        (str(int(PATIENCE * 1000)),),
    )
    connection.autocommit = False


def _look_over(connection: "psycopg.Connection[object]", _: object) -> None:
    """What a server may be that cannot be put right from here."""
    info = connection.info
    encoding = info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise StoreError(f"the database has the encoding {encoding}; UTF8 is needed")
    row = connection.execute("SELECT current_setting('fsync')").fetchone()
    connection.rollback()
    if row == ("off",):
        _LOG.warning("the server has fsync off: a power cut may lose what it acknowledged")


@contextmanager
def _told() -> Generator[None]:
    try:
        yield
    except (DBAPIError, psycopg.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise _retold(cause) from error


def _retold(cause: BaseException | None) -> CompanionError:
    message = str(cause).partition("\n")[0]
    match cause:
        case pg.LockNotAvailable() | pg.DeadlockDetected() | pg.SerializationFailure():
            return StoreBusyError("others keep the database to themselves; try again")
        case pg.UniqueViolation():
            return ConflictError(f"{CONFLICT}: {message}")
        case pg.DataCorrupted() | pg.IndexCorrupted():
            return StoreBrokenError(f"the database is damaged: {message}")
        case pg.OperationalError() | pg.InterfaceError():
            return StoreUnreachableError(
                f"the database cannot be reached, or went away: {message}; what was under way may"
                " be recorded or not, which the same request offered again will tell"
            )
        case _:
            return StoreError(f"the database cannot be read or written: {message}")
