"""Stock files for tests: rows under the published columns, in every form that INSEE publishes."""

import csv
import gzip
import io
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import duckdb

from habilis_server.insee.sample import ESTABLISHMENTS, UNITS

__all__ = [
    "ESTABLISHMENT_COLUMNS",
    "UNIT_COLUMNS",
    "Row",
    "as_gzip",
    "as_parquet",
    "as_zip",
    "establishment",
    "unit",
    "write",
]

Row = Mapping[str, str]


def _columns(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as lines:
        return next(csv.reader(lines))


ESTABLISHMENT_COLUMNS: Final = _columns(ESTABLISHMENTS)
UNIT_COLUMNS: Final = _columns(UNITS)


def establishment(siret: str, **columns: str) -> Row:
    """An open one of which nothing is withheld, unless said otherwise."""
    return {
        "siren": siret[:9],
        "nic": siret[9:],
        "siret": siret,
        "statutDiffusionEtablissement": "O",
        "dateDernierTraitementEtablissement": "2026-01-31T08:15:00",
        "etatAdministratifEtablissement": "A",
        **columns,
    }


def unit(siren: str, **columns: str) -> Row:
    return {
        "siren": siren,
        "statutDiffusionUniteLegale": "O",
        "etatAdministratifUniteLegale": "A",
        **columns,
    }


def write(path: Path, rows: Iterable[Row], columns: list[str] | None = None) -> Path:
    """A file of CSV with these rows; `columns`: all of the published ones for None."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or ESTABLISHMENT_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def as_gzip(path: Path) -> Path:
    target = path.with_suffix(".csv.gz")
    with gzip.open(target, "wb", compresslevel=1) as packed:
        packed.write(path.read_bytes())
    return target


def as_zip(path: Path) -> Path:
    target = path.with_suffix(".zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
    return target


def as_parquet(path: Path) -> Path:
    """As a table of typed columns: dates, booleans and numbers are no texts there."""
    rows = duckdb.read_csv(
        str(path),
        columns={column: _type(column) for column in _columns(path)},
        auto_detect=False,
        header=True,
        delimiter=",",
        quotechar='"',
        escapechar='"',
    )
    made = path.with_name("made.parquet")
    rows.write_parquet(str(made), compression="zstd")
    return Path(shutil.move(made, path.with_suffix(".parquet")))


def _type(column: str) -> str:
    if column.startswith("dateDernierTraitement"):
        return "TIMESTAMP"
    if column.startswith("date"):
        return "DATE"
    if column.startswith("nombrePeriodes"):
        return "INTEGER"
    return "BOOLEAN" if column == "etablissementSiege" else "VARCHAR"
