"""SIRENE's stock of establishments, as its columns are published."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from habilis.organisation import Address
from habilis_server.insee import (
    Establishment,
    NoRegistry,
    RegistryUnavailableError,
    Stock,
    StockFileError,
)
from tests.insee.stocks import (
    UNIT_COLUMNS,
    Row,
    as_gzip,
    as_parquet,
    as_zip,
    establishment,
    unit,
    write,
)

NUMBER = "73282932000074"
OPEN = establishment(
    NUMBER,
    complementAdresseEtablissement="BATIMENT C",
    numeroVoieEtablissement="12",
    indiceRepetitionEtablissement="B",
    typeVoieEtablissement="RUE",
    libelleVoieEtablissement=" DES   ARTS ",
    codePostalEtablissement="34000",
    libelleCommuneEtablissement="MONTPELLIER",
    distributionSpecialeEtablissement="BP 12",
    enseigne1Etablissement="ENSEIGNE",
    denominationUsuelleEtablissement='MAISON, "FILLE"',
)
CLOSED = establishment(
    "55210055400005", etatAdministratifEtablissement="F", enseigne1Etablissement="COMPTOIR"
)
WITHHELD = establishment(
    "40483304800022",
    statutDiffusionEtablissement="P",
    libelleVoieEtablissement="[ND]",
    codePostalEtablissement="[ND]",
    libelleCommuneEtablissement="SETE",
    denominationUsuelleEtablissement="[ND]",
)


def find(folder: Path, row: Row, *units: Row) -> Establishment | None:
    stock = write(folder / "stock.csv", [row])
    companies = write(folder / "units.csv", units, UNIT_COLUMNS) if units else None
    with Stock.read(stock, companies) as register:
        return register.find(row["siret"])


def test_an_establishment_is_read_from_its_columns(tmp_path: Path) -> None:
    assert find(tmp_path, OPEN) == Establishment(
        siret=NUMBER,
        name='MAISON, "FILLE"',
        active=True,
        address=Address(
            street="12 B RUE DES ARTS",
            complement_1="BATIMENT C",
            complement_2="BP 12",
            postal_code="34000",
            city="MONTPELLIER",
        ),
    )


def test_a_closed_establishment_is_found_closed(tmp_path: Path) -> None:
    found = find(tmp_path, CLOSED)

    assert found is not None
    assert (found.active, found.name) == (False, "COMPTOIR")


def test_what_insee_withholds_is_empty(tmp_path: Path) -> None:
    found = find(tmp_path, WITHHELD, unit("404833048", nomUniteLegale="[ND]"))

    assert found is not None
    assert (found.undisclosed, found.name) == (True, "")
    assert found.address == Address(city="SETE")


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"denominationUniteLegale": "LA MAISON"}, ("LA MAISON", True, False)),
        (
            {"prenom1UniteLegale": "ANNE", "nomUniteLegale": "ROUX"},
            ("ANNE ROUX", True, False),
        ),
        (
            {
                "prenom1UniteLegale": "ANNE",
                "prenomUsuelUniteLegale": "ANNA",
                "nomUniteLegale": "ROUX",
                "nomUsageUniteLegale": "MARTIN",
            },
            ("ANNA MARTIN", True, False),
        ),
        ({"denominationUniteLegale": "[ND]"}, ('MAISON, "FILLE"', True, False)),
        ({"etatAdministratifUniteLegale": "C"}, ('MAISON, "FILLE"', False, False)),
        ({"statutDiffusionUniteLegale": "P"}, ('MAISON, "FILLE"', True, True)),
    ],
)
def test_its_company_names_it_and_may_have_ended(
    tmp_path: Path, columns: dict[str, str], told: tuple[str, bool, bool]
) -> None:
    found = find(tmp_path, OPEN, unit("732829320", **columns), unit("404833048"))

    assert found is not None
    assert (found.name, found.active, found.undisclosed) == told


@pytest.mark.parametrize(
    "number", ["40483304800022", "7328293200007", "", "٧٣٢٨٢٩٣٢٠٠٠٠٧٤", "A" * 14]
)
def test_what_is_not_in_the_file_is_unknown(tmp_path: Path, number: str) -> None:
    with Stock.read(write(tmp_path / "stock.csv", [OPEN])) as register:
        assert register.find(number) is None


def test_a_byte_order_mark_and_a_name_like_a_pattern_are_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "stock[*]?.csv"
    write(path, [OPEN]).write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    with Stock.open(path) as register:
        assert register.find(NUMBER) is not None


NUMBERED = [establishment(f"{number:014d}") for number in range(20, 0, -1)]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([OPEN, CLOSED, OPEN], ["lines 2, 4: the same `siret`"]),
        ([{**OPEN, "siret": "7328293200007"}], ["line 2: `siret`: `7328293200007` is no SIRET"]),
        ([{**OPEN, "siret": ""}], ["line 2: `siret`: `` is no SIRET"]),
        (
            [OPEN, {**CLOSED, "etatAdministratifEtablissement": "X"}],
            ["line 3: `etatAdministratifEtablissement`: `X` is none of A, F"],
        ),
        (
            [{**OPEN, "statutDiffusionEtablissement": ""}],
            ["line 2: `statutDiffusionEtablissement`: `` is none of O, P, N"],
        ),
        (
            [{**OPEN, "dateCreationEtablissement": "2026-02-30"}],
            ["line 2: `dateCreationEtablissement`: `2026-02-30` is no date"],
        ),
        (
            [
                *({**row, "dateDernierTraitementEtablissement": "soon"} for row in NUMBERED[:2]),
                {**WITHHELD, "etatAdministratifEtablissement": "?"},
            ],
            [
                "line 4: `etatAdministratifEtablissement`: `?` is none of A, F",
                "line 2: `dateDernierTraitementEtablissement`: `soon` is no date",
                "line 3: `dateDernierTraitementEtablissement`: `soon` is no date",
            ],
        ),
        ([], ["has no line but its header"]),
    ],
)
def test_every_row_that_cannot_be_is_told_with_its_line(
    tmp_path: Path, rows: list[Row], told: list[str]
) -> None:
    path = write(tmp_path / "stock.csv", rows)

    with pytest.raises(StockFileError) as refusal:
        Stock.read(path)

    assert str(refusal.value).splitlines() == [f"{path}: {problem}" for problem in told]


def test_no_more_is_told_than_can_be_read(tmp_path: Path) -> None:
    path = write(
        tmp_path / "stock.csv", [*NUMBERED, *NUMBERED, *({**row, "siret": "1"} for row in NUMBERED)]
    )

    with pytest.raises(StockFileError) as refusal:
        Stock.read(path)

    told = str(refusal.value).splitlines()
    assert len(told) == 21
    assert told[-1] == f"{path}: and other problems"


def test_a_line_that_is_no_csv_shifts_no_other(tmp_path: Path) -> None:
    path = write(tmp_path / "stock.csv", [OPEN, CLOSED, {**WITHHELD, "siret": "4"}])
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], "73282932000074,A", *lines[2:], '"a"b,', ""]))

    with pytest.raises(StockFileError) as refusal:
        Stock.read(path)

    told = str(refusal.value)
    assert f"{path}: line 3: expected number of columns: 53 found: 2" in told
    assert f"{path}: line 5: `siret`: `4` is no SIRET" in told
    assert f"{path}: line 6: " in told


@pytest.mark.parametrize("form", [as_gzip, as_zip, as_parquet])
def test_every_column_that_is_used_must_be_there(
    tmp_path: Path, form: Callable[[Path], Path]
) -> None:
    path = form(write(tmp_path / "stock.csv", [{"siret": NUMBER}], ["siret"]))

    with pytest.raises(StockFileError) as refusal:
        Stock.read(path)

    told = str(refusal.value)
    assert f"{path}: has no column `etatAdministratifEtablissement`" in told
    assert f"{path}: has no column `libelleVoieEtablissement`" in told
    assert "has no column `siret`" not in told


def cut_in_a_line(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-3])
    return path


def halved(form: Callable[[Path], Path]) -> Callable[[Path], Path]:
    def half(path: Path) -> Path:
        whole = form(path)
        whole.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
        return whole

    return half


def latin(path: Path) -> Path:
    path.write_bytes(path.read_bytes().replace(b"MONTPELLIER", b"S\xe8te"))
    return path


def twice(path: Path) -> Path:
    path.write_bytes(path.read_bytes().replace(b"siren,nic", b"siret,nic", 1))
    return path


def emptied(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def noise(path: Path) -> Path:
    path.write_bytes(bytes(range(256)) * 40)
    return path


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (cut_in_a_line, "ends in the middle of a line"),
        (halved(as_gzip), "unexpected end of gzip|end-of-stream"),
        (halved(as_zip), "is no whole archive"),
        (halved(as_parquet), "parquet|magic"),
        (latin, "line 2: invalid unicode"),
        (twice, "has the column `siret` twice"),
        (emptied, "has no column `siret`"),
        (noise, "has no column `siret`"),
    ],
)
def test_a_harmed_file_is_refused(tmp_path: Path, harm: Callable[[Path], Path], told: str) -> None:
    rows = [
        establishment(f"{7 * number:014d}", enseigne1Etablissement=f"N {number * number}")
        for number in range(1000)
    ]
    path = harm(write(tmp_path / "stock.csv", [OPEN, *rows]))

    with pytest.raises(StockFileError, match=f"(?i){told}"):
        Stock.read(path)


def test_an_archive_of_several_files_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "stock.csv", [OPEN])
    target = as_zip(path)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("other.csv", "")

    with pytest.raises(StockFileError, match="holds 2 files of CSV; one is expected"):
        Stock.open(target)


def test_without_a_register_nothing_is_taken_on_trust() -> None:
    with pytest.raises(RegistryUnavailableError, match="--insee"):
        NoRegistry().find(NUMBER)
