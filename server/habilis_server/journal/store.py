"""The database behind the journal: who may read, who may write, and errors told in our words."""

import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Executable

from habilis_server.journal.database import Database
from habilis_server.journal.errors import JournalBusyError, JournalMissingError
from habilis_server.journal.schema import FORM

__all__ = ["PAGE", "Cells", "Store"]

PAGE: Final = 2_000
"""Rows read at once: a reader keeps writers out while it reads, so it lets go in between."""

_PATIENCE: Final = 60.0
"""Seconds to wait for one's turn among the threads; each of them waits for the database as well."""

Cells = tuple[Any, ...]


class Store:
    """One database, for any number of threads. What fails raises a JournalError."""

    def __init__(self, database: Database, *, create: bool) -> None:
        """For a database of the present form; with `create`, an empty one is brought into it."""
        self.database: Final = database
        # Threads of one process wait here in turn; SQLite would have them poll the file.
        self._turn = threading.Lock()
        try:
            self._prepare(create=create)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self.database.close()

    def last_revision(self) -> int:
        """The revision of the last change; 0 if there is none."""
        with self.database.told():
            return self.database.last_revision()

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """A connection on which everything is read as of one moment."""
        with self.database.told(), self.database.reading.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """A connection that has the database to itself, committed to the disk at the end."""
        database = self.database
        if not self._turn.acquire(timeout=_PATIENCE):
            raise JournalBusyError("others of this process keep the journal to themselves")
        try:
            with database.told(), database.writing.begin() as connection:
                database.hold(connection)
                yield connection
        finally:
            self._turn.release()

    def pages(
        self,
        query: Executable,
        bounds: Mapping[str, str | int],
        cursor: tuple[str, ...] = ("after",),
    ) -> Iterator[Cells]:
        """The rows of `query`, which gives PAGE rows at most, after those named by its `cursor`.

        `bounds` are its parameters, those of `cursor` among them. Each row
        begins with the values that the cursor takes to go on after it.
        """
        bounds = dict(bounds)
        while True:
            with self.reading() as connection:
                page = [tuple(row) for row in connection.execute(query, bounds)]
            yield from page
            if len(page) < PAGE:
                return
            bounds.update(zip(cursor, page[-1], strict=False))

    def _prepare(self, *, create: bool) -> None:
        with self.reading() as connection:
            form = FORM.of(connection)
        if not form and not create:
            raise JournalMissingError("the database holds no journal; import facts first")
        if not form:
            with self.writing() as connection:
                FORM.bring_up(connection)
                form = FORM.of(connection)
        with self.database.told():
            FORM.need_present(form)
