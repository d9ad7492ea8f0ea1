"""What the texts say alike: a perimeter, a request, who decides, in the portal's French."""

from collections.abc import Mapping
from typing import Final

__all__ = ["phrases"]

_WISHES: Final = {
    "account": "création d’un compte",
    "attachment": "rattachement",
    "entitlement": "modification d’habilitations",
}


def phrases(told: Mapping[str, str]) -> Mapping[str, str]:
    """The phrases that follow from what a notice tells; KeyError where it tells too little."""
    known = bool(told["structure"])
    said = {
        "place": _place(told),
        "decider": "du gestionnaire principal de la structure"
        if known
        else "du support du portail",
        "decided_by": "le gestionnaire principal de la structure"
        if known
        else "le support du portail",
    }
    return said | ({"wish": _WISHES[told["object"]]} if "object" in told else {})


def _place(told: Mapping[str, str]) -> str:
    structure, identifier = told["structure"], told["identifier"]
    code, service = told["code"], told["service"]
    if not identifier:
        return "la structure que désigne la demande"
    where = f"la structure « {structure} » ({identifier})"
    if not structure:
        return f"la structure de SIRET {identifier}"
    if not code:
        return where
    return f"le service {f'« {service} » ({code})' if service else code} de {where}"
