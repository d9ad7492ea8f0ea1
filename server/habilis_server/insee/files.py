"""The files in which a stock may come: CSV in UTF-8, the same in gzip or in a zip, or Parquet.

What a file is, its first bytes tell, whatever it is called.
"""

import csv
import gzip
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb

__all__ = ["ENOUGH", "StockFileError", "is_index", "opened", "rejected"]

ENOUGH: Final = 20
"""As many problems of one file are told; of one sort, no more are looked for."""

_MOST_REJECTED: Final = 10_000
_LONGEST_HEADER: Final = 100_000
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_PARQUET: Final = b"PAR1"
_DUCKDB: Final = slice(8, 12), b"DUCK"


class StockFileError(Exception):
    """A file cannot be taken as SIRENE's stock; the message names every problem and its place."""

    def __init__(self, path: Path, *problems: str) -> None:
        told = [f"{path}: {problem}" for problem in problems[:ENOUGH]]
        if len(problems) > ENOUGH:
            told.append(f"{path}: and other problems")
        super().__init__("\n".join(told))


def is_index(path: Path) -> bool:
    """Whether the file is a database of DuckDB. Raises OSError."""
    place, mark = _DUCKDB
    return _beginning(path)[place] == mark


def opened(
    connection: duckdb.DuckDBPyConnection, path: Path, wanted: Sequence[str], aside: Path
) -> duckdb.DuckDBPyRelation:
    """The rows of a file in their order, with the wanted columns as texts.

    `aside` is an empty folder for what has to be unpacked. Raises
    StockFileError, and OSError for a file that can't be read.
    """
    # DuckDB takes some characters of a name for patterns; this name has none.
    link = aside / "stock"
    link.symlink_to(path.resolve())
    if _beginning(path).startswith(_PARQUET):
        rows = connection.read_parquet(str(link))
        _check_columns(path, rows.columns, wanted)
    else:
        rows = _csv_rows(connection, path, link, wanted)
    return rows.project(
        ", ".join(f'CAST("{column}" AS VARCHAR) AS "{column}"' for column in wanted)
    )


def rejected(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, str]]:
    """The lines of CSV that could not be read at all, with the reason, in their order."""
    try:
        found = connection.table("reject_errors").aggregate(
            "line, arg_min(error_message, column_idx)", "line"
        )
    except duckdb.CatalogException:  # Parquet has no lines
        return []
    return sorted((line, str(message).splitlines()[0]) for line, message in found.fetchall())


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(12)


def _csv_rows(
    connection: duckdb.DuckDBPyConnection, path: Path, link: Path, wanted: Sequence[str]
) -> duckdb.DuckDBPyRelation:
    beginning = _beginning(path)
    packed = beginning.startswith(_GZIP)
    if beginning.startswith(_ZIP):
        link = _unpacked(path, link.with_name("unpacked"))
    header = _header(path, link, packed=packed)
    _check_columns(path, header, wanted)
    if not packed:
        _check_end(path, link)
    return connection.read_csv(
        str(link),
        columns=dict.fromkeys(header, "VARCHAR"),
        auto_detect=False,
        header=True,
        delimiter=",",
        quotechar='"',
        escapechar='"',
        strict_mode=True,
        compression="gzip" if packed else "none",
        store_rejects=True,
        rejects_limit=_MOST_REJECTED,
    )


def _unpacked(path: Path, target: Path) -> Path:
    """The one CSV of an archive, which its own checksum vouches for."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
            if len(names) != 1:
                raise StockFileError(path, f"holds {len(names)} files of CSV; one is expected")
            with archive.open(names[0]) as inside, target.open("wb") as outside:
                shutil.copyfileobj(inside, outside, 1 << 20)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise StockFileError(path, f"is no whole archive: {error}") from error
    return target


def _header(path: Path, link: Path, *, packed: bool) -> list[str]:
    try:
        with gzip.open(link) if packed else link.open("rb") as file:
            line = file.readline(_LONGEST_HEADER)
        # Some tools open UTF-8 with a mark that would become a part of the first column.
        return next(csv.reader([line.decode("utf-8-sig")], strict=True), [])
    except (UnicodeDecodeError, csv.Error, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise StockFileError(path, f"is neither CSV in UTF-8 nor Parquet: {error}") from error


def _check_columns(path: Path, found: Sequence[str], wanted: Sequence[str]) -> None:
    problems = [f"has no column `{column}`" for column in wanted if column not in found]
    twice = (column for column, times in Counter(found).items() if times > 1)
    problems += [f"has the column `{column}` twice" for column in twice]
    if problems:
        raise StockFileError(path, *problems)


def _check_end(path: Path, link: Path) -> None:
    """A file that was cut in the middle of a line would pass for a whole one."""
    with link.open("rb") as file:
        file.seek(-1, 2)
        if file.read(1) != b"\n":
            raise StockFileError(path, "ends in the middle of a line; was it copied whole?")
