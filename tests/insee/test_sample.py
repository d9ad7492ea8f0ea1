"""The small stock of our own: complete, in two formats, and of the portal's cases."""

import json
from pathlib import Path

import duckdb
import pytest
from stdnum.fr import siret as check

from habilis_server.insee.sample import ESTABLISHMENTS, UNITS, sample
from habilis_server.locations import policy_directory
from tests.insee.stocks import as_parquet


@pytest.mark.parametrize("path", [ESTABLISHMENTS, UNITS])
def test_both_formats_hold_the_same_rows(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    shipped = duckdb.read_parquet(str(path.with_suffix(".parquet")))
    made = duckdb.read_parquet(str(as_parquet(copy)))

    assert (shipped.columns, shipped.types) == (made.columns, made.types)
    assert shipped.fetchall() == made.fetchall(), "as_parquet of tests/insee/stocks.py makes it"


def test_it_knows_every_structure_of_the_cases() -> None:
    lines = (policy_directory() / "cases" / "facts.jsonl").read_text(encoding="utf-8")
    facts = [json.loads(line) for line in lines.splitlines()]
    names = {
        fact["id"]: fact["name"]
        for fact in facts
        if fact["kind"] == "structure" and fact["identifier_type"] == "SIRET"
    }
    with sample() as register:
        found = {siret: register.find(siret) for siret in names}

    assert {siret: each.name for siret, each in found.items() if each} == names
    assert len(names) == 9


def test_its_numbers_are_written_as_numbers_are() -> None:
    numbers = duckdb.read_csv(str(ESTABLISHMENTS), all_varchar=True).project("siret, siren, nic")

    for siret, siren, nic in numbers.fetchall():
        assert check.is_valid(siret)
        assert siret == siren + nic


@pytest.mark.parametrize(
    ("siret", "told"),
    [
        ("11000201100044", ("SERVICES DE L'ETAT", True, False)),
        ("38877120600017", ("ANCIENS CHANTIERS", False, False)),
        ("40483304800022", ("", True, True)),
        ("81234560100015", ("JEANNE ROUX", True, False)),
    ],
)
def test_it_has_one_of_every_sort(siret: str, told: tuple[str, bool, bool]) -> None:
    with sample() as register:
        found = register.find(siret)

    assert found is not None
    assert (found.name, found.active, found.undisclosed) == told
