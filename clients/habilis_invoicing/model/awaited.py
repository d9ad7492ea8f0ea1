"""« Synthèse »: in which states a payment request awaits an act, and of whom (R113, §3.4)."""

from collections.abc import Mapping
from typing import Final

from habilis_invoicing.model.cadres import Party
from habilis_invoicing.model.etats import TO_PROCESS, Etat

__all__ = ["AWAITED"]

_DRAFT: Final = frozenset({Etat.BROUILLON})
_SENT_BACK: Final = frozenset(
    {
        Etat.A_RECYCLER,
        Etat.SUSPENDUE,
        Etat.ERREUR_FOURNISSEUR_SUR_VALIDEUR,
        Etat.ERREUR_COTRAITANT_SUR_VALIDEUR,
        # Their author has to take note of them.
        Etat.REFUSEE_1,
        Etat.REFUSEE_2,
        Etat.REJETEE,
    }
)
_SENT_BACK_IN_WORKS: Final = _SENT_BACK | {
    Etat.ERREUR_DE_MOE,
    Etat.ERREUR_DE_MOA,
    Etat.ERREUR_FOURNISSEUR_SUR_MOE,
    Etat.ERREUR_FOURNISSEUR_SUR_MOA,
    Etat.ERREUR_MOE_SUR_MOA,
    Etat.EN_ATTENTE_RECYCLAGE_FOURNISSEUR,
    Etat.REFUSEE_MOE,
    Etat.REFUSEE_MOA,
    Etat.REFUSEE_FOURNISSEUR,
}

AWAITED: Final[Mapping[str, Mapping[Party, frozenset[Etat]]]] = {
    "factures_emises": {Party.FOURNISSEUR: _DRAFT | _SENT_BACK},
    "factures_recues": {Party.DESTINATAIRE: TO_PROCESS},
    "factures_a_valider": {Party.VALIDEUR: frozenset({Etat.A_VALIDER_1, Etat.A_VALIDER_2})},
    "factures_travaux": {
        Party.DEPOSANT: _DRAFT | _SENT_BACK_IN_WORKS,
        Party.MOE: frozenset({Etat.MISE_A_DISPOSITION_MOE}),
        Party.MOA: frozenset({Etat.MISE_A_DISPOSITION_MOA}),
        Party.FOURNISSEUR: frozenset(
            {
                Etat.MISE_A_DISPOSITION_FOURNISSEUR,
                Etat.ABSENCE_VALIDATION_MOE_DELAI_REGLEMENTAIRE,
            }
        ),
    },
    "frais_justice": {Party.FOURNISSEUR: _DRAFT},
    "remboursements_taxes": {Party.FOURNISSEUR: _DRAFT},
}
"""By application; what one may do but need not, such as lifting a suspension, is not awaited.

What was refused or rejected is awaited until it is acknowledged.
"""
