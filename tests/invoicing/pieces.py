"""The people of dossier 20220094, and pieces of theirs in any framework and state."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from habilis import Perimeter
from habilis_companion.attachments import FileRef
from habilis_invoicing.model.cadres import CADRES, PAYABLE, WORKS, Cadre, Party, Validation
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.piece import Amounts, Piece, VatLine

__all__ = [
    "AMOUNTS",
    "DOCUMENT",
    "MOA",
    "MOE",
    "NOON",
    "PAYER",
    "SUBCONTRACTOR",
    "SUPPLIER",
    "a_piece",
]

SUPPLIER: Final = Perimeter("40512377900010")
SUBCONTRACTOR: Final = Perimeter("51980446200025")
MOE: Final = Perimeter("43155257900051")
MOA: Final = Perimeter("17340430200015")
PAYER: Final = Perimeter("11000201100044", "RECCHOR034")
NOON: Final = datetime(2022, 5, 12, 12, 0, tzinfo=UTC)

AMOUNTS: Final = Amounts(
    excluding_tax=Decimal("1000.00"),
    vat=Decimal("200.00"),
    including_tax=Decimal("1200.00"),
    to_pay=Decimal("1200.00"),
    vat_lines=(VatLine(rate=Decimal(20), base=Decimal("1000.00"), amount=Decimal("200.00")),),
)
DOCUMENT: Final = FileRef(name="situation.pdf", sha256="0" * 64, size=1000)


def a_piece(cadre: Cadre | str, etat: Etat | str = Etat.BROUILLON, **changes: Any) -> Piece:
    """A whole piece of this framework in this state, from whom it should be and to whom."""
    framework = CADRES[cadre := Cadre(cadre)]
    validated = framework.validation is not Validation.NEVER
    works = cadre in WORKS
    fournisseur = SUBCONTRACTOR if validated else SUPPLIER
    depositors = {Party.FOURNISSEUR: fournisseur, Party.MOE: MOE, Party.MOA: MOA}
    piece = Piece(
        id="1" * 32,
        cadre=cadre,
        etat=Etat(etat),
        shown=Etat(etat),
        deposant=depositors[framework.depositor],
        created_at=NOON,
        state_at=NOON,
        shown_at=NOON,
        number="20220094",
        fournisseur=fournisseur,
        moe=MOE if works else None,
        moa=MOA if works else None,
        destinataire=PAYER if not works or cadre in PAYABLE else MOA,
        valideur=SUPPLIER if validated else None,
        dossier="1" * 32 if works else "",
        dossier_number="20220094" if works else "",
        amounts=replace(AMOUNTS, to_pay=Decimal(0)) if cadre is Cadre.A2 else AMOUNTS,
        file=DOCUMENT,
        deposited_at=None if etat == Etat.BROUILLON else NOON,
    )
    return replace(piece, **changes)
