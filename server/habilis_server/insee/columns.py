"""What the published columns of SIRENE say of an establishment, whichever way they came.

The names are INSEE's own, the same in the stock files and in the answers of the API.
"""

from collections.abc import Mapping
from typing import Final

from habilis.organisation import Address
from habilis.texts import flaw
from habilis_server.insee.registry import Establishment

__all__ = [
    "ADDRESS_COLUMNS",
    "DISCLOSURES",
    "ESTABLISHMENT_DISCLOSURE",
    "ESTABLISHMENT_STATE",
    "ESTABLISHMENT_STATES",
    "PERIOD_COLUMNS",
    "UNIT_COLUMNS",
    "UNIT_DISCLOSURE",
    "UNIT_STATE",
    "UNIT_STATES",
    "Told",
    "UnreadableError",
    "establishment_from",
]

Told = Mapping[str, object]
"""Columns by their published names; a text, or None where there is none."""

ESTABLISHMENT_STATE: Final = "etatAdministratifEtablissement"
ESTABLISHMENT_STATES: Final[Mapping[str, bool]] = {"A": True, "F": False}
ESTABLISHMENT_DISCLOSURE: Final = "statutDiffusionEtablissement"
UNIT_STATE: Final = "etatAdministratifUniteLegale"
UNIT_STATES: Final[Mapping[str, bool]] = {"A": True, "C": False}
UNIT_DISCLOSURE: Final = "statutDiffusionUniteLegale"
DISCLOSURES: Final[Mapping[str, bool]] = {"O": True, "P": False, "N": False}

_OWN_NAMES: Final = ("denominationUsuelleEtablissement", "enseigne1Etablissement")
_COMPANY: Final = "denominationUniteLegale"
_FIRST_NAMES: Final = ("prenomUsuelUniteLegale", "prenom1UniteLegale")
_LAST_NAMES: Final = ("nomUsageUniteLegale", "nomUniteLegale")
_STREET: Final = (
    "numeroVoieEtablissement",
    "indiceRepetitionEtablissement",
    "typeVoieEtablissement",
    "libelleVoieEtablissement",
)
_COMPLEMENT: Final = "complementAdresseEtablissement"
_DISTRIBUTION: Final = "distributionSpecialeEtablissement"
_POSTAL_CODE: Final = "codePostalEtablissement"
_CITIES: Final = ("libelleCommuneEtablissement", "libelleCommuneEtrangerEtablissement")
_COUNTRY: Final = "libellePaysEtrangerEtablissement"

ADDRESS_COLUMNS: Final = (
    *_STREET,
    *(_COMPLEMENT, _DISTRIBUTION, _POSTAL_CODE),
    *_CITIES,
    _COUNTRY,
)
PERIOD_COLUMNS: Final = (ESTABLISHMENT_STATE, *_OWN_NAMES)
"""What changes from one period of an establishment to the next."""

UNIT_COLUMNS: Final = (UNIT_DISCLOSURE, UNIT_STATE, _COMPANY, *_FIRST_NAMES, *_LAST_NAMES)

_WITHHELD: Final = "[ND]"


class UnreadableError(ValueError):
    """A column holds what it never should: nothing is to be believed of the whole."""


def establishment_from(siret: str, told: Told, unit: Told) -> Establishment:
    """The establishment, named as its company is, and as itself where that is not known.

    `unit` is empty where the legal unit is not known; one that has ended leaves
    no establishment active. Raises UnreadableError.
    """
    active = _meaning(told, ESTABLISHMENT_STATE, ESTABLISHMENT_STATES)
    disclosed = _meaning(told, ESTABLISHMENT_DISCLOSURE, DISCLOSURES)
    if unit:
        active &= _meaning(unit, UNIT_STATE, UNIT_STATES)
        disclosed &= _meaning(unit, UNIT_DISCLOSURE, DISCLOSURES)
    person = f"{_first(unit, _FIRST_NAMES)} {_first(unit, _LAST_NAMES)}".strip()
    return Establishment(
        siret=siret,
        name=_said(unit, _COMPANY) or person or _first(told, _OWN_NAMES),
        active=active,
        address=Address(
            street=" ".join(filter(None, (_said(told, part) for part in _STREET))),
            complement_1=_said(told, _COMPLEMENT),
            complement_2=_said(told, _DISTRIBUTION),
            postal_code=_said(told, _POSTAL_CODE),
            city=_first(told, _CITIES),
            country=_said(told, _COUNTRY),
        ),
        undisclosed=not disclosed,
    )


def _meaning(told: Told, column: str, meanings: Mapping[str, bool]) -> bool:
    found = meanings.get(_said(told, column))
    if found is None:
        raise UnreadableError(f"`{column}` is none of {', '.join(meanings)}")
    return found


def _first(told: Told, columns: tuple[str, ...]) -> str:
    return next(filter(None, (_said(told, column) for column in columns)), "")


def _said(told: Told, column: str) -> str:
    """The text, with single spaces; "" where there is none, or INSEE keeps it to itself."""
    value = told.get(column)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableError(f"`{column}` is no text")
    text = " ".join(value.split())
    if text in {"", _WITHHELD}:
        return ""
    found = flaw(text)
    if found is not None:
        raise UnreadableError(f"`{column}` {found}")
    return text
