"""The billing frameworks A1–A25 in one table: who deposits what, and where it goes (§3.2).

A11 is not among them: the portal has withdrawn it, and nothing new may bear it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from habilis_invoicing.model.etats import Etat

__all__ = ["CADRES", "PAYABLE", "WORKS", "Cadre", "Framework", "Party", "Validation"]


class Cadre(StrEnum):
    """A framework's code, as the policy's words have it."""

    @classmethod
    def _missing_(cls, value: object) -> None:
        if value == "A11":
            raise ValueError("A11 was withdrawn from the portal; deposit an A10 in its place")

    A1 = "A1"
    A2 = "A2"
    A3 = "A3"
    A4 = "A4"
    A5 = "A5"
    A6 = "A6"
    A7 = "A7"
    A8 = "A8"
    A9 = "A9"
    A10 = "A10"
    A12 = "A12"
    A13 = "A13"
    A14 = "A14"
    A15 = "A15"
    A16 = "A16"
    A17 = "A17"
    A18 = "A18"
    A19 = "A19"
    A20 = "A20"
    A21 = "A21"
    A22 = "A22"
    A23 = "A23"
    A24 = "A24"
    A25 = "A25"


class Party(StrEnum):
    """The part that a structure plays on a payment request, in the policy's words."""

    FOURNISSEUR = "fournisseur"
    MOE = "moe"
    MOA = "moa"
    DESTINATAIRE = "destinataire"
    VALIDEUR = "valideur"
    DEPOSANT = "deposant"


class Validation(StrEnum):
    """Whether a validator must agree before the document reaches its addressee (§3.5, §4.1)."""

    NEVER = "never"
    IF_NAMED = "if a validator is named"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """One row of §3.2. `followed_by` is empty where no piece may follow."""

    code: str
    label: str
    document: str
    application: str
    depositor: Party
    addressee: Party
    followed_by: frozenset[Cadre] = frozenset()
    validation: Validation = Validation.NEVER

    @property
    def works(self) -> bool:
        """Whether it belongs to a billing file; otherwise it is a document on its own."""
        return self.application == _TRAVAUX

    @property
    def made_available(self) -> Etat:
        """The state in which its addressee may act on it (R134–R136, R142)."""
        return _MADE_AVAILABLE[self.addressee]


_EMISES: Final = "factures_emises"
_TRAVAUX: Final = "factures_travaux"
_MADE_AVAILABLE: Final[Mapping[Party, Etat]] = {
    Party.MOE: Etat.MISE_A_DISPOSITION_MOE,
    Party.MOA: Etat.MISE_A_DISPOSITION_MOA,
    Party.FOURNISSEUR: Etat.MISE_A_DISPOSITION_FOURNISSEUR,
    Party.DESTINATAIRE: Etat.MISE_A_DISPOSITION,
}


def _invoice(
    code: str, label: str, *, document: str = "facture", validation: Validation = Validation.NEVER
) -> Framework:
    return Framework(
        code=code,
        label=label,
        document=document,
        application=_EMISES,
        depositor=Party.FOURNISSEUR,
        addressee=Party.DESTINATAIRE,
        validation=validation,
    )


def _works(
    code: str,
    label: str,
    document: str,
    depositor: Party,
    addressee: Party,
    *followed_by: Cadre,
    validation: Validation = Validation.NEVER,
) -> Framework:
    return Framework(
        code=code,
        label=label,
        document=document,
        application=_TRAVAUX,
        depositor=depositor,
        addressee=addressee,
        followed_by=frozenset(followed_by),
        validation=validation,
    )


_SUPPLIER, _MOE, _MOA, _PAYER = Party.FOURNISSEUR, Party.MOE, Party.MOA, Party.DESTINATAIRE

