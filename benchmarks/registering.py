"""The national register: loading a large stock into an index, and looking establishments up."""

import random
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import duckdb

from benchmarks.timing import time_each
from habilis_server.insee import Stock, build_index
from habilis_server.insee.sample import ESTABLISHMENTS, UNITS

__all__ = ["measure_registering"]

_ROWS: Final = 3_000_000
_A_COMPANY_HAS: Final = 2
_LOOKUPS: Final = 1_000
_NUMBERS: Final = (
    "CREATE TABLE numbers AS SELECT (range * 7919) % $1 AS shuffled FROM range($1::BIGINT)"
)


def measure_registering(seed: int) -> None:
    """Prints the time of a load from CSV, the size of its index, and the time of a lookup."""
    print(f"\nthe national register, {_ROWS} establishments of {_ROWS // _A_COMPANY_HAS} companies")
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        stock = _stock(folder / "stock.csv", ESTABLISHMENTS, "siret", 100_000, _ROWS)
        units = _stock(folder / "units.csv", UNITS, "siren", 1, _ROWS // _A_COMPANY_HAS)
        start = time.perf_counter()
        build_index(stock, units, folder / "index")
        took = time.perf_counter() - start
        told = sum(path.stat().st_size for path in (stock, units)) / 1e6
        size = (folder / "index").stat().st_size / 1e6
        print(f"load: {took:.0f} s for {told:.0f} MB of CSV; the index has {size:.0f} MB")
        with Stock.open(folder / "index") as register:
            timing = time_each(register.find, partial(_sirets, seed))
    print(f"{'':44} {'p50':>10} {'p99':>10} {'calls':>9}")
    print(f"{'lookup in the index, µs per call':44} {timing}")


def _stock(path: Path, sample: Path, key: str, a_company: int, rows: int) -> Path:
    """As many rows as told, out of order, which differ in what real ones differ in."""
    columns = duckdb.read_csv(str(sample), all_varchar=True).columns
    digits, part = (14, _A_COMPANY_HAS) if key == "siret" else (9, 1)
    number = f"(300000000 + shuffled // {part}) * {a_company}"
    values = {
        key: f"lpad(({number} + shuffled % {part})::VARCHAR, {digits}, '0')",
        "statutDiffusionEtablissement": "if(shuffled % 40 = 0, 'P', 'O')",
        "statutDiffusionUniteLegale": "if(shuffled % 40 = 0, 'P', 'O')",
        "etatAdministratifEtablissement": "if(shuffled % 3 = 0, 'A', 'F')",
        "etatAdministratifUniteLegale": "'A'",
        "dateDernierTraitementEtablissement": "'2026-01-31T08:15:00'",
        "denominationUniteLegale": "'SOCIETE ' || upper(substr(md5(shuffled::VARCHAR), 1, 12))",
        "numeroVoieEtablissement": "(shuffled % 150)::VARCHAR",
        "typeVoieEtablissement": "'RUE'",
        "libelleVoieEtablissement": "'DU ' || upper(substr(md5((shuffled % 50000)::TEXT), 1, 14))",
        "codePostalEtablissement": "lpad((shuffled % 95000)::VARCHAR, 5, '0')",
        "libelleCommuneEtablissement": "'COMMUNE ' || (shuffled % 35000)",
    }
    # A number that has no divisor in common with the rows puts them in another order.
    with duckdb.connect() as database:
        database.execute("SET enable_progress_bar = false")
        database.execute(_NUMBERS, [rows])
        said = ", ".join(f'{values.get(column, "NULL")} AS "{column}"' for column in columns)
        database.table("numbers").project(said).write_csv(str(path), header=True)
    return path


def _sirets(seed: int) -> Iterator[str]:
    """Of some that are there, and some that are not."""
    lots = random.Random(seed)
    for _ in range(_LOOKUPS):
        company, nic = lots.randrange(_ROWS // _A_COMPANY_HAS), lots.randrange(3)
        yield f"{300_000_000 + company}{nic:05d}"
