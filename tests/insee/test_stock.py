"""SIRENE's stock of establishments, as its columns are published."""

from pathlib import Path

import pytest

from habilis.organisation import Address
from habilis_server.insee import (
    Establishment,
    NoRegistry,
    RegistryUnavailableError,
    StockFile,
    StockFileError,
)

HEADER = (
    "siren,nic,siret,statutDiffusionEtablissement,dateCreationEtablissement,"
    "etablissementSiege,complementAdresseEtablissement,numeroVoieEtablissement,"
    "indiceRepetitionEtablissement,typeVoieEtablissement,libelleVoieEtablissement,"
    "codePostalEtablissement,libelleCommuneEtablissement,libelleCommuneEtrangerEtablissement,"
    "distributionSpecialeEtablissement,libellePaysEtrangerEtablissement,"
    "etatAdministratifEtablissement,enseigne1Etablissement,denominationUsuelleEtablissement"
)
OPEN = (
    "732829320,00074,73282932000074,O,2001-05-04,true,BATIMENT C,12,BIS,RUE,DES ARTS,"
    '34000,MONTPELLIER,,BP 12,,A,ENSEIGNE,"MAISON, FILLE"'
)
CLOSED = "552100554,00005,55210055400005,O,1999-01-01,true,,,,,,13001,MARSEILLE,,,,F,COMPTOIR,"
WITHHELD = "404833048,00022,40483304800022,P,2004-01-01,true,[ND],[ND],,[ND],[ND],[ND],SETE,,,,A,,"


def stock(folder: Path, *lines: str) -> Path:
    path = folder / "StockEtablissement_utf8.csv"
    path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    return path


def test_an_establishment_is_read_from_its_columns(tmp_path: Path) -> None:
    found = StockFile.read(stock(tmp_path, OPEN)).find("73282932000074")

    assert found == Establishment(
        siret="73282932000074",
        name="MAISON, FILLE",
        active=True,
        address=Address(
            street="12 BIS RUE DES ARTS",
            complement_1="BATIMENT C",
            complement_2="BP 12",
            postal_code="34000",
            city="MONTPELLIER",
        ),
    )


def test_a_closed_establishment_is_found_closed(tmp_path: Path) -> None:
    found = StockFile.read(stock(tmp_path, OPEN, CLOSED)).find("55210055400005")

    assert found is not None
    assert (found.active, found.name) == (False, "COMPTOIR")


def test_what_insee_withholds_is_empty(tmp_path: Path) -> None:
    found = StockFile.read(stock(tmp_path, WITHHELD)).find("40483304800022")

    assert found is not None
    assert (found.undisclosed, found.name) == (True, "")
    assert found.address == Address(city="SETE")


def test_what_is_not_in_the_file_is_unknown(tmp_path: Path) -> None:
    assert StockFile.read(stock(tmp_path, OPEN)).find("40483304800022") is None


def test_a_byte_order_mark_is_no_part_of_a_column(tmp_path: Path) -> None:
    path = stock(tmp_path, OPEN)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().removeprefix(b"siren,nic,"))
    path.write_bytes(path.read_bytes().replace(b"732829320,00074,", b""))

    assert StockFile.read(path).find("73282932000074") is not None


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((OPEN, OPEN), "`73282932000074` is there twice"),
        ((OPEN.replace("73282932000074", "7328293200007"),), "line 2: `7328293200007` is no SIRET"),
        ((OPEN.replace(",A,", ",X,"),), "line 2: .* neither A nor F"),
        ((OPEN.replace(",O,", ",,"),), "line 2: .* none of O, P, N"),
        (('"never closed',), "unexpected end of data"),
    ],
)
def test_a_file_that_is_no_stock_is_refused(
    tmp_path: Path, lines: tuple[str, ...], told: str
) -> None:
    with pytest.raises(StockFileError, match=told):
        StockFile.read(stock(tmp_path, *lines))


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("siret,name\n1,x\n")

    with pytest.raises(StockFileError, match="no column `etatAdministratifEtablissement`"):
        StockFile.read(path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(HEADER.encode() + b"\n\xff\xfe\n")

    with pytest.raises(StockFileError, match="can't decode"):
        StockFile.read(path)


def test_without_a_register_nothing_is_taken_on_trust() -> None:
    with pytest.raises(RegistryUnavailableError, match="--insee FILE"):
        NoRegistry().find("73282932000074")
