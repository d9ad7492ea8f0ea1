"""What is asked of invoicing beside the pieces themselves, and what it answers.

The fields are those of the contract, `proto/habilis/v1/invoicing.proto`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from habilis import Perimeter
from habilis_companion.attachments import FileRef
from habilis_invoicing.model.cadres import Cadre, Party
from habilis_invoicing.model.etats import Etat, Group
from habilis_invoicing.model.piece import Amounts, Piece, StateLine

__all__ = [
    "Criteria",
    "DashboardRow",
    "Draft",
    "Form",
    "Outcome",
    "Page",
    "ServiceScope",
    "ToProcess",
    "Tracked",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a piece, as kept under the request's name: `etat` as its actor is shown it."""

    id: str
    number: str = ""
    etat: Etat
    version: int
    at: datetime
    decision_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a depositor fills in; what it does not say yet is None or "".

    `previous` is the piece that it continues, `duplicate_of` the refused one
    in whose place it is issued. Files are uploads of the depositing person.
    """

    cadre: Cadre
    deposant: Perimeter
    number: str = ""
    fournisseur: Perimeter | None = None
    moe: Perimeter | None = None
    moa: Perimeter | None = None
    destinataire: Perimeter | None = None
    valideur: Perimeter | None = None
    valideur_2: Perimeter | None = None
    amounts: Amounts | None = None
    contract_number: str = ""
    commitment_number: str = ""
    file: FileRef | None = None
    attachments: tuple[FileRef, ...] = ()
    comment: str = ""
    previous: str | None = None
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a piece to come (R121–R126); `to_replace` are the fields to be filled in anew."""

    draft: Draft
    to_replace: tuple[str, ...] = ()


class ServiceScope(StrEnum):
    """How a structure in a criterion is read: with its services, or as a whole alone (§3.6)."""

    WITH_AND_WITHOUT = "with_and_without"
    WITHOUT = "without"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToProcess:
    """Narrows « Synthèse » (R113); `perimeter` None: whosoever has to act."""

    perimeter: Perimeter | None = None
    hide_old_rejections: bool = False
    hide_downloaded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Narrows « Rechercher » (§3.6): each that is given must be met.

    Of a tuple one has to match, and an empty one, a None or a "" asks nothing.
    `role` is the part that the caller's structure has. Moments are from the
    first, included, to the second, excluded; amounts include both.
    """

    role: Party | None = None
    fournisseurs: tuple[Perimeter, ...] = ()
    moes: tuple[Perimeter, ...] = ()
    moas: tuple[Perimeter, ...] = ()
    destinataires: tuple[Perimeter, ...] = ()
    valideurs: tuple[Perimeter, ...] = ()
    services: ServiceScope = ServiceScope.WITH_AND_WITHOUT
    cadres: tuple[Cadre, ...] = ()
    etats: tuple[Etat, ...] = ()
    group: Group | None = None
    deposited_from: datetime | None = None
    deposited_to: datetime | None = None
    state_from: datetime | None = None
    state_to: datetime | None = None
    including_tax_from: Decimal | None = None
    including_tax_to: Decimal | None = None
    number: str = ""
    contract_number: str = ""
    commitment_number: str = ""
    dossier_number: str = ""
    case_officer: str = ""
    only_without_next: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; `next_page_token` "" on the last one."""

    pieces: tuple[Piece, ...]
    next_page_token: str = ""


@dataclass(frozen=True, slots=True)
class Tracked:
    """A piece of a billing file, with the states that it went through, in their order (R119)."""

    piece: Piece
    lines: tuple[StateLine, ...]


@dataclass(frozen=True, slots=True)
class DashboardRow:
    """The pieces of one structure, counted by group; a group without any has no count (R115)."""

    structure: str
    counts: Mapping[Group, int]
