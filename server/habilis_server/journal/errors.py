"""What can go wrong with the journal.

JournalError                 the journal cannot do what was asked
├── ChangeRefusedError       the change offered cannot be recorded; nothing was
├── RequestIdReusedError     the request id already stands for another change; nothing was
├── JournalMissingError      the folder or the database holds no journal
├── JournalForeignError      the database is not a journal of Habilis
├── JournalNewerError        the database was written by a newer Habilis
├── JournalOlderError        the database has to be brought into the present form first
├── JournalUnsafeError       this SQLite library could corrupt the file
├── JournalBusyError         others kept the journal to themselves for too long
├── JournalUnreachableError  the database cannot be reached, or went away
├── SnapshotError            a snapshot cannot be read; the journal can do without it
└── JournalBrokenError       a row cannot be read
"""

__all__ = [
    "ChangeRefusedError",
    "JournalBrokenError",
    "JournalBusyError",
    "JournalError",
    "JournalForeignError",
    "JournalMissingError",
    "JournalNewerError",
    "JournalOlderError",
    "JournalUnreachableError",
    "JournalUnsafeError",
    "RequestIdReusedError",
    "SnapshotError",
]


class JournalError(Exception):
    """The journal cannot do what was asked."""


class ChangeRefusedError(JournalError):
    """The change offered cannot be recorded; nothing was."""


class RequestIdReusedError(JournalError):
    """The request id already stands for a change of other content; nothing was recorded."""


class JournalMissingError(JournalError):
    """The folder or the database holds no journal."""


class JournalForeignError(JournalError):
    """The database is not a journal of Habilis, or is too damaged to tell."""


class JournalNewerError(JournalError):
    """The database was written by a newer Habilis, whose meaning this one can't know."""


class JournalOlderError(JournalError):
    """The database has an older form, and has to be brought into the present one first."""


class JournalUnsafeError(JournalError):
    """This SQLite library could corrupt the file, and cannot take it over just now."""


class JournalBusyError(JournalError):
    """Others kept the journal to themselves for too long; the change may be offered again."""


class JournalUnreachableError(JournalError):
    """The database cannot be reached, or went away; what was under way may be recorded or not.

    The same request offered again tells, and records nothing twice.
    """


class JournalBrokenError(JournalError):
    """A row cannot be read: `verify` tells what happened to it."""


class SnapshotError(JournalError):
    """A snapshot cannot be read; the journal can do without it."""
