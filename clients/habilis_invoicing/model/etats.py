"""The states of a payment request, and the sets of them that the portal's screens speak of.

The names are those of the policy's vocabulary, `etats_demande`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

__all__ = ["GROUPS", "LABELS", "LOST", "SETTLED", "TO_PROCESS", "Etat", "Group", "group_of"]


class Etat(StrEnum):
    """Where a payment request stands (R134–R141, §3.3)."""

    BROUILLON = "BROUILLON"
    A_VALIDER_1 = "A_VALIDER_1"
    A_VALIDER_2 = "A_VALIDER_2"
    VALIDEE_1 = "VALIDEE_1"
    VALIDEE_2 = "VALIDEE_2"
    REFUSEE_1 = "REFUSEE_1"
    REFUSEE_2 = "REFUSEE_2"
    ERREUR_FOURNISSEUR_SUR_VALIDEUR = "ERREUR_FOURNISSEUR_SUR_VALIDEUR"
    ERREUR_COTRAITANT_SUR_VALIDEUR = "ERREUR_COTRAITANT_SUR_VALIDEUR"
    ABSENCE_VALIDATION_1_HORS_DELAI = "ABSENCE_VALIDATION_1_HORS_DELAI"
    ABSENCE_VALIDATION_2_HORS_DELAI = "ABSENCE_VALIDATION_2_HORS_DELAI"
    DEPOSEE = "DEPOSEE"
    EN_COURS_ACHEMINEMENT = "EN_COURS_ACHEMINEMENT"
    MISE_A_DISPOSITION = "MISE_A_DISPOSITION"
    MISE_A_DISPOSITION_MOE = "MISE_A_DISPOSITION_MOE"
    MISE_A_DISPOSITION_MOA = "MISE_A_DISPOSITION_MOA"
    MISE_A_DISPOSITION_FOURNISSEUR = "MISE_A_DISPOSITION_FOURNISSEUR"
    PRISE_EN_COMPTE_MOE = "PRISE_EN_COMPTE_MOE"
    PRISE_EN_COMPTE_MOA = "PRISE_EN_COMPTE_MOA"
    ASSOCIEE = "ASSOCIEE"
    REFUSEE_MOE = "REFUSEE_MOE"
    REFUSEE_MOA = "REFUSEE_MOA"
    REFUSEE_FOURNISSEUR = "REFUSEE_FOURNISSEUR"
    ERREUR_DE_MOE = "ERREUR_DE_MOE"
    ERREUR_DE_MOA = "ERREUR_DE_MOA"
    ERREUR_FOURNISSEUR_SUR_MOE = "ERREUR_FOURNISSEUR_SUR_MOE"
    ERREUR_FOURNISSEUR_SUR_MOA = "ERREUR_FOURNISSEUR_SUR_MOA"
    ERREUR_MOE_SUR_MOA = "ERREUR_MOE_SUR_MOA"
    EN_ATTENTE_RECYCLAGE_FOURNISSEUR = "EN_ATTENTE_RECYCLAGE_FOURNISSEUR"
    ABSENCE_VALIDATION_MOE_DELAI_REGLEMENTAIRE = "ABSENCE_VALIDATION_MOE_DELAI_REGLEMENTAIRE"
    SUSPENDUE = "SUSPENDUE"
    A_COMPLETER = "A_COMPLETER"
    COMPLETEE = "COMPLETEE"
    A_RECYCLER = "A_RECYCLER"
    REJETEE = "REJETEE"
    SERVICE_FAIT = "SERVICE_FAIT"
    MANDATEE = "MANDATEE"
    MISE_A_DISPOSITION_COMPTABLE = "MISE_A_DISPOSITION_COMPTABLE"
    COMPTABILISEE = "COMPTABILISEE"
    MISE_EN_PAIEMENT = "MISE_EN_PAIEMENT"
    REMPLACEE_PAR_A22 = "REMPLACEE_PAR_A22"
    DUPLIQUE_APRES_REFUS = "DUPLIQUE_APRES_REFUS"
    SUPPRIMEE = "SUPPRIMEE"


LABELS: Final[Mapping[Etat, str]] = {
    Etat.BROUILLON: "Brouillon",
    Etat.A_VALIDER_1: "A valider",
    Etat.A_VALIDER_2: "A valider (second valideur)",
    Etat.VALIDEE_1: "Validée",
    Etat.VALIDEE_2: "Validée (second valideur)",
    Etat.REFUSEE_1: "Refusée par le valideur",
    Etat.REFUSEE_2: "Refusée par le second valideur",
    Etat.ERREUR_FOURNISSEUR_SUR_VALIDEUR: "Erreur sur le valideur",
    Etat.ERREUR_COTRAITANT_SUR_VALIDEUR: "Erreur sur le second valideur",
    Etat.ABSENCE_VALIDATION_1_HORS_DELAI: "Absence de validation dans le délai",
    Etat.ABSENCE_VALIDATION_2_HORS_DELAI: "Absence de validation dans le délai (second valideur)",
    Etat.DEPOSEE: "Déposée",
    Etat.EN_COURS_ACHEMINEMENT: "En cours d'acheminement vers le destinataire",
    Etat.MISE_A_DISPOSITION: "Mise à disposition du destinataire",
    Etat.MISE_A_DISPOSITION_MOE: "Mise à disposition de la MOE",
    Etat.MISE_A_DISPOSITION_MOA: "Mise à disposition de la MOA",
    Etat.MISE_A_DISPOSITION_FOURNISSEUR: "Mise à disposition du fournisseur",
    Etat.PRISE_EN_COMPTE_MOE: "Prise en compte MOE",
    Etat.PRISE_EN_COMPTE_MOA: "Prise en compte MOA",
    Etat.ASSOCIEE: "Associée",
    Etat.REFUSEE_MOE: "Refusée par la MOE pour autre motif",
    Etat.REFUSEE_MOA: "Refusée par la MOA pour autre motif",
    Etat.REFUSEE_FOURNISSEUR: "Refusée par le fournisseur pour autre motif",
    Etat.ERREUR_DE_MOE: "Refusée par la MOE pour erreur dans les données d'acheminement",
    Etat.ERREUR_DE_MOA: "Refusée par la MOA pour erreur dans les données d'acheminement",
    Etat.ERREUR_FOURNISSEUR_SUR_MOE: "Refusée par la MOE, qui n'est pas la bonne",
    Etat.ERREUR_FOURNISSEUR_SUR_MOA: "Refusée par la MOA, que le fournisseur a nommée à tort",
    Etat.ERREUR_MOE_SUR_MOA: "Refusée par la MOA, que la MOE a nommée à tort",
    Etat.EN_ATTENTE_RECYCLAGE_FOURNISSEUR: "En attente de recyclage par le fournisseur",
    Etat.ABSENCE_VALIDATION_MOE_DELAI_REGLEMENTAIRE: (
        "Absence de validation de la MOE dans le délai réglementaire"
    ),
    Etat.SUSPENDUE: "Suspendue",
    Etat.A_COMPLETER: "A compléter",
    Etat.COMPLETEE: "Complétée",
    Etat.A_RECYCLER: "A recycler",
    Etat.REJETEE: "Rejetée par l'ordonnateur pour autre motif",
    Etat.SERVICE_FAIT: "Service fait",
    Etat.MANDATEE: "Mandatée",
    Etat.MISE_A_DISPOSITION_COMPTABLE: "Mise à disposition du comptable",
    Etat.COMPTABILISEE: "Comptabilisée",
    Etat.MISE_EN_PAIEMENT: "Mise en paiement",
    Etat.REMPLACEE_PAR_A22: "Remplacée par A22",
    Etat.DUPLIQUE_APRES_REFUS: "Dupliquée après refus",
    Etat.SUPPRIMEE: "Supprimée",
}


class Group(StrEnum):
    """A column of the dashboard, in its order (R115)."""

    BROUILLON = "Brouillon"
    ERREUR_ACHEMINEMENT = "Erreur d'acheminement"
    MISE_A_DISPOSITION = "Mise à disposition"
    VALIDEE = "Validée"
    REFUSEE = "Refusée / Rejetée"
    ASSOCIEE = "Associée / Prise en compte"
    SUSPENDUE = "Suspendue"
    DEPOSEE = "Déposée"
    EN_TRAITEMENT = "En cours de traitement par le destinataire"
    MISE_EN_PAIEMENT = "Mise en paiement"


GROUPS: Final[Mapping[Group, frozenset[Etat]]] = {
    Group.BROUILLON: frozenset({Etat.BROUILLON}),
    Group.ERREUR_ACHEMINEMENT: frozenset(
        {
            Etat.ERREUR_FOURNISSEUR_SUR_VALIDEUR,
            Etat.ERREUR_COTRAITANT_SUR_VALIDEUR,
            Etat.ERREUR_DE_MOE,
            Etat.ERREUR_DE_MOA,
            Etat.ERREUR_FOURNISSEUR_SUR_MOE,
            Etat.ERREUR_FOURNISSEUR_SUR_MOA,
            Etat.ERREUR_MOE_SUR_MOA,
            Etat.A_RECYCLER,
            Etat.EN_ATTENTE_RECYCLAGE_FOURNISSEUR,
        }
    ),
    Group.MISE_A_DISPOSITION: frozenset(
        {
            Etat.MISE_A_DISPOSITION,
            Etat.MISE_A_DISPOSITION_MOE,
            Etat.MISE_A_DISPOSITION_MOA,
            Etat.MISE_A_DISPOSITION_FOURNISSEUR,
            # Nobody has answered yet: somebody still has to act on it.
            Etat.ABSENCE_VALIDATION_MOE_DELAI_REGLEMENTAIRE,
        }
    ),
    Group.VALIDEE: frozenset(
        {
            Etat.VALIDEE_1,
            Etat.VALIDEE_2,
            # Silence is a tacit validation (§3.5).
            Etat.ABSENCE_VALIDATION_1_HORS_DELAI,
            Etat.ABSENCE_VALIDATION_2_HORS_DELAI,
            Etat.SERVICE_FAIT,
            Etat.MANDATEE,
        }
    ),
    Group.REFUSEE: frozenset(
        {
            Etat.REFUSEE_1,
            Etat.REFUSEE_2,
            Etat.REFUSEE_MOE,
            Etat.REFUSEE_MOA,
            Etat.REFUSEE_FOURNISSEUR,
            Etat.REJETEE,
            Etat.DUPLIQUE_APRES_REFUS,
        }
    ),
    Group.ASSOCIEE: frozenset(
        {
            Etat.ASSOCIEE,
            Etat.REMPLACEE_PAR_A22,
            Etat.PRISE_EN_COMPTE_MOE,
            Etat.PRISE_EN_COMPTE_MOA,
        }
    ),
    Group.SUSPENDUE: frozenset({Etat.SUSPENDUE, Etat.A_COMPLETER}),
    Group.DEPOSEE: frozenset(
        # Sent and not yet arrived: on its way, or awaiting its validator.
        {Etat.DEPOSEE, Etat.EN_COURS_ACHEMINEMENT, Etat.A_VALIDER_1, Etat.A_VALIDER_2}
    ),
    Group.EN_TRAITEMENT: frozenset(
        {Etat.MISE_A_DISPOSITION_COMPTABLE, Etat.COMPTABILISEE, Etat.COMPLETEE}
    ),
    Group.MISE_EN_PAIEMENT: frozenset({Etat.MISE_EN_PAIEMENT}),
}
"""The states of each column: every state in exactly one, SUPPRIMEE in none (§3.3)."""

LOST: Final = GROUPS[Group.REFUSEE]
"""A piece in one of these has come to nothing: another may take its place."""

SETTLED: Final = LOST | {
    Etat.ASSOCIEE,
    Etat.REMPLACEE_PAR_A22,
    Etat.PRISE_EN_COMPTE_MOE,
    Etat.PRISE_EN_COMPTE_MOA,
    Etat.MISE_EN_PAIEMENT,
    Etat.SUPPRIMEE,
}
"""Nothing more is expected of a piece in one of these, but that a rejection be acknowledged."""

TO_PROCESS: Final = frozenset(
    {Etat.MISE_A_DISPOSITION, Etat.SERVICE_FAIT, Etat.MANDATEE, Etat.COMPLETEE}
)
"""What a recipient still has to process (§3.4)."""

_GROUP_OF: Final = {etat: group for group, etats in GROUPS.items() for etat in etats}


def group_of(etat: Etat) -> Group | None:
    """The dashboard's column of a state; None for what has been deleted, which no column counts."""
    return _GROUP_OF.get(etat)
