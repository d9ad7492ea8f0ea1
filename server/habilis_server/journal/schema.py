"""The journal's tables, and the guards by which the database itself refuses to alter it."""

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from habilis_server.journal.changes import FIRST_HASH
from habilis_server.journal.errors import JournalForeignError, JournalNewerError

__all__ = ["APPLICATION_ID", "GUARDS", "SCHEMA_VERSION", "change", "notice", "prepare", "request"]

APPLICATION_ID: Final = int.from_bytes(b"Habi", "big")
"""What SQLite's header says of the file, so that no other database is taken for a journal."""

SCHEMA_VERSION: Final = 1
"""Grows when a journal written now could be misread by an older Habilis."""

metadata = MetaData()

# AUTOINCREMENT makes SQLite remember the last revision ever given, so that a
# journal whose end was cut off is noticed.
change: Final = Table(
    "change",
    metadata,
    Column("revision", Integer, primary_key=True),
    Column("recorded_at", Text, nullable=False),
    Column("effective_at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("command", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("request_id", "ordinal"),
    CheckConstraint("revision > 0"),
    CheckConstraint("ordinal >= 0"),
    CheckConstraint("effective_at >= recorded_at"),
    CheckConstraint("length(hash) = 64"),
    Index("change_by_effect", "effective_at", "revision"),
    sqlite_autoincrement=True,
)

# What each request came to, so that the same one offered again is answered alike.
request: Final = Table(
    "request",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("actor", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("made", Text, nullable=False),
)

# Messages to be sent: written with the change that they tell of, sent after it.
notice: Final = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event", Text, nullable=False, unique=True),
    Column("revision", Integer, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("context", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", Text, nullable=False),
    Column("sent_at", Text),
    Column("last_error", Text, nullable=False, default=""),
    Index("notice_by_attempt", "sent_at", "next_attempt_at"),
)

GUARDS: Final = {
    "change_is_never_altered": """
        BEFORE UPDATE ON change BEGIN
            SELECT RAISE(ABORT, 'a recorded change is never altered');
        END""",
    "change_is_never_removed": """
        BEFORE DELETE ON change BEGIN
            SELECT RAISE(ABORT, 'a recorded change is never removed');
        END""",
    # INSERT OR REPLACE removes rows without asking the guard above: so a row
    # that stands in the way is looked for here.
    "change_follows_the_last": f"""
        BEFORE INSERT ON change BEGIN
            SELECT RAISE(ABORT, 'a change takes the revision after the last')
            WHERE NEW.revision <> 1 + max(
                coalesce((SELECT max(revision) FROM change), 0),
                coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'change'), 0));
            SELECT RAISE(ABORT, 'a change bears the hash of the last')
            WHERE NEW.previous_hash <> coalesce(
                (SELECT hash FROM change ORDER BY revision DESC LIMIT 1), '{FIRST_HASH}');
            SELECT RAISE(ABORT, 'a request is recorded once')
            WHERE EXISTS (SELECT 1 FROM change
                WHERE request_id = NEW.request_id AND ordinal = NEW.ordinal);
        END""",  # noqa: S608  # it is made of constants alone
    "request_is_never_altered": """
        BEFORE UPDATE ON request BEGIN
            SELECT RAISE(ABORT, 'a recorded request is never altered');
        END""",
    "request_is_never_removed": """
        BEFORE DELETE ON request BEGIN
            SELECT RAISE(ABORT, 'a recorded request is never removed');
        END""",
    "request_is_recorded_once": """
        BEFORE INSERT ON request BEGIN
            SELECT RAISE(ABORT, 'a request is recorded once')
            WHERE EXISTS (SELECT 1 FROM request WHERE request_id = NEW.request_id);
        END""",
}
"""Trigger to what it does."""


def prepare(connection: Connection) -> None:
    """Make the table in an empty database, or make sure that it is there and is understood.

    Raises JournalForeignError or JournalNewerError. The caller's transaction
    makes it all or nothing.
    """
    version = _pragma(connection, "user_version")
    tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar_one()
    if version == 0 and tables == 0:
        _make(connection)
    elif _pragma(connection, "application_id") != APPLICATION_ID:
        raise JournalForeignError("the file is a database of something else; name another folder")
    elif version > SCHEMA_VERSION:
        raise JournalNewerError(
            f"the journal has the form {version}, and this Habilis knows forms up to"
            f" {SCHEMA_VERSION}; use the Habilis that wrote it, or a newer one"
        )


def _make(connection: Connection) -> None:
    metadata.create_all(connection)
    for name, does in GUARDS.items():
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {does}")
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _pragma(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
