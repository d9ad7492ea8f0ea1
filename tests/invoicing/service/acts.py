"""Every act of the contract: how it comes about, who does it, and what becomes of the piece."""

from typing import Any, Final

from habilis_invoicing.model.asked import Outcome
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.etats import Etat
from tests.companion.acting import ActCase
from tests.invoicing.service.office import (
    BATI_SUD,
    CSP,
    MB,
    NICOLAS,
    SFACT,
    Office,
)

__all__ = ["ACTS"]

_E: Final = Etat


def _invoice(desk: Office) -> Outcome:
    return desk.received("alice", Cadre.A1, NICOLAS)


def _suspended(desk: Office) -> Outcome:
    return desk.client.suspend(_invoice(desk), comment="le RIB", subject="karim")


def _to_recycle(desk: Office) -> Outcome:
    return desk.client.ask_recycling(_invoice(desk), comment="au SFACT", subject="karim")


def _rejected(desk: Office) -> Outcome:
    return desk.client.reject(_invoice(desk), comment="faux", subject="karim")


def _draft(desk: Office) -> Outcome:
    draft = desk.draft("alice", Cadre.A1, NICOLAS)
    return desk.client.save_draft(draft, subject="alice")


def _to_validate(desk: Office) -> Outcome:
    return desk.deposit("alice", Cadre.A9, NICOLAS, valideur=BATI_SUD)


def _wrong_validator(desk: Office) -> Outcome:
    return desk.client.refuse_validation(
        _to_validate(desk), reason="MAUVAIS_VALIDEUR", subject="sara"
    )


def _a4(desk: Office) -> Outcome:
    return desk.deposit("alice", Cadre.A4, NICOLAS)


def _a10(desk: Office) -> Outcome:
    return desk.deposit("alice", Cadre.A10, NICOLAS)


def _a15(desk: Office) -> Outcome:
    return desk.deposit("julie", Cadre.A15, MB, previous=_a4(desk).id)


_NOTHING: Final[dict[str, Any]] = {"comment": ""}

ACTS: Final = (
    ActCase[Office](name="delete_draft", made=_draft, who="alice", etat=_E.SUPPRIMEE),
    ActCase[Office](
        name="complete",
        made=_suspended,
        who="alice",
        given={"comment": "le voici"},
        etat=_E.COMPLETEE,
        refused=_NOTHING,
        code="NOTHING_ADDED",
    ),
    ActCase[Office](
        name="recycle",
        made=_to_recycle,
        who="alice",
        given={"destinataire": SFACT},
        etat=_E.MISE_A_DISPOSITION,
        refused={"destinataire": CSP},
        code="NOTHING_CHANGED",
    ),
    ActCase[Office](
        name="correct_validator",
        made=_wrong_validator,
        who="alice",
        given={"valideur": MB},
        etat=_E.A_VALIDER_1,
        refused={"valideur": BATI_SUD},
        code="NOTHING_CHANGED",
    ),
    ActCase[Office](name="acknowledge_rejection", made=_rejected, who="alice", etat=_E.REJETEE),
    ActCase[Office](
        name="refuse_piece",
        made=_a4,
        who="julie",
        given={"reason": "AUTRE", "comment": "hors marché"},
        etat=_E.REFUSEE_MOE,
        refused={"comment": ""},
        code="COMMENT_REQUIRED",
    ),
    ActCase[Office](
        name="suspend_piece",
        made=_a4,
        who="julie",
        given={"comment": "le métré"},
        etat=_E.SUSPENDUE,
        refused=_NOTHING,
        code="COMMENT_REQUIRED",
    ),
    ActCase[Office](
        name="request_recycling",
        made=_a15,
        who="claire",
        given={"comment": "mauvaise MOA"},
        # It is the piece before it that moves.
        etat=_E.MISE_A_DISPOSITION_MOA,
        refused=_NOTHING,
        code="COMMENT_REQUIRED",
    ),
    ActCase[Office](name="take_note", made=_a10, who="julie", etat=_E.PRISE_EN_COMPTE_MOE),
    ActCase[Office](
        name="assign_case_officer",
        made=_a4,
        who="julie",
        given={"case_officer": "JD"},
        etat=_E.MISE_A_DISPOSITION_MOE,
        refused={"case_officer": ""},
        code="CASE_OFFICER_REQUIRED",
    ),
    ActCase[Office](name="validate", made=_to_validate, who="sara", etat=_E.DEPOSEE),
    ActCase[Office](
        name="refuse_validation",
        made=_to_validate,
        who="sara",
        given={"reason": "AUTRE", "comment": "pas lui"},
        etat=_E.REFUSEE_1,
        refused={"reason": "MAUVAISE_MOE"},
        code="REASON_UNKNOWN",
    ),
    ActCase[Office](name="certify_service", made=_invoice, who="karim", etat=_E.SERVICE_FAIT),
    ActCase[Office](
        name="mandate",
        made=_invoice,
        who="karim",
        given={"mandate_number": "M1"},
        etat=_E.MANDATEE,
        refused={"mandate_number": ""},
        code="MANDATE_NUMBER_REQUIRED",
    ),
    ActCase[Office](
        name="send_to_accountant",
        made=_invoice,
        who="karim",
        etat=_E.MISE_A_DISPOSITION_COMPTABLE,
    ),
    ActCase[Office](name="post_to_accounts", made=_invoice, who="karim", etat=_E.COMPTABILISEE),
    ActCase[Office](name="issue_payment", made=_invoice, who="karim", etat=_E.MISE_EN_PAIEMENT),
    ActCase[Office](
        name="ask_recycling",
        made=_invoice,
        who="karim",
        given={"comment": "au SFACT"},
        etat=_E.A_RECYCLER,
        refused=_NOTHING,
        code="COMMENT_REQUIRED",
    ),
    ActCase[Office](
        name="suspend",
        made=_invoice,
        who="karim",
        given={"comment": "le RIB"},
        etat=_E.SUSPENDUE,
        refused=_NOTHING,
        code="COMMENT_REQUIRED",
    ),
    ActCase[Office](
        name="lift_suspension", made=_suspended, who="karim", etat=_E.MISE_A_DISPOSITION
    ),
    ActCase[Office](
        name="reject",
        made=_invoice,
        who="karim",
        given={"comment": "faux"},
        etat=_E.REJETEE,
        refused=_NOTHING,
        code="COMMENT_REQUIRED",
    ),
)
