"""What can go wrong in a companion, whatever it keeps.

CompanionError
├── StoreError                what it keeps cannot be read or written
│   ├── StoreMissingError     there is no database, or nothing in it
│   ├── StoreForeignError     the database is of something else
│   ├── StoreNewerError       the database was written by a newer version
│   ├── StoreOlderError       the database has to be brought into the present form first
│   ├── StoreUnsafeError      this SQLite library could corrupt the file
│   ├── StoreBusyError        others kept it to themselves for too long
│   ├── StoreUnreachableError it cannot be reached, or went away
│   └── StoreBrokenError      it is damaged
├── ConflictError             somebody else was quicker; nothing was written
│   ├── StaleVersionError     the thing has changed since it was read
│   └── RequestUnderWayError  the same request is being carried out
├── InvalidRequestError       the request is malformed: its author can fix it
├── RequestIdReusedError      the request id already stands for another request
├── TooManyInDoubtError       a list would have to be asked about row by row
├── PageTokenError            the page token is not one of this list
├── FileRefusedError          a file may not be kept
├── FileMissingError          a file that was kept is not there
├── FileDamagedError          a file is no longer what was kept
└── StartError                the server cannot start so; its operator can fix it
    ├── AddressError          the address cannot be listened on
    └── CertificateError      a certificate or a key cannot be used
"""

from typing import Self

__all__ = [
    "AddressError",
    "CertificateError",
    "CompanionError",
    "ConflictError",
    "FileDamagedError",
    "FileMissingError",
    "FileRefusedError",
    "InvalidRequestError",
    "PageTokenError",
    "RequestIdReusedError",
    "RequestUnderWayError",
    "StaleVersionError",
    "StartError",
    "StoreBrokenError",
    "StoreBusyError",
    "StoreError",
    "StoreForeignError",
    "StoreMissingError",
    "StoreNewerError",
    "StoreOlderError",
    "StoreUnreachableError",
    "StoreUnsafeError",
    "TooManyInDoubtError",
]


class CompanionError(Exception):
    """Whatever keeps a companion from doing what was asked; nothing was done."""


class StoreError(CompanionError):
    """What the companion keeps cannot be read or written."""


class StoreMissingError(StoreError):
    """There is no database, or nothing in it."""


class StoreForeignError(StoreError):
    """The database is of something else, or too damaged to tell."""


class StoreNewerError(StoreError):
    """The database was written by a newer version, whose meaning this one can't know."""


class StoreOlderError(StoreError):
    """The database has an older form, and has to be brought into the present one first."""


class StoreUnsafeError(StoreError):
    """This SQLite library could corrupt the file, and cannot take it over just now."""


class StoreBusyError(StoreError):
    """Others kept the database to themselves for too long; the request may be offered again."""


class StoreUnreachableError(StoreError):
    """The database cannot be reached, or went away; what was under way may be written or not.

    The same request offered again tells, and writes nothing twice.
    """


class StoreBrokenError(StoreError):
    """The database is damaged."""


class ConflictError(CompanionError):
    """Somebody else was quicker; nothing was written."""


class StaleVersionError(ConflictError):
    """The thing has changed since it was read: read it again, then decide again."""


class RequestUnderWayError(ConflictError):
    """The same request was being carried out; offered again, it tells what it came to."""


class InvalidRequestError(CompanionError):
    """The request is malformed. `path` names the field, such as `resource.parties`."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"`{path}` {problem}" if path else problem)
        self.path = path
        self.problem = problem

    def within(self, parent: str) -> Self:
        """The same, seen from the message that holds this one; "" stands for this one itself."""
        return type(self)(f"{parent}.{self.path}" if self.path else parent, self.problem)


class RequestIdReusedError(CompanionError):
    """The request id already stands for another request; nothing was written."""


class TooManyInDoubtError(CompanionError):
    """The policy speaks of what the companion does not keep, for too many rows to ask of each."""


class PageTokenError(CompanionError):
    """The page token is not one of this list, with this filter, of this person."""


class FileRefusedError(CompanionError):
    """A file may not be kept. `field` is what is wrong with it: `name`, `size` or `content`."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class FileMissingError(CompanionError):
    """A file that was kept is not there."""


class FileDamagedError(CompanionError):
    """A file is no longer what was kept: nothing of it is given."""


class StartError(CompanionError):
    """The server cannot start so; the message says what to change."""


class AddressError(StartError):
    """The address cannot be listened on, or not without TLS."""


class CertificateError(StartError):
    """A certificate or a key is missing, unreadable, or does not fit."""
