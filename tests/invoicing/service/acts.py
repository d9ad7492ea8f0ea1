"""Every act of the contract: how it comes about, who does it, and what becomes of the piece."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from habilis_invoicing.model.asked import Outcome
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.etats import Etat
from tests.invoicing.service.office import (
    BATI_SUD,
    CSP,
    MB,
    NICOLAS,
    SFACT,
    Office,
)

__all__ = ["ACTS", "ActCase"]

_E: Final = Etat


@dataclass(frozen=True, kw_only=True)
class ActCase:
    """`refused` breaks a rule of the act, which then says `code`; None: there is none to break."""

    name: str
    piece: Callable[[Office], Outcome]
    who: str
    etat: Etat
    given: dict[str, Any] = field(default_factory=dict[str, Any])
    refused: dict[str, Any] | None = None
    code: str = ""

    def __str__(self) -> str:
        return self.name


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
    ActCase(name="delete_draft", piece=_draft, who="alice", etat=_E.SUPPRIMEE),
    ActCase(
        name="complete",
        piece=_suspended,
        who="alice",
        given={"comment": "le voici"},
        etat=_E.COMPLETEE,
        refused=_NOTHING,
        code="NOTHING_ADDED",
    ),
    ActCase(
        name="recycle",
        piece=_to_recycle,
        who="alice",
        given={"destinataire": SFACT},
        etat=_E.MISE_A_DISPOSITION,
        refused={"destinataire": CSP},
        code="NOTHING_CHANGED",
    ),
    ActCase(
        name="correct_validator",
        piece=_wrong_validator,
        who="alice",
        given={"valideur": MB},
        etat=_E.A_VALIDER_1,
        refused={"valideur": BATI_SUD},
        code="NOTHING_CHANGED",
    ),
    ActCase(name="acknowledge_rejection", piece=_rejected, who="alice", etat=_E.REJETEE),
    ActCase(
        name="refuse_piece",
        piece=_a4,
        who="julie",
        given={"reason": "AUTRE", "comment": "hors marché"},
        etat=_E.REFUSEE_MOE,
        refused={"comment": ""},
        code="COMMENT_REQUIRED",
    ),
    ActCase(
        name="suspend_piece",
        piece=_a4,
        who="julie",
        given={"comment": "le métré"},
        etat=_E.SUSPENDUE,
        refused=_NOTHING,
        code="COMMENT_REQUIRED",
    ),
    ActCase(
        name="request_recycling",
        piece=_a15,
        who="claire",
        given={"comment": "mauvaise MOA"},
        # It is the piece before it that moves.
        etat=_E.MISE_A_DISPOSITION_MOA,
        refused=_NOTHING,
        code="COMMENT_REQUIRED",
    ),
    ActCase(name="take_note", piece=_a10, who="julie", etat=_E.PRISE_EN_COMPTE_MOE),
    ActCase(
        name="assign_case_officer",
        piece=_a4,
        who="julie",
        given={"case_officer": "JD"},
        etat=_E.MISE_A_DISPOSITION_MOE,
        refused={"case_officer": ""},
        code="CASE_OFFICER_REQUIRED",
    ),
    ActCase(name="validate", piece=_to_validate, who="sara", etat=_E.DEPOSEE),
    ActCase(
        name="refuse_validation",
        piece=_to_validate,
        who="sara",
        given={"reason": "AUTRE", "comment": "pas lui"},
        etat=_E.REFUSEE_1,
        refused={"reason": "MAUVAISE_MOE"},
        code="REASON_UNKNOWN",
    ),
    ActCase(name="certify_service", piece=_invoice, who="karim", etat=_E.SERVICE_FAIT),
    ActCase(
        name="mandate",
        piece=_invoice,
        who="karim",
        given={"mandate_number": "M1"},
        etat=_E.MANDATEE,
        refused={"mandate_number": ""},
        code="MANDATE_NUMBER_REQUIRED",
    ),
    ActCase(
        name="send_to_accountant",
        piece=_invoice,
        who="karim",
        etat=_E.MISE_A_DISPOSITION_COMPTABLE,
    ),
    ActCase(name="post_to_accounts", piece=_invoice, who="karim", etat=_E.COMPTABILISEE),
    ActCase(name="issue_payment", piece=_invoice, who="karim", etat=_E.MISE_EN_PAIEMENT),
    ActCase(
        name="ask_recycling",
        piece=_invoice,
        who="karim",
        given={"comment": "au SFACT"},
        etat=_E.A_RECYCLER,
        refused=_NOTHING,
        code="COMMENT_REQUIRED",
    ),
    ActCase(
        name="suspend",
        piece=_invoice,
        who="karim",
        given={"comment": "le RIB"},
        etat=_E.SUSPENDUE,
        refused=_NOTHING,
        code="COMMENT_REQUIRED",
    ),
    ActCase(name="lift_suspension", piece=_suspended, who="karim", etat=_E.MISE_A_DISPOSITION),
    ActCase(
        name="reject",
        piece=_invoice,
        who="karim",
        given={"comment": "faux"},
        etat=_E.REJETEE,
        refused=_NOTHING,
        code="COMMENT_REQUIRED",
    ),
)
