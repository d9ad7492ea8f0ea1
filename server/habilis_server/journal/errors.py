"""What can go wrong with the journal.

JournalError                 the journal cannot do what was asked
├── ChangeRefusedError       the change offered cannot be recorded; nothing was
├── RequestIdReusedError     the request id already stands for another change; nothing was
├── JournalMissingError      the folder holds no journal
├── JournalForeignError      the file is not a journal of Habilis
├── JournalNewerError        the file was written by a newer Habilis
├── JournalUnsafeError       this SQLite library could corrupt the file
├── JournalBusyError         others kept the journal to themselves for too long
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
    "JournalUnsafeError",
    "RequestIdReusedError",
]


class JournalError(Exception):
    """The journal cannot do what was asked."""


class ChangeRefusedError(JournalError):
    """The change offered cannot be recorded; nothing was."""


class RequestIdReusedError(JournalError):
    """The request id already stands for a change of other content; nothing was recorded."""


class JournalMissingError(JournalError):
    """The folder holds no journal."""


class JournalForeignError(JournalError):
    """The file is not a journal of Habilis, or is too damaged to tell."""


class JournalNewerError(JournalError):
    """The file was written by a newer Habilis, whose meaning this one can't know."""


class JournalUnsafeError(JournalError):
    """This SQLite library could corrupt the file, and cannot take it over just now."""


class JournalBusyError(JournalError):
    """Others kept the journal to themselves for too long; the change may be offered again."""


class JournalBrokenError(JournalError):
    """A row cannot be read: `verify` tells what happened to it."""
