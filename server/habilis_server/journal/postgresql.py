"""The journal on a server of PostgreSQL: one writer at a time under one lock."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Final

import psycopg
from sqlalchemy import Connection, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from habilis_companion.databases import postgresql
from habilis_companion.errors import StoreError
from habilis_server.journal.database import retold
from habilis_server.journal.errors import JournalError
from habilis_server.journal.guards import POSTGRESQL_GUARDS
from habilis_server.journal.schema import request

__all__ = ["Postgresql"]

_LOCK: Final = int.from_bytes(b"habilis\0", "big")
_HOLD: Final = text("SELECT pg_advisory_xact_lock(:lock)").bindparams(lock=_LOCK)
_GUARDS: Final = text("""
    SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true), prosrc, tgenabled
    FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE tgrelid IN ('change'::regclass, 'request'::regclass) AND NOT tgisinternal""")
_LAST_REVISION: Final = "SELECT coalesce(max(revision), 0) FROM change"
_LAST_GIVEN: Final = select(func.max(request.c.revision))


class Postgresql(postgresql.Postgresql):
    """One database, or one schema of it: that to which the connection's search path leads.

    A writer reads and writes under one advisory lock, in an isolation that
    shows him what the writer before him left; a reader sees one moment.
    """

    def __init__(self, url: str) -> None:
        """Raises JournalError for what is no such URL; nobody is connected to yet."""
        try:
            super().__init__(url)
        except StoreError as error:
            raise JournalError(str(error)) from error
        # Asked before every answer: a pool of its own spares it all but one round trip.
        self._asking = create_engine(
            self.writing.url, isolation_level="AUTOCOMMIT", connect_args=postgresql.CONNECTING
        )

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

    def told(self) -> AbstractContextManager[None]:
        return retold(super().told())

    def close(self) -> None:
        super().close()
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
