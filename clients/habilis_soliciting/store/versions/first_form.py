"""The first form: solicitations, their history, the numbers given, and what all companions have."""

from typing import Final

from alembic import op
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    UniqueConstraint,
)

from habilis_companion.columns import NUMBER, TEXT, Json, Moment
from habilis_companion.migrations.common import create_common_tables, evidence

__all__ = ["down_revision", "revision", "upgrade"]

revision: Final = "0001"
down_revision: Final = None


def upgrade() -> None:
    _solicitation()
    _state_line()
    _counter()
    create_common_tables()


def _solicitation() -> None:
    op.create_table(
        "solicitation",
        Column("id", TEXT, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("shown_version", Integer, nullable=False),
        Column("etat", TEXT, nullable=False),
        Column("etat_emetteur", TEXT, nullable=False),
        Column("emetteur_structure", TEXT),
        Column("emetteur_service", TEXT, nullable=False),
        Column("recepteur_structure", TEXT),
        Column("recepteur_service", TEXT, nullable=False),
        Column("number", TEXT),
        Column("category", TEXT, nullable=False),
        Column("subcategory", TEXT, nullable=False),
        Column("object_type", TEXT, nullable=False),
        Column("object_number", TEXT, nullable=False),
        Column("object_id", TEXT, nullable=False),
        Column("title", TEXT, nullable=False),
        Column("description", TEXT, nullable=False),
        Column("contact_email", TEXT, nullable=False),
        Column("contact_phone", TEXT, nullable=False),
        Column("attachments", Json, nullable=False),
        Column("assignee", TEXT, nullable=False),
        Column("answer", TEXT, nullable=False),
        Column("answer_attachments", Json, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("state_at", Moment, nullable=False),
        Column("shown_at", Moment, nullable=False),
        Column("submitted_at", Moment),
        Column("answered_at", Moment),
        Column("resolved_at", Moment),
        Column("closed_at", Moment),
        Column("first_answer_seconds", NUMBER),
        Column("resolution_seconds", NUMBER),
        CheckConstraint("version > 0", name="version_counts_from_one"),
        UniqueConstraint("number", name="number_names_one"),
        Index("solicitation_by_emetteur", "emetteur_structure", "emetteur_service"),
        Index("solicitation_by_recepteur", "recepteur_structure", "recepteur_service"),
        Index("solicitation_by_etat", "etat", "id"),
        Index("solicitation_by_email", "contact_email", "created_at"),
        Index("solicitation_by_creation", "created_at", "id"),
        Index("solicitation_by_submission", "submitted_at", "id"),
    )


def _state_line() -> None:
    op.create_table(
        "state_line",
        Column(
            "solicitation",
            TEXT,
            ForeignKey("solicitation.id", name="line_is_of_a_solicitation"),
            primary_key=True,
        ),
        Column("position", Integer, primary_key=True, autoincrement=False),
        Column("etat", TEXT, nullable=False),
        Column("etat_emetteur", TEXT, nullable=False),
        Column("told", Boolean, nullable=False),
        Column("at", Moment, nullable=False),
        Column("comment", TEXT, nullable=False),
        Column("attachments", Json, nullable=False),
        *evidence(),
    )


def _counter() -> None:
    op.create_table(
        "counter",
        Column("year", Integer, primary_key=True, autoincrement=False),
        Column("last", Integer, nullable=False),
    )
