"""Through which application one looks, and the action that each look asks there."""

from collections.abc import Mapping
from typing import Final

from habilis_invoicing.model.refusals import Code, refuse

__all__ = ["CONSULT", "DOWNLOAD", "FILE", "HISTORY", "TRAVAUX", "action_in"]

TRAVAUX: Final = "factures_travaux"

# The first four have buttons that the two others have not: there, consulting shows it.
_WITH_BUTTONS: Final = ("factures_emises", "factures_recues", "factures_a_valider", TRAVAUX)
_APPLICATIONS: Final = (*_WITH_BUTTONS, "frais_justice", "remboursements_taxes")

CONSULT: Final[Mapping[str, str]] = {name: f"{name}.consulter" for name in _APPLICATIONS}
HISTORY: Final[Mapping[str, str]] = {
    **CONSULT,
    **{name: f"{name}.suivre_traitement" for name in _WITH_BUTTONS},
}
DOWNLOAD: Final[Mapping[str, str]] = {
    **{name: f"{name}.telecharger" for name in _APPLICATIONS},
    # A validator has no such button, and reads what he is asked to agree to.
    "factures_a_valider": CONSULT["factures_a_valider"],
}
FILE: Final[Mapping[str, str]] = {
    name: f"{name}.consulter_dossier" for name in (TRAVAUX, "factures_recues")
}


def action_in(actions: Mapping[str, str], application: str) -> str:
    """The action that is asked in this application. Raises RefusedError where there is none."""
    if application not in actions:
        known = ", ".join(actions)
        raise refuse(Code.WRONG_APPLICATION, "application", f"must be one of {known}")
    return actions[application]
