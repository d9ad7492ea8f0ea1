"""The first form: changes, requests, notices, and the guards of the first two."""

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint

from habilis_companion.columns import NUMBER, TEXT
from habilis_server.journal.guards import POSTGRESQL_GUARDS, SQLITE_GUARDS

__all__ = ["down_revision", "revision", "upgrade"]

revision: Final = "0001"
down_revision: Final = None

_APPLICATION_ID: Final = int.from_bytes(b"Habi", "big")


def upgrade() -> None:
    op.create_table(
        "change",
        Column("revision", NUMBER, primary_key=True, autoincrement=False),
        Column("recorded_at", TEXT, nullable=False),
        Column("effective_at", TEXT, nullable=False),
        Column("actor", TEXT, nullable=False),
        Column("request_id", TEXT, nullable=False),
        Column("ordinal", NUMBER, nullable=False),
        Column("command", TEXT, nullable=False),
        Column("cause", TEXT, nullable=False),
        Column("kind", TEXT, nullable=False),
        Column("payload", TEXT, nullable=False),
        Column("previous_hash", TEXT, nullable=False),
        Column("hash", TEXT, nullable=False),
        UniqueConstraint("request_id", "ordinal", name="change_of_request"),
        CheckConstraint("revision > 0", name="revision_counts_from_one"),
        CheckConstraint("ordinal >= 0", name="ordinal_counts_from_zero"),
        CheckConstraint("effective_at >= recorded_at", name="effect_follows_recording"),
        CheckConstraint("length(hash) = 64", name="hash_is_whole"),
        Index("change_by_effect", "effective_at", "revision"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "request",
        Column("request_id", TEXT, primary_key=True),
        Column("actor", TEXT, nullable=False),
        Column("digest", TEXT, nullable=False),
        Column("revision", NUMBER, nullable=False),
        Column("made", TEXT, nullable=False),
        Index("request_by_revision", "revision", unique=True),
    )
    op.create_table(
        "notice",
        Column("id", NUMBER, primary_key=True),
        Column("event", TEXT, nullable=False),
        Column("revision", NUMBER, nullable=False),
        Column("recipient", TEXT, nullable=False),
        Column("template", TEXT, nullable=False),
        Column("context", TEXT, nullable=False),
        Column("created_at", TEXT, nullable=False),
        Column("attempts", NUMBER, nullable=False),
        Column("next_attempt_at", TEXT, nullable=False),
        Column("sent_at", TEXT),
        Column("last_error", TEXT, nullable=False),
        UniqueConstraint("event", name="notice_of_event"),
        Index("notice_by_attempt", "sent_at", "next_attempt_at"),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    for name, does in SQLITE_GUARDS.items():
        op.execute(f"CREATE TRIGGER {name} {does}")
    op.execute(f"PRAGMA application_id = {_APPLICATION_ID}")


def _guard_postgresql() -> None:
    for name, guard in POSTGRESQL_GUARDS.items():
        head = f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
        op.execute(f"{head} AS $guard${guard.body}$guard$")
        op.execute(f"CREATE TRIGGER {name} {guard.when} EXECUTE FUNCTION {name}()")
