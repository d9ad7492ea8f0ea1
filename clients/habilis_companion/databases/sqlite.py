"""How SQLite is spoken to: which library may do what, what each connection promises."""

import logging
import sqlite3
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from habilis_companion.databases.database import CONFLICT, PATIENCE
from habilis_companion.errors import (
    ConflictError,
    StoreBrokenError,
    StoreBusyError,
    StoreError,
    StoreForeignError,
    StoreUnsafeError,
)

__all__ = ["WAL_IS_SOUND_FROM", "Sqlite", "journal_mode", "open_engine"]

WAL_IS_SOUND_FROM: Final = (3, 51, 3)
"""Older libraries may corrupt a write-ahead log that two connections share."""

_CACHE: Final = 65_536
"""The most kilobytes of the file that a connection holds: an import writes all over its indexes."""

_SOUND: Final = ".".join(map(str, WAL_IS_SOUND_FROM))
_WITHDRAWN: Final = frozenset({(3, 52, 0)})
_TAKEN: Final = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_BEGIN: Final = "habilis_begin"

_log = logging.getLogger(__name__)


def journal_mode(library: tuple[int, int, int] = sqlite3.sqlite_version_info[:3]) -> str:
    """The journal mode in which `library` keeps its promises: `wal`, or `delete` where it can't."""
    sound = library >= WAL_IS_SOUND_FROM and library not in _WITHDRAWN
    return "wal" if sound else "delete"


class Sqlite:
    """One file, made if it isn't there. Raises StoreUnsafeError where it can't be used safely."""

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self._reading, self._writing = open_engine(path)

    @property
    def reading(self) -> Engine:
        return self._reading

    @property
    def writing(self) -> Engine:
        return self._writing

    @property
    def one_writer(self) -> bool:
        return True

    def told(self) -> AbstractContextManager[None]:
        return _told()

    def close(self) -> None:
        self._reading.dispose()


def open_engine(path: Path, *, mode: str | None = None) -> tuple[Engine, Engine]:
    """Two faces of one pool on the file `path`: one that reads, one that writes.

    A writing transaction holds the file from its first statement on, so that
    what it reads is still so when it commits. `mode` None: the mode that the
    library at hand is fit for.

    Raises StoreUnsafeError if the file cannot be brought into that mode.
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
        begin = connection.get_execution_options().get(_BEGIN)
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if begin else 'ON'}")
        connection.exec_driver_sql(begin or "BEGIN")

    _log.info("sqlite %s keeps %s in mode %s", sqlite3.sqlite_version, path.name, wanted)
    return engine, engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})


@contextmanager
def _told() -> Generator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise StoreBrokenError(f"the file is damaged: {error}") from error
    except (DatabaseError, sqlite3.DatabaseError) as error:
        cause = error.orig if isinstance(error, DatabaseError) else error
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        message = str(cause)
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise StoreBusyError("others keep the database to themselves; try again") from error
        if code == sqlite3.SQLITE_NOTADB:
            raise StoreForeignError("the file is not a database; name another folder") from error
        if code == sqlite3.SQLITE_CORRUPT:
            raise StoreBrokenError(f"the file is damaged: {message}") from error
        if getattr(cause, "sqlite_errorcode", 0) in _TAKEN:
            raise ConflictError(f"{CONFLICT}: {message}") from error
        raise StoreError(f"the database cannot be read or written: {message}") from error


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
        _log.warning("the database stays in mode %s: %s", mode, error)
    if mode == "wal" != wanted:
        raise StoreUnsafeError(
            f"other processes use the file in mode wal, which sqlite {sqlite3.sqlite_version}"
            f" could corrupt; stop them, or install sqlite {_SOUND} or later"
        )
    return mode
