"""A stock taken in whole: every row checked, every problem told with its place, sorted by number.

The tables are sorted by SIRET and SIREN, so that DuckDB skips all but the few
blocks that can hold the number asked for: the order is the index.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from habilis_server.insee import columns
from habilis_server.insee.files import ENOUGH, StockFileError, opened, rejected

__all__ = ["ESTABLISHMENTS", "UNITS", "Kind", "Source", "take_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One of the two stocks. `checks`: by column, what must hold of it, and what it is if not."""

    table: str
    key: str
    kept: tuple[str, ...]
    updated: str
    checks: Mapping[str, tuple[str, str]]

    @property
    def columns(self) -> tuple[str, ...]:
        """All that is asked of a file, which may have others."""
        return tuple(dict.fromkeys((*self.checks, *self.kept)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that was taken in. `updated`: the last day on which INSEE treated a row, or ""."""

    kind: str
    name: str
    size: int
    sha256: str
    rows: int
    updated: str


def _number(digits: int, name: str) -> tuple[str, str]:
    return f"regexp_full_match({{}}, '[0-9]{{{{{digits}}}}}')", f"is no {name}"


def _one_of(values: Mapping[str, bool]) -> tuple[str, str]:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{{}} IN ({listed})", f"is none of {', '.join(values)}"


_DATE: Final = ("{0} IS NULL OR TRY_CAST({0} AS TIMESTAMP) IS NOT NULL", "is no date")

ESTABLISHMENTS: Final = Kind(
    table="establishments",
    key="siret",
    kept=(columns.ESTABLISHMENT_DISCLOSURE, *columns.PERIOD_COLUMNS, *columns.ADDRESS_COLUMNS),
    updated="dateDernierTraitementEtablissement",
    checks={
        "siret": _number(14, "SIRET"),
        columns.ESTABLISHMENT_STATE: _one_of(columns.ESTABLISHMENT_STATES),
        columns.ESTABLISHMENT_DISCLOSURE: _one_of(columns.DISCLOSURES),
        "dateCreationEtablissement": _DATE,
        "dateDernierTraitementEtablissement": _DATE,
    },
)
UNITS: Final = Kind(
    table="units",
    key="siren",
    kept=columns.UNIT_COLUMNS,
    updated="dateDernierTraitementUniteLegale",
    checks={
        "siren": _number(9, "SIREN"),
        columns.UNIT_STATE: _one_of(columns.UNIT_STATES),
        columns.UNIT_DISCLOSURE: _one_of(columns.DISCLOSURES),
        "dateCreationUniteLegale": _DATE,
        "dateDernierTraitementUniteLegale": _DATE,
    },
)


def take_in(connection: duckdb.DuckDBPyConnection, kind: Kind, path: Path, aside: Path) -> Source:
    """Makes the table of this kind from a file. `aside`: a folder for what has to be unpacked.

    Raises StockFileError for a file that is no such stock, OSError for one that
    can't be read.
    """
    folder = aside / kind.table
    folder.mkdir()
    try:
        opened(connection, path, kind.columns, folder).create_view("incoming")
        connection.execute(
            "CREATE TEMP TABLE staged AS SELECT row_number() OVER () AS place, * FROM incoming"
        )
        _sort(connection, kind)
        problems = list(_problems(connection, kind))
        if problems:
            raise StockFileError(path, *problems)
        counted = connection.table("staged").aggregate(f"count(*), max({kind.updated})")
        [(rows, updated)] = counted.fetchall()
        connection.execute("DROP TABLE staged")
        connection.execute("DROP VIEW incoming")
    except duckdb.Error as error:
        raise StockFileError(path, str(error).splitlines()[0]) from error
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Source(
        kind=kind.table,
        name=path.name,
        size=path.stat().st_size,
        sha256=digest,
        rows=rows,
        updated=(updated or "")[:10],
    )


def _sort(connection: duckdb.DuckDBPyConnection, kind: Kind) -> None:
    kept = ", ".join(f'"{column}"' for column in kind.kept)
    number = f"TRY_CAST({kind.key} AS BIGINT) AS {kind.key}"
    connection.table("staged").project(f"{number}, {kept}").order(kind.key).create(kind.table)


def _problems(connection: duckdb.DuckDBPyConnection, kind: Kind) -> Iterator[str]:
    """Lines that are no CSV, values that cannot be, numbers that stand twice; no rows at all."""
    lost = rejected(connection)
    yield from (f"line {line}: {reason.lower()}" for line, reason in lost)
    skipped = [line for line, _ in lost]
    staged = connection.table("staged")
    for column, (condition, complaint) in kind.checks.items():
        wrong = staged.filter(f"NOT coalesce({condition.format(column)}, false)")
        found = wrong.project(f"place, {column}").order("place").limit(ENOUGH).fetchall()
        for place, value in found:
            yield f"line {_line(place, skipped)}: `{column}`: `{value or ''}` {complaint}"
    yield from _twice(connection, kind, skipped)
    if not lost and not staged.limit(1).fetchall():
        yield "has no line but its header"


def _twice(
    connection: duckdb.DuckDBPyConnection, kind: Kind, skipped: Sequence[int]
) -> Iterator[str]:
    # The table is in order, so one that stands twice stands beside itself.
    beside = connection.table(kind.table).project(f"{kind.key}, lag({kind.key}) OVER () AS former")
    for number, _ in beside.filter(f"{kind.key} = former").distinct().limit(ENOUGH).fetchall():
        same = connection.table("staged").filter(f"TRY_CAST({kind.key} AS BIGINT) = {number}")
        places = same.project("place").order("place").limit(ENOUGH).fetchall()
        lines = ", ".join(str(_line(place, skipped)) for (place,) in places)
        yield f"lines {lines}: the same `{kind.key}`"


def _line(place: int, skipped: Sequence[int]) -> int:
    """The line of a row: below the header, and below those that could not be read before it."""
    line = place + 1
    for each in skipped:
        line += each <= line
    return line
