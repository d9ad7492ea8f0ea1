"""A journal copied whole: to a folder, from which it can be opened, or restored into any database.

The copy is a journal like any other, of one file; the hashes of its changes
are those of the original, so that each can be told to be the other.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select

from habilis_server.journal.changes import Row
from habilis_server.journal.errors import JournalBrokenError, JournalError
from habilis_server.journal.journal import FILE_NAME, Journal
from habilis_server.journal.schema import change, notice, request
from habilis_server.journal.sqlite import Sqlite
from habilis_server.journal.store import PAGE
from habilis_server.journal.verification import Seal

__all__ = ["back_up", "restore"]

_PART: Final = ".part"
_COUNT: Final = select(func.count()).select_from(change)
_REQUESTS: Final = (
    select(request.c.revision, request)
    .where(request.c.revision > bindparam("after"), request.c.revision <= bindparam("until"))
    .order_by(request.c.revision)
    .limit(PAGE)
)
# A copy numbers its notices itself: the number says nothing beyond its own database.
_NOTICE_KEYS: Final = tuple(each.name for each in notice.columns if each.name != "id")
_NOTICES: Final = (
    select(notice.c.id, *(notice.c[name] for name in _NOTICE_KEYS))
    .where(notice.c.id > bindparam("after"), notice.c.revision <= bindparam("until"))
    .order_by(notice.c.id)
    .limit(PAGE)
)


def back_up(journal: Journal, folder: Path) -> Seal:
    """Copy the journal to `folder`, which must hold none, while others go on reading and writing.

    Returns the head of the copy and its hash. A copy that was interrupted
    leaves no journal there. Raises JournalError, OSError.
    """
    target = folder / FILE_NAME
    if target.exists():
        raise JournalError(f"`{folder}` holds a journal already; name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{FILE_NAME}{_PART}"
    part.unlink(missing_ok=True)
    database = journal.store.database
    if isinstance(database, Sqlite):
        with database.told():
            _copy_file(database.path, part)
    else:
        _copy_rows_to_file(journal, part)
    part.replace(target)
    with Journal.open(folder) as copy:
        return copy.seal()


def restore(folder: Path, journal: Journal) -> Seal:
    """Copy the journal that `folder` holds into `journal`, which must be empty: all or nothing.

    Returns the head and its hash, which are those of the original. Raises
    JournalError.
    """
    with Journal.open(folder) as original:
        if problems := original.verify():
            raise JournalError(f"`{folder}` is not whole, and is not restored: {problems[0]}")
        _copy_rows(original, journal)
        return journal.seal()


def _copy_file(source: Path, target: Path) -> None:
    """The whole file in one step: writers wait meanwhile, and nothing has to be begun again."""
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)


def _copy_rows_to_file(journal: Journal, target: Path) -> None:
    folder = target.parent / f"{target.name}.folder"
    with Journal.create(folder) as copy:
        _copy_rows(journal, copy)
    (folder / FILE_NAME).replace(target)
    folder.rmdir()


def _copy_rows(source: Journal, target: Journal) -> None:
    """What `source` holds now; what is written to it meanwhile is left for another time."""
    bounds = {"after": 0, "until": source.head()}
    rows = source.rows(until=bounds["until"])
    with target.store.writing() as connection:
        if connection.scalar(_COUNT):
            raise JournalError("it holds changes already; a journal is restored into an empty one")
        for cells in source.store.pages(_REQUESTS, bounds):
            outcome = dict(zip(request.columns.keys(), cells[1:], strict=True))
            _copy_changes(connection, rows, outcome["revision"])
            connection.execute(insert(request), outcome)
        for cells in source.store.pages(_NOTICES, bounds):
            connection.execute(insert(notice), dict(zip(_NOTICE_KEYS, cells[1:], strict=True)))


def _copy_changes(connection: Connection, rows: Iterator[Row], last: int) -> None:
    """The next rows, up to and with the revision `last`."""
    page: list[dict[str, Any]] = []
    for row in rows:
        page.append(row._asdict())
        if len(page) == PAGE or row.revision == last:
            connection.execute(insert(change), page)
            page = []
        if row.revision == last:
            return
    raise JournalBrokenError(f"revision {last} is missing")
