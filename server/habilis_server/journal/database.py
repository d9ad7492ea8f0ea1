"""What the journal asks of a database, whichever it is."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection, Engine

__all__ = ["Database"]


class Database(Protocol):
    """One database, for any number of threads. Its own errors are told by `told`."""

    @property
    def reading(self) -> Engine:
        """Connections on which everything is read as of one moment."""
        ...

    @property
    def writing(self) -> Engine:
        """Connections on which one transaction writes."""
        ...

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

    def told(self) -> AbstractContextManager[None]:
        """The database's errors inside this block are told as errors of the journal."""
        ...

    def close(self) -> None: ...
