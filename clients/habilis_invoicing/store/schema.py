"""The tables of the invoices companion, the same on both databases."""

from typing import Final

from sqlalchemy import (
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

__all__ = ["FORM", "PLACES", "UPLOADS", "download", "metadata", "piece", "state_line"]

metadata: Final = MetaData()

PLACES: Final = (
    *("fournisseur", "moe", "moa", "destinataire", "valideur", "valideur_2"),
    *("deposant", "validator"),
)
"""Those whom a piece names; `validator` is the one whose turn it is or was last (§3.5)."""

# What is derived from the other columns stands beside them, to be searched and
# to be unique by: `validator_*`, `numbered` and `continues`.
piece: Final = Table(
    "piece",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("cadre", TEXT, nullable=False),
    Column("etat", TEXT, nullable=False),
    Column("shown", TEXT, nullable=False),
    Column("number", TEXT, nullable=False),
    # A structure is NULL where nobody plays the part; a service is "" where there is none.
    *(
        Column(f"{place}_{part}", TEXT, nullable=part == "structure")
        for place in PLACES
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
    # In cents; all four are NULL where no amount was given.
    *(Column(name, NUMBER) for name in ("excluding_tax", "vat", "including_tax", "to_pay")),
    Column("vat_lines", Json, nullable=False),
    Column("file", Json, nullable=False),
    Column("attachments", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("state_at", Moment, nullable=False),
    Column("shown_at", Moment, nullable=False),
    Column("deposited_at", Moment),
    Column("acknowledged_at", Moment),
    # The year in which the number was used up: no other piece of its depositor bears it (§3.4).
    Column("numbered", Integer),
    # The previous piece, as long as this one goes on from it: only one does (§4.1).
    Column("continues", TEXT),
    CheckConstraint("version > 0", name="version_counts_from_one"),
    UniqueConstraint("deposant_structure", "numbered", "number", name="number_of_depositor"),
    UniqueConstraint("continues", name="one_piece_continues"),
    *(
        Index(f"piece_by_{place}", f"{place}_structure", f"{place}_service")
        for place in ("fournisseur", "moe", "moa", "destinataire", "deposant", "validator")
    ),
    Index("piece_by_dossier", "dossier"),
    Index("piece_by_etat", "etat", "state_at"),
    Index("piece_by_creation", "created_at", "id"),
)

state_line: Final = Table(
    "state_line",
    metadata,
    Column("piece", TEXT, ForeignKey("piece.id", name="line_is_of_a_piece"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("etat", TEXT, nullable=False),
    Column("at", Moment, nullable=False),
    *evidence_columns(),
    Column("reason", TEXT, nullable=False),
    Column("comment", TEXT, nullable=False),
)

# Files that were handed in, by whom: a draft may name those of its own author.
UPLOADS: Final = Uploads(upload_table(metadata))

# Who has downloaded what, so that it may be masked in his worklist (R113).
download: Final = Table(
    "download",
    metadata,
    Column("piece", TEXT, ForeignKey("piece.id", name="download_is_of_a_piece"), primary_key=True),
    Column("subject", TEXT, primary_key=True),
    Column("at", Moment, nullable=False),
)

notice_table(metadata)
request_table(metadata)

FORM: Final = Form(
    name="invoicing",
    metadata=metadata,
    migrations="habilis_invoicing.store:versions",
    revisions=("0001",),
    upgrade="habilis-invoicing db upgrade",
)
