"""The form of a next piece, filled in from the one before (R121–R127)."""

from dataclasses import dataclass

from habilis import Perimeter
from habilis_invoicing.model.cadres import CADRES, PAYABLE, Cadre
from habilis_invoicing.model.piece import Amounts, Piece
from habilis_invoicing.model.refusals import Code, refuse

__all__ = ["Form", "next_form"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a depositor finds filled in; `to_replace` are the fields he has to change.

    The number, the document and its attachments are always his to give.
    """

    cadre: Cadre
    previous: str
    deposant: Perimeter
    fournisseur: Perimeter | None
    moe: Perimeter | None
    moa: Perimeter | None
    destinataire: Perimeter | None
    contract_number: str
    commitment_number: str
    amounts: Amounts | None
    to_replace: tuple[str, ...]


def next_form(previous: Piece, cadre: Cadre) -> Form:
    """The form of the piece of this framework that continues the previous one.

    Its recipient is the MOA's own structure, which a piece to be paid has to
    replace by the payer (R125). Raises RefusedError if none may follow.
    """
    deposant = previous.party(CADRES[cadre].depositor)
    if cadre not in previous.framework.followed_by or deposant is None:
        raise refuse(
            Code.FRAMEWORK_DOES_NOT_FOLLOW, "cadre", f"{cadre} does not follow {previous.cadre}"
        )
    return Form(
        cadre=cadre,
        previous=previous.id,
        deposant=deposant,
        fournisseur=previous.fournisseur,
        moe=previous.moe,
        moa=previous.moa,
        destinataire=previous.moa,
        contract_number=previous.contract_number,
        commitment_number=previous.commitment_number,
        amounts=previous.amounts,
        to_replace=("parties.destinataire",) if cadre in PAYABLE else (),
    )
