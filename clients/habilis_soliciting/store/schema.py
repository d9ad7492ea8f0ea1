"""The tables of the solicitations companion, the same on both databases."""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)

from habilis_companion.columns import NUMBER, TEXT, Json, Moment
from habilis_companion.evidence import evidence_columns
from habilis_companion.forms import Form
from habilis_companion.outbox import notice_table
from habilis_companion.requests import request_table
from habilis_companion.uploads import Uploads, upload_table

__all__ = ["FORM", "UPLOADS", "counter", "metadata", "solicitation", "state_line"]

metadata: Final = MetaData()

solicitation: Final = Table(
    "solicitation",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("shown_version", Integer, nullable=False),
    Column("etat", TEXT, nullable=False),
    Column("etat_emetteur", TEXT, nullable=False),
    # NULL where nobody is logged in, or the support receives; a service is "" where there is none.
    Column("emetteur_structure", TEXT),
    Column("emetteur_service", TEXT, nullable=False),
    Column("recepteur_structure", TEXT),
    Column("recepteur_service", TEXT, nullable=False),
    # NULL as long as it is a draft.
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
    # What the sender is never told of.
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
    # Derived from the moments, to be added up.
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

state_line: Final = Table(
    "state_line",
    metadata,
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
    *evidence_columns(),
)

# The last number given in each year.
counter: Final = Table(
    "counter",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

UPLOADS: Final = Uploads(upload_table(metadata))
notice_table(metadata)
request_table(metadata)

FORM: Final = Form(
    name="soliciting",
    metadata=metadata,
    migrations="habilis_soliciting.store:versions",
    revisions=("0001",),
    upgrade="habilis-soliciting db upgrade",
)
