"""How the journal speaks to PostgreSQL: by psycopg, one writer at a time under one lock."""

import logging
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import errors as pg
from sqlalchemy import Connection, Engine, create_engine, event, func, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from habilis_server.journal.errors import (
    JournalBrokenError,
    JournalBusyError,
    JournalError,
    JournalUnreachableError,
)
from habilis_server.journal.guards import POSTGRESQL_GUARDS
from habilis_server.journal.schema import request

__all__ = ["PATIENCE", "Postgresql"]

PATIENCE: Final = 30.0
"""Seconds to wait for another writer before giving up."""

_CONNECT_PATIENCE: Final = 10
_LOCK: Final = int.from_bytes(b"habilis\0", "big")
_HOLD: Final = text("SELECT pg_advisory_xact_lock(:lock)").bindparams(lock=_LOCK)
_GUARDS: Final = text("""
    SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true), prosrc, tgenabled
    FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE tgrelid IN ('change'::regclass, 'request'::regclass) AND NOT tgisinternal""")
_LAST_REVISION: Final = "SELECT coalesce(max(revision), 0) FROM change"
_LAST_GIVEN: Final = select(func.max(request.c.revision))

_LOG: Final = logging.getLogger(__name__)


class Postgresql:
    """One database, or one schema of it: that to which the connection's search path leads.

    A writer reads and writes under one advisory lock, in an isolation that
    shows him what the writer before him left; a reader sees one moment.
    """

    def __init__(self, url: str) -> None:
        """Raises JournalError for what is no such URL; nobody is connected to yet."""
        engine = create_engine(
            _parsed(url),
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,
            connect_args={"connect_timeout": _CONNECT_PATIENCE, "application_name": "habilis"},
        )
        event.listen(engine, "connect", _promise)
        event.listen(engine, "first_connect", _look_over)
        self._writing = engine
        self._reading = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        # Asked before every answer: a pool of its own spares it all but one round trip.
        self._asking = create_engine(
            engine.url,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": _CONNECT_PATIENCE, "application_name": "habilis"},
        )

    @property
    def reading(self) -> Engine:
        return self._reading

    @property
    def writing(self) -> Engine:
        return self._writing

    def hold(self, connection: Connection) -> None:
        connection.execute(_HOLD)

    def last_revision(self) -> int:
        try:
            return self._ask()
        except (psycopg.OperationalError, psycopg.InterfaceError, DBAPIError):
            # The server may have been restarted since; the pool's connections are of no use then.
            self._asking.dispose()
            return self._ask()

    def last_given(self, connection: Connection) -> int:
        return connection.scalar(_LAST_GIVEN) or 0

    def flaws(self, connection: Connection) -> Iterator[str]:
        found = {name: (does, body, on) for name, does, body, on in connection.execute(_GUARDS)}
        for name, guard in POSTGRESQL_GUARDS.items():
            does = f"CREATE TRIGGER {name} {guard.when} EXECUTE FUNCTION {name}()"
            if found.get(name) != (does, guard.body, "O"):
                yield f"the guard `{name}` is missing or altered"

    @contextmanager
    def told(self) -> Generator[None]:
        try:
            yield
        except (DBAPIError, psycopg.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            raise _retold(cause) from error

    def close(self) -> None:
        self._writing.dispose()
        self._asking.dispose()

    def _ask(self) -> int:
        connection = self._asking.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(_LAST_REVISION)
            ((revision,),) = cursor.fetchall()
            return int(revision)
        except psycopg.OperationalError:
            connection.invalidate()
            raise
        finally:
            connection.close()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = URL.create("")
    if parsed.drivername != "postgresql":
        raise JournalError(
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
    """What a server may be that the journal cannot put right."""
    info = connection.info
    encoding = info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise JournalError(f"the database has the encoding {encoding}; the journal needs UTF8")
    row = connection.execute("SELECT current_setting('fsync')").fetchone()
    connection.rollback()
    if row == ("off",):
        _LOG.warning("the server has fsync off: a power cut may lose what it acknowledged")


def _retold(cause: BaseException | None) -> JournalError:
    message = str(cause).partition("\n")[0]
    match cause:
        case pg.LockNotAvailable() | pg.DeadlockDetected() | pg.SerializationFailure():
            return JournalBusyError("others keep the journal to themselves; try again")
        case pg.DataCorrupted() | pg.IndexCorrupted():
            return JournalBrokenError(f"the database is damaged: {message}")
        case pg.OperationalError() | pg.InterfaceError():
            return JournalUnreachableError(
                f"the database cannot be reached, or went away: {message}; what was under way may"
                " be recorded or not, which the same request offered again will tell"
            )
        case _:
            return JournalError(f"the journal cannot be read or written: {message}")
