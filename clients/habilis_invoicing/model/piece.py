"""A payment request, its billing file, and how each is put to Habilis."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from habilis import Perimeter, Resource
from habilis_companion.attachments import FileRef
from habilis_invoicing.model.cadres import CADRES, WORKS, Cadre, Framework, Party
from habilis_invoicing.model.etats import Etat

__all__ = [
    "Amounts",
    "BillingFile",
    "Piece",
    "StateLine",
    "VatLine",
    "resource_of",
    "resource_of_depositor",
    "resource_of_draft",
    "resource_of_file",
    "resource_of_next",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class VatLine:
    """The VAT of one rate, in euros; `rate` is a percentage."""

    rate: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Euros to the cent; `vat_lines` is empty where no detail was given (R126)."""

    excluding_tax: Decimal
    vat: Decimal
    including_tax: Decimal
    to_pay: Decimal
    vat_lines: tuple[VatLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLine:
    """A state that a piece came to, when, by whose act, and the decision that allowed it.

    `actor` "" is the clock, which needs no decision: what tells of one is then
    empty, and `revision` 0. `reason` is the code of a refusal.
    """

    etat: Etat
    at: datetime
    actor: str = ""
    action: str = ""
    acting_as: str = ""
    decision_id: str = ""
    rule_id: str = ""
    policy_digest: str = ""
    revision: int = 0
    reason: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One payment request: an invoice, a claim, or a piece of a works billing file.

    What a draft does not say yet is None or "". `dossier` is the id of the
    first piece of its billing file and `dossier_number` that piece's number
    ("" and "" outside works). `etat` is where it stands since `state_at`; `shown`
    and `shown_at` are what its supplier's side is told of it. `previous` is the
    piece that it continues, `duplicate_of` the refused one whose place it takes.
    """

    id: str
    cadre: Cadre
    etat: Etat
    shown: Etat
    deposant: Perimeter
    created_at: datetime
    state_at: datetime
    shown_at: datetime
    version: int = 1
    number: str = ""
    fournisseur: Perimeter | None = None
    moe: Perimeter | None = None
    moa: Perimeter | None = None
    destinataire: Perimeter | None = None
    valideur: Perimeter | None = None
    valideur_2: Perimeter | None = None
    dossier: str = ""
    dossier_number: str = ""
    previous: str | None = None
    duplicate_of: str | None = None
    contract_number: str = ""
    commitment_number: str = ""
    mandate_number: str = ""
    case_officer: str = ""
    comment: str = ""
    amounts: Amounts | None = None
    file: FileRef | None = None
    attachments: tuple[FileRef, ...] = ()
    deposited_at: datetime | None = None
    acknowledged_at: datetime | None = None

    @property
    def title(self) -> str:
        """How a message names it."""
        return f"the piece `{self.number or self.id}`"

    @property
    def framework(self) -> Framework:
        return CADRES[self.cadre]

    @property
    def validator(self) -> Perimeter | None:
        """The validator whose turn it is or was last (§3.5); None where none is named."""
        if self.etat in _FIRST_VALIDATION:
            return self.valideur
        return self.valideur_2 or self.valideur

    @property
    def places(self) -> Mapping[str, Perimeter]:
        """Those whom it names besides its depositor, by the names of its fields."""
        named = (
            ("fournisseur", self.fournisseur),
            ("moe", self.moe),
            ("moa", self.moa),
            ("destinataire", self.destinataire),
            ("valideur", self.valideur),
            ("valideur_2", self.valideur_2),
        )
        return {name: place for name, place in named if place is not None}

    def party(self, party: Party) -> Perimeter | None:
        """Who plays this part now; None where nobody does."""
        match party:
            case Party.FOURNISSEUR:
                return self.fournisseur
            case Party.MOE:
                return self.moe
            case Party.MOA:
                return self.moa
            case Party.DESTINATAIRE:
                return self.destinataire
            case Party.VALIDEUR:
                return self.validator
            case Party.DEPOSANT:
                return self.deposant


_FIRST_VALIDATION: Final = frozenset(
    {
        Etat.BROUILLON,
        Etat.A_VALIDER_1,
        Etat.VALIDEE_1,
        Etat.REFUSEE_1,
        Etat.ERREUR_FOURNISSEUR_SUR_VALIDEUR,
        Etat.ABSENCE_VALIDATION_1_HORS_DELAI,
    }
)
_NO_ID: Final = "0" * 32
_INVOICE_PARTIES: Final = (Party.FOURNISSEUR, Party.DESTINATAIRE, Party.VALIDEUR)


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingFile:
    """The pieces of one payment of a works contract, in the order of their creation (R100).

    Its number is that of its first piece.
    """

    pieces: tuple[Piece, ...]

    @property
    def number(self) -> str:
        return self.pieces[0].number

    @property
    def last_sent(self) -> Piece:
        """The piece that tells where the file stands; a draft only where nothing was sent."""
        sent = [piece for piece in self.pieces if piece.deposited_at is not None]
        return sent[-1] if sent else self.pieces[0]


def resource_of(piece: Piece) -> Resource:
    """The piece as Habilis is asked about it, a `facture` or a `piece_travaux`."""
    works = piece.cadre in WORKS
    return Resource(
        type="piece_travaux" if works else "facture",
        id=piece.id,
        parties=_parties(piece, tuple(Party) if works else _INVOICE_PARTIES),
        properties={"etat": piece.etat, "cadre": piece.cadre},
    )


def resource_of_draft(piece: Piece) -> Resource:
    """The piece as it will be once sent, put as the draft from which it is sent.

    That is what saving and depositing are asked of: whatever has been sent
    already answers otherwise.
    """
    return resource_of(replace(piece, etat=Etat.BROUILLON))


def resource_of_depositor(cadre: Cadre, deposant: Perimeter) -> Resource:
    """A draft of this framework of which nothing is known but its depositor.

    Whoever may not even write that one is told nothing of what he wrote.
    """
    works = cadre in WORKS
    role = CADRES[cadre].depositor.value
    return Resource(
        type="piece_travaux" if works else "facture",
        id=_NO_ID,
        parties={role: deposant, "deposant": deposant} if works else {role: deposant},
        properties={"etat": Etat.BROUILLON, "cadre": cadre},
    )


def resource_of_next(previous: Piece, coming: Piece) -> Resource:
    """The previous piece, as asked by whoever continues it with the one to come.

    State and framework are those of the previous piece, the parties those of
    the piece to come, as the policy's rules on following pieces read them.
    """
    return Resource(
        type="piece_travaux",
        id=previous.id,
        parties=_parties(coming, tuple(Party)),
        properties={
            "etat": previous.etat,
            "cadre": previous.cadre,
            "cadre_suivant": coming.cadre,
        },
    )


def resource_of_file(file: BillingFile) -> Resource:
    """The billing file: it stands where its last piece sent stands, with that piece's parties."""
    last = file.last_sent
    return Resource(
        type="dossier",
        id=file.pieces[0].id,
        parties=_parties(last, tuple(Party)),
        properties={"etat": last.etat, "cadre": last.cadre},
    )


def _parties(piece: Piece, parts: tuple[Party, ...]) -> Mapping[str, Perimeter]:
    played = ((part.value, piece.party(part)) for part in parts)
    return {part: perimeter for part, perimeter in played if perimeter is not None}
