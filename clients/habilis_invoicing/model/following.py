"""The form of a next piece, filled in from the one before (R121–R127)."""

from habilis_invoicing.model.asked import Draft, Form
from habilis_invoicing.model.cadres import CADRES, PAYABLE, Cadre
from habilis_invoicing.model.piece import Piece
from habilis_invoicing.model.refusals import Code, refuse

__all__ = ["next_form"]


def next_form(previous: Piece, cadre: Cadre) -> Form:
    """The form of the piece of this framework that continues the previous one.

    Its recipient is the MOA's own structure, which a piece to be paid has to
    replace by the payer (R125); the number, the document and its attachments
    are the depositor's to give. Raises RefusedError if none may follow.
    """
    deposant = previous.party(CADRES[cadre].depositor)
    if cadre not in previous.framework.followed_by or deposant is None:
        raise refuse(
            Code.FRAMEWORK_DOES_NOT_FOLLOW, "cadre", f"{cadre} does not follow {previous.cadre}"
        )
    draft = Draft(
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
    )
    return Form(draft, ("destinataire",) if cadre in PAYABLE else ())
