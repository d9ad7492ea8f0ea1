"""Every act of the contract on a solicitation: how it comes about, who does it, what becomes."""

from typing import Any, Final

from tests.companion.acting import ActCase
from tests.invoicing.service.office import CSP, MB
from tests.soliciting.service.office import SAMIR, Desk

__all__ = ["ACTS"]

_NOTHING: Final[dict[str, Any]] = {"comment": ""}


def _received(desk: Desk) -> Any:
    return desk.received()


def _in_charge(desk: Desk) -> Any:
    return desk.client.process_solicitation(desk.received(), status="EN_COURS", subject="lea")


def _asked(desk: Desk) -> Any:
    return desk.processed("DEMANDE_INFORMATION")


def _resolved(desk: Desk) -> Any:
    return desk.processed("RESOLUE")


def _at_support(desk: Desk) -> Any:
    return desk.received(SAMIR, desk.for_support())


def _status(status: str, comment: str) -> dict[str, Any]:
    return {"status": status, "comment": comment}


ACTS: Final = (
    ActCase[Desk](
        name="complete_solicitation",
        made=_asked,
        who="alice",
        given={"comment": "EJ-12"},
        etat="AFFECTEE",
        refused=_NOTHING,
        code="NOTHING_ADDED",
    ),
    ActCase[Desk](
        name="send_back_solicitation",
        made=_resolved,
        who="alice",
        given={"comment": "Cela ne répond pas."},
        etat="AFFECTEE",
        refused=_NOTHING,
        code="COMMENT_REQUIRED",
    ),
    ActCase[Desk](name="close_solicitation", made=_resolved, who="alice", etat="CLOTUREE"),
    ActCase[Desk](
        name="assign_solicitation",
        made=_received,
        who="lea",
        given={"assignee": "hugo"},
        etat="A_TRAITER",
        refused={"assignee": "gaelle"},
        code="ASSIGNEE_NOT_ENTITLED",
    ),
    ActCase[Desk](
        name="process_solicitation",
        made=_received,
        who="lea",
        given=_status("EN_COURS", "Une réponse en préparation."),
        etat="EN_COURS",
        refused={"status": ""},
        code="STATUS_REQUIRED",
    ),
    ActCase[Desk](
        name="process_solicitation",
        made=_in_charge,
        who="lea",
        given=_status("DEMANDE_INFORMATION", "Quel engagement ?"),
        etat="DEMANDE_INFORMATION",
        refused=_NOTHING,
        code="COMMENT_REQUIRED",
    ),
    ActCase[Desk](
        name="process_solicitation",
        made=_received,
        who="hugo",
        given=_status("RESOLUE", "C'est corrigé."),
        etat="RESOLUE",
        refused=_NOTHING,
        code="ANSWER_REQUIRED",
    ),
    ActCase[Desk](
        name="process_solicitation",
        made=_received,
        who="lea",
        given=_status("MAUVAISE_AFFECTATION", "Pour le CSP."),
        etat="A_TRAITER",
        refused={"status": "CLOTUREE"},
        code="STATUS_UNKNOWN",
    ),
    ActCase[Desk](
        name="process_solicitation",
        made=_at_support,
        who="samir",
        given=_status("RESOLUE", "Le compte est rouvert."),
        etat="RESOLUE",
        refused=_NOTHING,
        code="ANSWER_REQUIRED",
    ),
    ActCase[Desk](
        name="reroute_solicitation",
        made=_at_support,
        who="samir",
        given={"recepteur": CSP, "comment": "Pour vous."},
        etat="A_TRAITER",
        refused={"recepteur": MB},
        code="RECEIVER_NOT_PUBLIC",
    ),
)
"""Beside those that write: they are tried one by one."""
