"""The database behind the journal: who may read, who may write, and errors told in our words."""

import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Executable

from habilis_server.journal.schema import prepare
from habilis_server.journal.sqlite import open_engine, told

__all__ = ["PAGE", "Cells", "Store"]

PAGE: Final = 2_000
"""Rows read at once: a reader keeps writers out while it reads, so it lets go in between."""

Cells = tuple[Any, ...]


class Store:
    """One file, for any number of threads. What fails raises a JournalError."""

    def __init__(self, path: Path) -> None:
        """Open the file `path`, made and prepared if it isn't there."""
        self._reading, self._writing = open_engine(path)
        # Threads of one process wait here in turn; SQLite would have them poll the file.
        self._turn = threading.Lock()
        try:
            with self.writing() as connection:
                prepare(connection)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._reading.dispose()

    def last_revision(self) -> int:
        """The revision of the last change; 0 if there is none.

        Asked of the driver itself, which takes a quarter of the time: it is
        asked before every answer.
        """
        with told():
            connection = self._reading.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute("SELECT coalesce(max(revision), 0) FROM change")
                ((revision,),) = cursor.fetchall()
                return int(revision)
            finally:
                connection.close()

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """A connection on which everything is read as of one moment."""
        with told(), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """A connection that has the file to itself, committed to the disk at the end."""
        with self._turn, told(), self._writing.begin() as connection:
            yield connection

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
