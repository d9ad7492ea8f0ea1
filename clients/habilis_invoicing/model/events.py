"""What happens to a payment request, and the action of the policy that each act asks."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from habilis_invoicing.model.cadres import CADRES, Cadre

__all__ = ["CLOCK", "Event", "Motif", "action_of"]


class Event(StrEnum):
    """An act of a party, or of the clock; the value is how the diagrams tell it."""

    SAVE = "enregistrer en brouillon"
    DELETE = "supprimer"
    DEPOSIT = "valider et envoyer"
    FOLLOW = "déposer la pièce suivante"
    REISSUE = "refaire après refus"
    COMPLETE = "compléter"
    RECYCLE = "recycler"
    CORRECT_VALIDATOR = "corriger le valideur"
    ACKNOWLEDGE = "traiter le rejet"
    VALIDATE = "valider"
    REFUSE_VALIDATION = "refuser de valider"
    REFUSE = "refuser"
    SUSPEND_PIECE = "suspendre la pièce"
    REQUEST_RECYCLING = "demander le recyclage de la pièce précédente"
    RECYCLING_REQUESTED = "recyclage demandé par la pièce suivante"
    TAKE_NOTE = "prendre en compte"
    ASSIGN = "affecter un instructeur"
    CERTIFY = "constater le service fait"
    MANDATE = "mandater"
    SEND_TO_ACCOUNTANT = "mettre à disposition du comptable"
    POST = "comptabiliser"
    PAY = "mettre en paiement"
    ASK_RECYCLING = "renvoyer à recycler"
    SUSPEND = "suspendre"
    LIFT = "lever la suspension"
    REJECT = "rejeter"
    ROUTE = "acheminement"
    LAPSE = "délai passé"
    GO_ON = "aussitôt"


CLOCK: Final = frozenset({Event.ROUTE, Event.LAPSE, Event.GO_ON})
"""What nobody does: time passes, or one state leads to another at once."""


class Motif(StrEnum):
    """Why a piece is refused (R139, R140, §3.6)."""

    MAUVAISE_MOE = "MAUVAISE_MOE"
    MAUVAISE_MOA = "MAUVAISE_MOA"
    MAUVAIS_VALIDEUR = "MAUVAIS_VALIDEUR"
    ERREUR_DE_MONTANT = "ERREUR_DE_MONTANT"
    AUTRE = "AUTRE"


_OF_DEPOSITORS: Final[Mapping[Event, str]] = {
    Event.SAVE: "saisir_brouillon",
    Event.DELETE: "supprimer_brouillon",
    Event.DEPOSIT: "deposer",
    # Whoever issues a piece anew has seen that the former one was refused.
    Event.REISSUE: "traiter_rejet",
    Event.COMPLETE: "completer",
    Event.RECYCLE: "recycler",
    Event.CORRECT_VALIDATOR: "corriger_valideur",
    Event.ACKNOWLEDGE: "traiter_rejet",
}
_OF_OTHERS: Final[Mapping[Event, str]] = {
    Event.FOLLOW: "factures_travaux.deposer_piece_suivante",
    Event.VALIDATE: "factures_a_valider.valider",
    Event.REFUSE_VALIDATION: "factures_a_valider.refuser",
    Event.REFUSE: "factures_travaux.refuser",
    Event.SUSPEND_PIECE: "factures_travaux.suspendre",
    Event.REQUEST_RECYCLING: "factures_travaux.demander_recyclage",
    Event.TAKE_NOTE: "factures_travaux.prendre_en_compte",
    Event.ASSIGN: "factures_travaux.affecter_instructeur",
    Event.CERTIFY: "factures_recues.constater_service_fait",
    Event.MANDATE: "factures_recues.mandater",
    Event.SEND_TO_ACCOUNTANT: "factures_recues.mettre_a_disposition_comptable",
    Event.POST: "factures_recues.comptabiliser",
    Event.PAY: "factures_recues.mettre_en_paiement",
    Event.ASK_RECYCLING: "factures_recues.demander_recyclage",
    Event.SUSPEND: "factures_recues.suspendre",
    Event.LIFT: "factures_recues.lever_suspension",
    Event.REJECT: "factures_recues.rejeter",
}


def action_of(event: Event, cadre: Cadre) -> str:
    """The action that Habilis is asked for this event, such as `factures_travaux.refuser`.

    "" where no right is asked on this piece: an event of the clock, or what
    comes with an act on another piece.
    """
    verb = _OF_DEPOSITORS.get(event)
    if verb is None:
        return _OF_OTHERS.get(event, "")
    return f"{CADRES[cadre].application}.{verb}"
