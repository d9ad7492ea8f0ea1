"""What is asked of a database, whichever it is."""

from contextlib import AbstractContextManager
from typing import Final, Protocol

from sqlalchemy import Engine

__all__ = ["CONFLICT", "PATIENCE", "Database"]

PATIENCE: Final = 30.0
"""Seconds to wait for another writer before giving up."""

CONFLICT: Final = "somebody else was quicker; read again what stands, then decide again"
"""What is told where two writers made what there can only be one of."""


class Database(Protocol):
    """One database, for any number of threads. Its own errors are told by `told`."""

    @property
    def reading(self) -> Engine:
        """Connections on which everything is read as of one moment, and nothing is written."""
        ...

    @property
    def writing(self) -> Engine:
        """Connections on which one transaction writes."""
        ...

    @property
    def one_writer(self) -> bool:
        """Whether a second writer has to wait for the first, whatever they write."""
        ...

    def told(self) -> AbstractContextManager[None]:
        """The database's errors inside this block are told as a StoreError."""
        ...

    def close(self) -> None: ...
