"""The identifiers of structures, by their type (domain §1.4)."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siret

from habilis.organisation import RefusalCode
from habilis.texts import flaw
from habilis_server.organisation.errors import CommandRefused

__all__ = ["check_identifier", "check_vat"]

_MAX_FOREIGN: Final = 18
_RIDET: Final = re.compile(r"\d{9,10}", re.ASCII)
_TAHITI: Final = re.compile(r"[0-9A-Z]\d{5}(?:\d{3})?", re.ASCII)
# The codes of ISO 3166: under their first letter, the second ones.
_COUNTRIES: Final[Mapping[str, str]] = {
    "A": "DEFGILMOQRSTUWXZ",
    "B": "ABDEFGHIJLMNOQRSTVWYZ",
    "C": "ACDFGHIKLMNORUVWXYZ",
    "D": "EJKMOZ",
    "E": "CEGHRST",
    "F": "IJKMOR",
    "G": "ABDEFGHILMNPQRSTUWY",
    "H": "KMNRTU",
    "I": "DELMNOQRST",
    "J": "EMOP",
    "K": "EGHIMNPRWYZ",
    "L": "ABCIKRSTUVY",
    "M": "ACDEFGHKLMNOPQRSTUVWXYZ",
    "N": "ACEFGILOPRUZ",
    "O": "M",
    "P": "AEFGHKLMNRSTWY",
    "Q": "A",
    "R": "EOSUW",
    "S": "ABCDEGHIJKLMNORSTVXYZ",
    "T": "CDFGHJKLMNORTVWZ",
    "U": "AGMSYZ",
    "V": "ACEGINU",
    "W": "FS",
    "Y": "ET",
    "Z": "AMW",
}
# The country's code, then the company's name; Wallis-et-Futuna is written FRWF.
_OUTSIDE_UNION: Final = re.compile(r"(?:FRWF.{1,14}|(?!FR)[A-Z]{2}.{1,16})")
_UNION: Final = frozenset(
    {
        *("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR"),
        *("DE", "GR", "EL", "HU", "IE", "IT", "LV", "LT", "LU", "MT"),
        *("NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE"),
    }
)


def check_identifier(kind: str, identifier: str, country: str, field: str) -> None:
    """Raises CommandRefused unless `identifier` is written as its kind demands.

    `country` is an ISO 3166 code, which a structure outside France may give; "": not given.
    """
    check = _CHECKS.get(kind)
    if check is None:
        known = ", ".join(_CHECKS)
        raise CommandRefused(
            RefusalCode.IDENTIFIER_INVALID, f"`{kind}` is not one of {known}", "identifier_type"
        )
    if flaw(identifier) or "/" in identifier or not check(identifier, country):
        raise CommandRefused(
            RefusalCode.IDENTIFIER_INVALID, f"`{identifier}` is not written as a {kind}", field
        )


def check_vat(number: str) -> None:
    """Raises CommandRefused unless it is an intra-Community VAT number."""
    if not vat.is_valid(number):
        raise CommandRefused(
            RefusalCode.FIELD_INVALID, f"`{number}` is no intra-Community VAT number", "vat"
        )


def _is_siret(identifier: str, _country: str) -> bool:
    """14 digits and their key; La Poste's own rule is known to the library."""
    if not identifier.isascii() or not identifier.isdigit():
        return False
    try:
        return siret.validate(identifier) == identifier
    except ValidationError:
        return False


def _is_european(identifier: str, country: str) -> bool:
    """A VAT number of another member state, without spaces."""
    if len(identifier) > _MAX_FOREIGN or identifier[:2] not in _UNION - {"FR"}:
        return False
    if country and (country not in _UNION or country == "FR"):
        return False
    return vat.is_valid(identifier) and vat.compact(identifier) == identifier


def _is_outside_union(identifier: str, country: str) -> bool:
    if not _OUTSIDE_UNION.fullmatch(identifier):
        return False
    if identifier.startswith("FRWF"):
        return country in {"", "WF"}
    code = identifier[:2]
    known = code[1] in _COUNTRIES.get(code[0], "")
    return known and code not in _UNION and country in {"", code}


_CHECKS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "SIRET": _is_siret,
    "UE_HORS_FRANCE": _is_european,
    "HORS_UE": _is_outside_union,
    "RIDET": lambda identifier, _: _RIDET.fullmatch(identifier) is not None,
    "TAHITI": lambda identifier, _: _TAHITI.fullmatch(identifier) is not None,
    "AUTRE": lambda identifier, _: bool(identifier),
    "PARTICULIER": lambda identifier, _: bool(identifier),
}
