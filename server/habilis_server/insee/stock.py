"""The register from SIRENE's stock: an extract in memory, or the whole nation in an index."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, Self

import duckdb

from habilis_server.insee.columns import UnreadableError, establishment_from
from habilis_server.insee.files import StockFileError, is_index
from habilis_server.insee.registry import Establishment, RegistryUnavailableError, is_siret
from habilis_server.insee.staging import ESTABLISHMENTS, UNITS, Source, take_in

__all__ = ["Stock", "build_index"]

_FORM: Final = 1
"""The form of an index; one of another form is made anew."""

_LARGEST_EXTRACT: Final = 100_000_000
_NO_INDEX: Final = "is no index of the register"
_OTHER_FORM: Final = "has the form of another Habilis; make it anew with `habilis insee load`"
_COMPANY: Final = 100_000
"""A SIRET is the SIREN of a company and five digits."""

# Nothing is fetched from anywhere, and building sorts on the disk what exceeds the memory.
_Config = dict[str, str | bool | int | float | list[str]]
_ALONE: Final[_Config] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_READING: Final[_Config] = {**_ALONE, "threads": 1, "memory_limit": "256MB"}
_BUILDING: Final[_Config] = {**_ALONE, "memory_limit": "2GB"}

_FIND: Final = (
    f"SELECT {', '.join((*ESTABLISHMENTS.kept, *UNITS.kept))}, siren"  # noqa: S608  # no input
    " FROM (SELECT * FROM establishments WHERE siret = $siret)"
    " LEFT JOIN (SELECT * FROM units WHERE siren = $siren) ON true"
)
_BEGINNING: Final = """
SET enable_progress_bar = false;
CREATE TABLE habilis_insee (form INTEGER);
CREATE TABLE sources (
    kind VARCHAR, name VARCHAR, size BIGINT, sha256 VARCHAR, "rows" BIGINT, updated VARCHAR
);
"""


class Stock:
    """The establishments of stock files. Lookups change nothing, and any thread may ask."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        kept = connection.table("sources")
        rows = [dict(zip(kept.columns, row, strict=True)) for row in kept.fetchall()]
        self.sources: Sequence[Source] = [Source(**row) for row in rows]

    @classmethod
    def open(cls, path: Path) -> Self:
        """The index, or the stock file of an extract, that `path` is.

        Raises StockFileError for a file that is neither, OSError for one that
        can't be read.
        """
        if not is_index(path):
            return cls.read(path)
        connection, form = _opened_index(path)
        if form != _FORM:
            connection.close()
            raise StockFileError(path, _NO_INDEX if form is None else _OTHER_FORM)
        return cls(connection)

    @classmethod
    def read(cls, path: Path, units: Path | None = None) -> Self:
        """An extract, kept in memory. Raises as `open` does."""
        if path.stat().st_size > _LARGEST_EXTRACT:
            raise StockFileError(
                path, "is too large to be kept in memory; `habilis insee load` makes an index of it"
            )
        with TemporaryDirectory(prefix="habilis-insee-") as aside:
            return cls(_built(":memory:", path, units, Path(aside)))

    def find(self, siret: str) -> Establishment | None:
        if not is_siret(siret):
            return None
        number = int(siret)
        try:
            with self._connection.cursor() as cursor:
                asked = {"siret": number, "siren": number // _COMPANY}
                row = cursor.execute(_FIND, asked).fetchone()
            return None if row is None else _establishment(siret, row)
        except (duckdb.Error, UnreadableError) as error:
            raise RegistryUnavailableError(f"the index of the register: {error}") from error

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def build_index(path: Path, units: Path | None, to: Path) -> Sequence[Source]:
    """Makes an index of stock files at `to`, in place of the one that is there, all or nothing.

    Whoever reads the former one goes on reading it. Raises as `Stock.open` does.
    """
    _check_replaceable(to)
    with TemporaryDirectory(prefix=f".{to.name}.", dir=to.parent) as aside:
        made = Path(aside) / "index"
        _built(made, path, units, Path(aside)).close()
        with Stock.open(made) as stock:
            sources = stock.sources
        with made.open("rb") as file:
            os.fsync(file.fileno())
        made.replace(to)
    return sources


def _check_replaceable(path: Path) -> None:
    """Whatever else has that name is not overwritten."""
    if not path.exists():
        return
    if not is_index(path):
        raise StockFileError(path, f"{_NO_INDEX}; it is not overwritten")
    connection, form = _opened_index(path)
    connection.close()
    if form is None:
        raise StockFileError(path, f"{_NO_INDEX}; it is not overwritten")


def _opened_index(path: Path) -> tuple[duckdb.DuckDBPyConnection, int | None]:
    """The database and the form of the index in it, None if it is another's."""
    try:
        connection = duckdb.connect(path, read_only=True, config=_READING)
    except duckdb.Error as error:
        raise StockFileError(path, _first_line(error)) from error
    try:
        rows = connection.table("habilis_insee").fetchall()
    except duckdb.Error:
        rows = []
    return connection, rows[0][0] if len(rows) == 1 else None


def _built(
    place: Path | str, path: Path, units: Path | None, aside: Path
) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(place, config={**_BUILDING, "temp_directory": str(aside / "spill")})
    try:
        connection.execute(_BEGINNING)
        sources = [take_in(connection, ESTABLISHMENTS, path, aside)]
        if units is None:
            connection.execute(_no_units())
        else:
            sources.append(take_in(connection, UNITS, units, aside))
        connection.executemany(
            "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?)", [astuple(each) for each in sources]
        )
        connection.execute("INSERT INTO habilis_insee VALUES (?)", [_FORM])
    except BaseException:
        connection.close()
        raise
    return connection


def _no_units() -> str:
    return f"CREATE TABLE units (siren BIGINT, {', '.join(f'{c} VARCHAR' for c in UNITS.kept)})"


def _establishment(siret: str, row: Sequence[object]) -> Establishment:
    *values, siren = row
    told: Mapping[str, object] = dict(zip((*ESTABLISHMENTS.kept, *UNITS.kept), values, strict=True))
    return establishment_from(siret, told, told if siren is not None else {})


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
