"""How the journal speaks to SQLite: which library may do what, what each connection promises."""

import logging
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from habilis_server.journal.errors import (
    JournalBrokenError,
    JournalBusyError,
    JournalError,
    JournalForeignError,
    JournalUnsafeError,
)
from habilis_server.journal.guards import SQLITE_GUARDS

__all__ = ["PATIENCE", "WAL_IS_SOUND_FROM", "Sqlite", "journal_mode", "open_engine"]

PATIENCE: Final = 30.0
"""Seconds to wait for another writer before giving up."""

WAL_IS_SOUND_FROM: Final = (3, 51, 3)
"""Older libraries may corrupt a write-ahead log that two connections share."""

_CACHE: Final = 65_536
"""The most kilobytes of the file that a connection holds: an import writes all over its indexes."""

_SOUND: Final = ".".join(map(str, WAL_IS_SOUND_FROM))
_WITHDRAWN: Final = frozenset({(3, 52, 0)})
_BEGIN: Final = "habilis_begin"
_LAST_GIVEN: Final = text("SELECT seq FROM sqlite_sequence WHERE name = 'change'")
_TRIGGERS: Final = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"

_log = logging.getLogger(__name__)


def journal_mode(library: tuple[int, int, int] = sqlite3.sqlite_version_info[:3]) -> str:
    """The journal mode in which `library` keeps its promises: `wal`, or `delete` where it can't."""
    sound = library >= WAL_IS_SOUND_FROM and library not in _WITHDRAWN
    return "wal" if sound else "delete"


class Sqlite:
    """One file, made if it isn't there. Raises JournalUnsafeError where it can't be used safely."""

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self._reading, self._writing = open_engine(path)

    @property
    def reading(self) -> Engine:
        return self._reading

    @property
    def writing(self) -> Engine:
        return self._writing

    def hold(self, connection: Connection) -> None:
        """A writing transaction holds the file from its beginning on."""

    def last_revision(self) -> int:
        """Asked of the driver itself, which takes a quarter of the time."""
        connection = self._reading.raw_connection()
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
        return _told()

    def close(self) -> None:
        self._reading.dispose()


def open_engine(path: Path, *, mode: str | None = None) -> tuple[Engine, Engine]:
    """Two faces of one pool on the file `path`: one that reads, one that writes.

    A writing transaction holds the file from its first statement on, so that
    what it reads is still so when it commits. `mode` None: the mode that the
    library at hand is fit for.

    Raises JournalUnsafeError if the file cannot be brought into that mode.
    """
    wanted = mode or journal_mode()
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        connect_args={"timeout": PATIENCE, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _promise(connection: sqlite3.Connection, _: object) -> None:
        # The driver would open transactions of its own, and later than asked for.
        connection.isolation_level = None
        _keep_promises(connection, wanted)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))

    _log.info("sqlite %s keeps the journal in mode %s", sqlite3.sqlite_version, wanted)
    return engine, engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})


@contextmanager
def _told() -> Generator[None]:
    """The database's own errors, told as errors of the journal."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise JournalBrokenError(f"the file is damaged: {error}") from error
    except (DatabaseError, sqlite3.DatabaseError) as error:
        cause = error.orig if isinstance(error, DatabaseError) else error
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        message = str(cause)
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise JournalBusyError("others keep the journal to themselves; try again") from error
        if code == sqlite3.SQLITE_NOTADB:
            raise JournalForeignError("the file is not a database; name another folder") from error
        if code == sqlite3.SQLITE_CORRUPT:
            raise JournalBrokenError(f"the file is damaged: {message}") from error
        raise JournalError(f"the journal cannot be read or written: {message}") from error


def _keep_promises(connection: sqlite3.Connection, wanted: str) -> None:
    mode = _settle(connection, wanted)
    # In mode delete a commit is the removal of a file: EXTRA waits until the
    # folder is on the disk too, where FULL would not.
    connection.execute(f"PRAGMA synchronous = {'FULL' if mode == 'wal' else 'EXTRA'}")
    connection.execute(f"PRAGMA cache_size = -{_CACHE}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")


def _settle(connection: sqlite3.Connection, wanted: str) -> str:
    """Bring the file into the mode `wanted` and return the mode it is in.

    A change of mode needs the file to oneself. Where others keep a file in mode
    delete it stays so: every library is safe there. The other way about, this
    library has to stay away.
    """
    mode: str = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode == wanted:
        return mode
    try:
        mode = connection.execute(f"PRAGMA journal_mode = {wanted}").fetchone()[0]
    except sqlite3.OperationalError as error:
        _log.warning("the journal stays in mode %s: %s", mode, error)
    if mode == "wal" != wanted:
        raise JournalUnsafeError(
            f"other processes use the journal in mode wal, which sqlite {sqlite3.sqlite_version}"
            f" could corrupt; stop them, or install sqlite {_SOUND} or later"
        )
    return mode
