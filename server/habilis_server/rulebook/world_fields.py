"""The fields of the World that a condition may read, and the words of their values."""

from collections.abc import Mapping
from typing import Final

__all__ = ["WORLD_FIELDS"]

WORLD_FIELDS: Final[Mapping[str, frozenset[str] | None]] = {
    "subject.id": None,
    "account.id": None,
    "account.etat": frozenset({"EN_ATTENTE", "ACTIF", "INACTIF"}),
    "structure.id": None,
    "structure.principal_manager": None,
    "structure.type": frozenset({"PUBLIQUE", "PRIVEE"}),
    "structure.identifier_type": frozenset(
        {"SIRET", "UE_HORS_FRANCE", "HORS_UE", "RIDET", "TAHITI", "AUTRE", "PARTICULIER"}
    ),
    "structure.moa": frozenset({"AUCUNE", "AVEC", "EXCLUSIVE"}),
    "structure.etat": frozenset({"ACTIVE", "INACTIVE"}),
    "service.etat": frozenset({"ACTIF", "INACTIF"}),
    "approval.objet": frozenset({"HABILITATION", "RATTACHEMENT", "COMPTE"}),
    "approval.etat": frozenset({"DEMANDE", "APPROUVE", "REFUSE", "ANNULE"}),
    "approval.requester": None,
}
"""Field to its closed set of values; None: an identifier, compared with another."""
