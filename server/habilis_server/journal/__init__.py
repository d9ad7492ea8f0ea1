"""The journal of the facts: every change, chained and never altered, and the Worlds it leads to."""

from habilis_server.journal.backup import back_up, restore
from habilis_server.journal.batch import Batch
from habilis_server.journal.changes import Change, stamp
from habilis_server.journal.errors import (
    ChangeRefusedError,
    JournalBrokenError,
    JournalBusyError,
    JournalError,
    JournalForeignError,
    JournalMissingError,
    JournalNewerError,
    JournalOlderError,
    JournalUnreachableError,
    JournalUnsafeError,
    RequestIdReusedError,
    SnapshotError,
)
from habilis_server.journal.history import History
from habilis_server.journal.journal import Journal, upgrade
from habilis_server.journal.keeping import Keeper
from habilis_server.journal.projection import broken_snapshots
from habilis_server.journal.session import Recorded, WriteSession
from habilis_server.journal.snapshots import Known, Snapshots
from habilis_server.journal.timeline import Timeline
from habilis_server.journal.verification import Seal

__all__ = [
    "Batch",
    "Change",
    "ChangeRefusedError",
    "History",
    "Journal",
    "JournalBrokenError",
    "JournalBusyError",
    "JournalError",
    "JournalForeignError",
    "JournalMissingError",
    "JournalNewerError",
    "JournalOlderError",
    "JournalUnreachableError",
    "JournalUnsafeError",
    "Keeper",
    "Known",
    "Recorded",
    "RequestIdReusedError",
    "Seal",
    "SnapshotError",
    "Snapshots",
    "Timeline",
    "WriteSession",
    "back_up",
    "broken_snapshots",
    "restore",
    "stamp",
    "upgrade",
]
