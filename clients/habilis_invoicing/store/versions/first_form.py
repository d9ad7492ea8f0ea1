"""The first form: pieces, their states, uploads and downloads, requests, notices."""

from typing import Final

from alembic import op
from sqlalchemy import (
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

_NAMED: Final = (
    *("fournisseur", "moe", "moa", "destinataire", "valideur", "valideur_2"),
    *("deposant", "validator"),
)
_SEARCHED: Final = ("fournisseur", "moe", "moa", "destinataire", "deposant", "validator")


def upgrade() -> None:
    _pieces()
    _lines()
    _downloads()
    create_common_tables()


def _pieces() -> None:
    op.create_table(
        "piece",
        Column("id", TEXT, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("cadre", TEXT, nullable=False),
        Column("etat", TEXT, nullable=False),
        Column("shown", TEXT, nullable=False),
        Column("number", TEXT, nullable=False),
        *(
            Column(f"{place}_{part}", TEXT, nullable=part == "structure")
            for place in _NAMED
            for part in ("structure", "service")
        ),
        Column("dossier", TEXT, nullable=False),
        Column("dossier_number", TEXT, nullable=False),
        Column("previous", TEXT, ForeignKey("piece.id", name="previous_is_a_piece")),
        Column("duplicate_of", TEXT, ForeignKey("piece.id", name="duplicate_is_of_a_piece")),
        Column("contract_number", TEXT, nullable=False),
        Column("commitment_number", TEXT, nullable=False),
        Column("mandate_number", TEXT, nullable=False),
        Column("case_officer", TEXT, nullable=False),
        Column("comment", TEXT, nullable=False),
        Column("excluding_tax", NUMBER),
        Column("vat", NUMBER),
        Column("including_tax", NUMBER),
        Column("to_pay", NUMBER),
        Column("vat_lines", Json, nullable=False),
        Column("file", Json, nullable=False),
        Column("attachments", Json, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("state_at", Moment, nullable=False),
        Column("shown_at", Moment, nullable=False),
        Column("deposited_at", Moment),
        Column("acknowledged_at", Moment),
        Column("numbered", Integer),
        Column("continues", TEXT),
        CheckConstraint("version > 0", name="version_counts_from_one"),
        UniqueConstraint("deposant_structure", "numbered", "number", name="number_of_depositor"),
        UniqueConstraint("continues", name="one_piece_continues"),
        *(
            Index(f"piece_by_{place}", f"{place}_structure", f"{place}_service")
            for place in _SEARCHED
        ),
        Index("piece_by_dossier", "dossier"),
        Index("piece_by_etat", "etat", "state_at"),
        Index("piece_by_creation", "created_at", "id"),
    )


def _lines() -> None:
    op.create_table(
        "state_line",
        Column("piece", TEXT, ForeignKey("piece.id", name="line_is_of_a_piece"), primary_key=True),
        Column("position", Integer, primary_key=True, autoincrement=False),
        Column("etat", TEXT, nullable=False),
        Column("at", Moment, nullable=False),
        *evidence(),
        Column("reason", TEXT, nullable=False),
        Column("comment", TEXT, nullable=False),
    )


def _downloads() -> None:
    op.create_table(
        "download",
        Column(
            "piece", TEXT, ForeignKey("piece.id", name="download_is_of_a_piece"), primary_key=True
        ),
        Column("subject", TEXT, primary_key=True),
        Column("at", Moment, nullable=False),
    )
