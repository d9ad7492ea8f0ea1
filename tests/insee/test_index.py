"""The index of the stock: whole, or the one before it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from habilis_server.insee import Stock, StockFileError, build_index
from habilis_server.insee.sample import ESTABLISHMENTS, UNITS
from tests.insee.stocks import establishment, write

HALL, FIRM = "21340301700014", "43155257900051"


def test_an_index_says_where_it_comes_from(tmp_path: Path) -> None:
    index = tmp_path / "register.duckdb"
    made = build_index(ESTABLISHMENTS, UNITS, index)

    with Stock.open(index) as stock:
        assert stock.sources == made
    assert [(each.kind, each.name, each.rows, each.updated) for each in made] == [
        ("establishments", "StockEtablissement_utf8.csv", 15, "2026-01-31"),
        ("units", "StockUniteLegale_utf8.csv", 14, "2026-01-31"),
    ]
    assert [each.size for each in made] == [p.stat().st_size for p in (ESTABLISHMENTS, UNITS)]
    assert all(len(each.sha256) == 64 for each in made)
    assert [each.name for each in tmp_path.iterdir()] == ["register.duckdb"]


def test_who_reads_the_former_index_goes_on(tmp_path: Path) -> None:
    index = tmp_path / "register.duckdb"
    build_index(ESTABLISHMENTS, UNITS, index)
    new = write(tmp_path / "new.csv", [establishment(FIRM, etatAdministratifEtablissement="F")])
    with Stock.open(index) as former:
        build_index(new, None, index)

        assert former.find(HALL) is not None

    with Stock.open(index) as stock:
        found = stock.find(FIRM)
        assert stock.find(HALL) is None
    assert found is not None
    assert not found.active


def test_a_file_at_fault_leaves_the_former_index(tmp_path: Path) -> None:
    index = tmp_path / "register.duckdb"
    build_index(ESTABLISHMENTS, UNITS, index)
    former = index.read_bytes()
    wrong = write(tmp_path / "wrong.csv", [establishment("1")])

    with pytest.raises(StockFileError, match="is no SIRET"):
        build_index(wrong, None, index)
    with pytest.raises(StockFileError, match="has no column `nomUniteLegale`"):
        build_index(ESTABLISHMENTS, wrong.rename(tmp_path / "x"), index)

    assert index.read_bytes() == former
    assert sorted(each.name for each in tmp_path.iterdir()) == ["register.duckdb", "x"]


def a_file(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def other_database(path: Path) -> None:
    with duckdb.connect(path) as database:
        database.execute("CREATE TABLE precious (thing VARCHAR)")


@pytest.mark.parametrize(
    "make",
    [
        a_file(b"precious"),
        a_file(ESTABLISHMENTS.read_bytes()),
        a_file(b"12345678DUCK and nothing more"),
        other_database,
    ],
)
def test_nothing_but_an_index_is_replaced(tmp_path: Path, make: Callable[[Path], object]) -> None:
    path = tmp_path / "precious"
    make(path)
    before = path.read_bytes()

    with pytest.raises(StockFileError):
        build_index(ESTABLISHMENTS, UNITS, path)

    assert path.read_bytes() == before


def test_an_index_of_another_form_is_not_read_but_replaced(tmp_path: Path) -> None:
    index = tmp_path / "register.duckdb"
    build_index(ESTABLISHMENTS, None, index)
    with duckdb.connect(index) as database:
        database.execute("UPDATE habilis_insee SET form = 99")
    with pytest.raises(StockFileError, match="form of another Habilis"):
        Stock.open(index)

    build_index(ESTABLISHMENTS, None, index)

    Stock.open(index).close()


def test_a_load_that_is_killed_leaves_the_former_index(tmp_path: Path) -> None:
    index, stock = tmp_path / "register.duckdb", tmp_path / "stock.csv"
    build_index(ESTABLISHMENTS, UNITS, index)
    former = index.read_bytes()
    write(stock, (establishment(f"{number:014d}") for number in range(60_000)))
    command = [sys.executable, "-m", "habilis", "insee", "load", str(stock)]
    command += ["--to", str(index)]
    for wait in (0.0, 0.3):
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as loading:
            while not any(tmp_path.glob(".register.duckdb.*")):
                assert loading.poll() is None
            time.sleep(wait)
            os.kill(loading.pid, signal.SIGKILL)
        if index.read_bytes() != former:  # it was quicker
            break

    with Stock.open(index) as register:
        assert (register.find(HALL) is None) == (register.find(f"{7:014d}") is not None)


def test_many_threads_and_processes_read_at_once(tmp_path: Path) -> None:
    index = tmp_path / "register.duckdb"
    build_index(ESTABLISHMENTS, UNITS, index)
    code = "import sys, pathlib; from habilis_server.insee import Stock;"
    code += "print(Stock.open(pathlib.Path(sys.argv[1])).find(sys.argv[2]).name)"
    ready = threading.Barrier(4)
    with Stock.open(index) as register, ThreadPoolExecutor(4) as threads:

        def ask(siret: str) -> set[str]:
            ready.wait(timeout=30)
            return {found.name for _ in range(50) if (found := register.find(siret))}

        asked = [threads.submit(ask, each) for each in (HALL, FIRM, HALL, FIRM)]
        told = subprocess.run(
            [sys.executable, "-c", code, index, FIRM], capture_output=True, text=True, check=True
        )

        assert [each.result(timeout=30) for each in asked] == [
            {"COMMUNE DE SETE"},
            {"MB INGENIERIE"},
        ] * 2
    assert told.stdout == "MB INGENIERIE\n"