CADRES: Final[Mapping[Cadre, Framework]] = {
    Cadre.A1: _invoice("A1_FACTURE_FOURNISSEUR", "Dépôt par un fournisseur d'une facture"),
    Cadre.A2: _invoice(
        "A2_FACTURE_FOURNISSEUR_DEJA_PAYEE",
        "Dépôt par un fournisseur d'une facture déjà payée",
        document="facture déjà payée",
    ),
    Cadre.A3: Framework(
        code="A3_MEMOIRE_JUSTICE",
        label="Dépôt par un fournisseur d'un mémoire de frais de justice",
        document="mémoire de frais de justice",
        application="frais_justice",
        depositor=_SUPPLIER,
        addressee=_PAYER,
    ),
    Cadre.A4: _works(
        "A4_PROJET_DECOMPTE_MENSUEL_FOURNISSEUR",
        "Dépôt par un fournisseur d'un projet de décompte mensuel",
        "projet de décompte mensuel",
        _SUPPLIER,
        _MOE,
        # The supplier himself may go on once the MOE has let the delay pass (§4.4).
        *(Cadre.A15, Cadre.A16, Cadre.A19, Cadre.A5, Cadre.A6),
    ),
    Cadre.A5: _works(
        "A5_ETAT_ACOMPTE_FOURNISSEUR",
        "Dépôt par un fournisseur d'un état d'acompte",
        "état d'acompte",
        *(_SUPPLIER, _MOA, Cadre.A19),
    ),
    Cadre.A6: _works(
        "A6_ETAT_ACOMPTE_VALIDE_FOURNISSEUR",
        "Dépôt par un fournisseur d'un état d'acompte validé",
        "état d'acompte validé",
        *(_SUPPLIER, _PAYER),
    ),
    Cadre.A7: _works(
        "A7_PROJET_DECOMPTE_FINAL_FOURNISSEUR",
        "Dépôt par un fournisseur d'un projet de décompte final",
        "projet de décompte final",
        *(_SUPPLIER, _MOE, Cadre.A17, Cadre.A18, Cadre.A22),
    ),
    Cadre.A8: _works(
        "A8_DECOMPTE_GENERAL_DEFINITIF_FOURNISSEUR",
        "Dépôt par un fournisseur d'un décompte général et définitif",
        "décompte général et définitif",
        *(_SUPPLIER, _PAYER),
    ),
    Cadre.A9: _invoice(
        "A9_FACTURE_SOUSTRAITANT",
        "Dépôt par un sous-traitant d'une facture",
        validation=Validation.ALWAYS,
    ),
    Cadre.A10: _works(
        "A10_PROJET_DECOMPTE_MENSUEL_SOUSTRAITANT",
        "Dépôt par un sous-traitant d'une demande de paiement",
        "demande de paiement",
        *(_SUPPLIER, _MOE),
        validation=Validation.IF_NAMED,
    ),
    Cadre.A12: _invoice(
        "A12_FACTURE_COTRAITANT",
        "Dépôt par un cotraitant d'une facture",
        validation=Validation.ALWAYS,
    ),
    Cadre.A13: _works(
        "A13_PROJET_DECOMPTE_MENSUEL_COTRAITANT",
        "Dépôt par un cotraitant d'un projet de décompte mensuel",
        "projet de décompte mensuel",
        *(_SUPPLIER, _MOE, Cadre.A15, Cadre.A16),
        validation=Validation.IF_NAMED,
    ),
    Cadre.A14: _works(
        "A14_PROJET_DECOMPTE_FINAL_COTRAITANT",
        "Dépôt par un cotraitant d'un projet de décompte final",
        "projet de décompte final",
        *(_SUPPLIER, _MOE, Cadre.A17, Cadre.A18),
        validation=Validation.IF_NAMED,
    ),
    Cadre.A15: _works(
        "A15_ETAT_ACOMPTE_MOE",
        "Dépôt par une MOE d'un état d'acompte",
        "état d'acompte",
        *(_MOE, _MOA, Cadre.A19),
    ),
    Cadre.A16: _works(
        "A16_ETAT_ACOMPTE_VALIDE_MOE",
        "Dépôt par une MOE d'un état d'acompte validé",
        "état d'acompte validé",
        *(_MOE, _PAYER),
    ),
    Cadre.A17: _works(
        "A17_PROJET_DECOMPTE_GENERAL_MOE",
        "Dépôt par une MOE d'un projet de décompte général",
        "projet de décompte général",
        *(_MOE, _MOA, Cadre.A20),
    ),
    Cadre.A18: _works(
        "A18_DECOMPTE_GENERAL_MOE",
        "Dépôt par une MOE d'un décompte général",
        "décompte général",
        *(_MOE, _SUPPLIER, Cadre.A8),
    ),
    Cadre.A19: _works(
        "A19_ETAT_ACOMPTE_VALIDE_MOA",
        "Dépôt par une MOA d'un état d'acompte validé",
        "état d'acompte validé",
        *(_MOA, _PAYER),
    ),
    Cadre.A20: _works(
        "A20_DECOMPTE_GENERAL_MOA",
        "Dépôt par une MOA d'un décompte général",
        "décompte général",
        # The MOA closes what the supplier has left unsigned (CCAG 12.4.5).
        *(_MOA, _SUPPLIER, Cadre.A8, Cadre.A25),
    ),
    Cadre.A21: Framework(
        code="A21_DEMANDE_REMBOURSEMENT_TIC",
        label="Dépôt par un bénéficiaire d'une demande de remboursement de la TIC",
        document="demande de remboursement de la TIC",
        application="remboursements_taxes",
        depositor=_SUPPLIER,
        addressee=_PAYER,
    ),
    Cadre.A22: _works(
        "A22_PROJET_DECOMPTE_GENERAL_FOURNISSEUR_PROCEDURE_TACITE",
        "Projet de décompte général déposé par le fournisseur ou le mandataire (procédure tacite)",
        "projet de décompte général",
        *(_SUPPLIER, _MOA, Cadre.A20, Cadre.A23, Cadre.A24, Cadre.A25),
    ),
    Cadre.A23: _works(
        "A23_DECOMPTE_GENERAL_DEFINITIF_TACITE_FOURNISSEUR",
        "Décompte général et définitif tacite déposé par le fournisseur ou le mandataire",
        "décompte général et définitif tacite",
        *(_SUPPLIER, _PAYER),
    ),
    Cadre.A24: _works(
        "A24_DECOMPTE_GENERAL_DEFINITIF_TACITE_MOE",
        "Dépôt d'un décompte général et définitif par la maîtrise d'œuvre (procédure tacite)",
        "décompte général et définitif tacite",
        *(_MOE, _PAYER),
    ),
    Cadre.A25: _works(
        "A25_DECOMPTE_GENERAL_DEFINITIF_MOE_PROCEDURE_TACITE",
        "Dépôt d'un décompte général et définitif par la maîtrise d'ouvrage (procédure tacite)",
        "décompte général et définitif tacite",
        *(_MOA, _PAYER),
    ),
}

WORKS: Final = frozenset(cadre for cadre, framework in CADRES.items() if framework.works)
"""The frameworks of a billing file; the others are documents on their own."""

PAYABLE: Final = frozenset(
    cadre for cadre in WORKS if CADRES[cadre].addressee is Party.DESTINATAIRE
)
"""The works frameworks that lead to payment, in « Factures reçues » (R107)."""
