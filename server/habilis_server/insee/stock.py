"""The register from a file: SIRENE's stock of establishments, as INSEE publishes it in CSV.

The columns are those of `StockEtablissement_utf8.csv`; others are passed over,
and a file may hold any part of the lines.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from habilis.organisation import Address
from habilis_server.insee.registry import Establishment

__all__ = ["StockFile", "StockFileError"]

_SIRET: Final = "siret"
_STATE: Final = "etatAdministratifEtablissement"
_DISCLOSED: Final = "statutDiffusionEtablissement"
_NAMES: Final = ("denominationUsuelleEtablissement", "enseigne1Etablissement")
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
_NEEDED: Final = (_SIRET, _STATE, _DISCLOSED)

_STATES: Final[Mapping[str, bool]] = {"A": True, "F": False}
_DISCLOSURES: Final = frozenset({"O", "P", "N"})
_WITHHELD: Final = "[ND]"
_LENGTH: Final = 14


class StockFileError(Exception):
    """The file cannot be read as SIRENE's stock; the message names the line."""


class StockFile:
    """The establishments of one file, kept in memory: an extract, not the whole nation."""

    def __init__(self, establishments: Mapping[str, Establishment]) -> None:
        self._establishments = establishments

    @classmethod
    def read(cls, path: Path) -> "StockFile":
        """Raises StockFileError for a file that is no stock, OSError for one that can't be read."""
        try:
            # Some tools open UTF-8 with a mark that would become a part of the first column.
            with path.open(encoding="utf-8-sig", newline="") as lines:
                return cls(_by_siret(_establishments(csv.DictReader(lines, strict=True))))
        except (csv.Error, UnicodeDecodeError, StockFileError) as error:
            raise StockFileError(f"{path}: {error}") from error

    def find(self, siret: str) -> Establishment | None:
        return self._establishments.get(siret)


def _by_siret(establishments: Iterator[Establishment]) -> Mapping[str, Establishment]:
    found: dict[str, Establishment] = {}
    for establishment in establishments:
        if found.setdefault(establishment.siret, establishment) is not establishment:
            raise StockFileError(f"`{establishment.siret}` is there twice")
    return found


def _establishments(rows: "csv.DictReader[str]") -> Iterator[Establishment]:
    missing = [column for column in _NEEDED if column not in (rows.fieldnames or ())]
    if missing:
        raise StockFileError(f"has no column `{missing[0]}`")
    for row in rows:
        try:
            yield _establishment(row)
        except StockFileError as error:
            raise StockFileError(f"line {rows.line_num}: {error}") from error


def _establishment(row: Mapping[str, str | None]) -> Establishment:
    siret = _said(row, _SIRET)
    if len(siret) != _LENGTH or not siret.isascii() or not siret.isdigit():
        raise StockFileError(f"`{siret}` is no SIRET")
    active = _STATES.get(_said(row, _STATE))
    if active is None:
        raise StockFileError(f"`{_STATE}` is neither A nor F")
    disclosure = _said(row, _DISCLOSED)
    if disclosure not in _DISCLOSURES:
        raise StockFileError(f"`{_DISCLOSED}` is none of O, P, N")
    return Establishment(
        siret=siret,
        name=_first(row, _NAMES),
        active=active,
        address=Address(
            street=" ".join(filter(None, (_said(row, part) for part in _STREET))),
            complement_1=_said(row, _COMPLEMENT),
            complement_2=_said(row, _DISTRIBUTION),
            postal_code=_said(row, _POSTAL_CODE),
            city=_first(row, _CITIES),
            country=_said(row, _COUNTRY),
        ),
        undisclosed=disclosure != "O",
    )


def _said(row: Mapping[str, str | None], column: str) -> str:
    """The text, with single spaces; "" where there is none, or INSEE keeps it to itself."""
    text = " ".join((row.get(column) or "").split())
    return "" if text == _WITHHELD else text


def _first(row: Mapping[str, str | None], columns: tuple[str, ...]) -> str:
    return next(filter(None, (_said(row, column) for column in columns)), "")
