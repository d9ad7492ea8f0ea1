"""The journal's tables and their form, the same in every database; order is that of the bytes."""

from typing import Final

from sqlalchemy import CheckConstraint, Column, Index, MetaData, Table, UniqueConstraint

from habilis_companion.columns import NUMBER, TEXT
from habilis_companion.forms import Form
from habilis_companion.outbox import notice_table

__all__ = ["FORM", "change", "kept", "metadata", "notice", "request"]

metadata: Final = MetaData()

# AUTOINCREMENT makes SQLite remember the last revision ever given, so that a
# journal whose end was cut off is noticed. The journal numbers its changes
# itself: a sequence of PostgreSQL's would leave gaps.
change: Final = Table(
    "change",
    metadata,
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
    # Read from the payload by the database itself: where a change bears, on whom, and of a
    # renaming the former name.
    Column("structure", TEXT),
    Column("service", TEXT),
    Column("account", TEXT),
    Column("former", TEXT),
    Index("change_by_structure", "structure", "revision"),
    Index("change_by_service", "structure", "service", "revision"),
    Index("change_by_account", "account", "revision"),
    Index("change_by_former", "former", "revision"),
    Index("change_of_place", "structure", "revision"),
    sqlite_autoincrement=True,
)

_READ: Final = frozenset({"structure", "service", "account", "former"})

kept: Final = tuple(each for each in change.c if each.name not in _READ)
"""The columns of a change that are written, in their order: what its hash covers, and the hash."""

# What each request came to, so that the same one offered again is answered alike.
request: Final = Table(
    "request",
    metadata,
    Column("request_id", TEXT, primary_key=True),
    Column("actor", TEXT, nullable=False),
    Column("digest", TEXT, nullable=False),
    Column("revision", NUMBER, nullable=False),
    Column("made", TEXT, nullable=False),
    Index("request_by_revision", "revision", unique=True),
)

# Messages to be sent: written with the change that they tell of, sent after it.
notice: Final = notice_table(metadata, Column("revision", NUMBER, nullable=False))

FORM: Final = Form(
    name="journal",
    metadata=metadata,
    migrations="habilis_server.journal:versions",
    revisions=("0001", "0002", "0003"),
    upgrade="habilis db upgrade",
    reader="Habilis",
)
