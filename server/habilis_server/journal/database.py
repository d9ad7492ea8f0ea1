"""What the journal asks of a database beyond what everybody does."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Final, Protocol

from sqlalchemy import Connection

from habilis_companion import databases
from habilis_companion.errors import (
    CompanionError,
    ConflictError,
    StoreBrokenError,
    StoreBusyError,
    StoreError,
    StoreForeignError,
    StoreNewerError,
    StoreOlderError,
    StoreUnreachableError,
    StoreUnsafeError,
)
from habilis_server.journal.errors import (
    JournalBrokenError,
    JournalBusyError,
    JournalError,
    JournalForeignError,
    JournalNewerError,
    JournalOlderError,
    JournalUnreachableError,
    JournalUnsafeError,
)

__all__ = ["Database", "retold"]

_RETOLD: Final[Mapping[type[CompanionError], type[JournalError]]] = {
    StoreBrokenError: JournalBrokenError,
    StoreBusyError: JournalBusyError,
    StoreForeignError: JournalForeignError,
    StoreNewerError: JournalNewerError,
    StoreOlderError: JournalOlderError,
    StoreUnreachableError: JournalUnreachableError,
    StoreUnsafeError: JournalUnsafeError,
}


class Database(databases.Database, Protocol):
    """One database, for any number of threads. Its own errors are told as errors of the journal."""

    def hold(self, connection: Connection) -> None:
        """Keep every other writer out until the transaction of this writing connection ends.

        What is read after it is what the last writer left.
        """
        ...

    def last_revision(self) -> int:
        """The revision of the last change, asked in the fastest way there is."""
        ...

    def last_given(self, connection: Connection) -> int:
        """The highest revision that the database remembers having taken, whatever it holds."""
        ...

    def flaws(self, connection: Connection) -> Iterator[str]:
        """What is wrong with the database itself and with the guards of its rows."""
        ...


@contextmanager
def retold(told: AbstractContextManager[None]) -> Generator[None]:
    """The errors of a database, as those of the journal in it."""
    try:
        with told:
            yield
    except (StoreError, ConflictError) as error:
        raise _RETOLD.get(type(error), JournalError)(str(error)) from error
