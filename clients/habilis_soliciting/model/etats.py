"""The two states of a solicitation, side by side: the receiver's and the sender's (R96, §5.1).

Their names are those of the policy's vocabulary.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

__all__ = ["ACTION_REQUIRED", "LABELS", "SENDER_LABELS", "TO_PROCESS", "Etat", "EtatEmetteur"]


class Etat(StrEnum):
    """Where it stands for whoever receives it."""

    BROUILLON = "BROUILLON"
    A_TRAITER = "A_TRAITER"
    EN_COURS = "EN_COURS"
    DEMANDE_INFORMATION = "DEMANDE_INFORMATION"
    RESOLUE = "RESOLUE"
    MAUVAISE_AFFECTATION = "MAUVAISE_AFFECTATION"
    CLOTUREE = "CLOTUREE"


class EtatEmetteur(StrEnum):
    """Where it stands as its sender is told: nobody at work on it is ever seen here (R89)."""

    BROUILLON = "BROUILLON"
    ENREGISTREE = "ENREGISTREE"
    AFFECTEE = "AFFECTEE"
    DEMANDE_INFORMATION = "DEMANDE_INFORMATION"
    RESOLUE = "RESOLUE"
    CLOTUREE = "CLOTUREE"


LABELS: Final[Mapping[Etat, str]] = {
    Etat.BROUILLON: "Brouillon",
    Etat.A_TRAITER: "A traiter",
    Etat.EN_COURS: "En cours",
    Etat.DEMANDE_INFORMATION: "Demande d'information",
    Etat.RESOLUE: "Résolue",
    Etat.MAUVAISE_AFFECTATION: "Mauvaise affectation",
    Etat.CLOTUREE: "Clôturée",
}
"""As the receiver's screens show them (R86–R92)."""

SENDER_LABELS: Final[Mapping[EtatEmetteur, str]] = {
    EtatEmetteur.BROUILLON: "Brouillon",
    EtatEmetteur.ENREGISTREE: "Enregistrée",
    EtatEmetteur.AFFECTEE: "Affectée",
    EtatEmetteur.DEMANDE_INFORMATION: "Demande d'information",
    EtatEmetteur.RESOLUE: "Résolue",
    EtatEmetteur.CLOTUREE: "Clôturée",
}

TO_PROCESS: Final = frozenset({Etat.A_TRAITER, Etat.EN_COURS})
"""« Synthèse » of the receiver: what awaits his act, whatever brought it back (R82, §5.1)."""

ACTION_REQUIRED: Final = frozenset({EtatEmetteur.DEMANDE_INFORMATION})
"""« Actions requises » of the sender: what waits for his complement (§3.7, §5.1)."""
