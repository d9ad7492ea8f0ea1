"""`habilis insee`: an index is made, and an establishment shown."""

import json
from pathlib import Path

import pytest

from habilis_server.insee.sample import ESTABLISHMENTS, UNITS
from tests.cli.shell import habilis


def test_an_index_is_made_and_read(tmp_path: Path) -> None:
    index = tmp_path / "register.duckdb"

    made = habilis("insee", "load", ESTABLISHMENTS, "--units", UNITS, "--to", index)
    again = habilis("insee", "load", ESTABLISHMENTS, "--to", index, "--units", UNITS, "--json")
    shown = habilis("insee", "show", "43155257900051", "--insee", index)

    assert (made.code, again.code, shown.code) == (0, 0, 0), made.err + again.err + shown.err
    assert made.out.startswith(
        "15 establishments of `StockEtablissement_utf8.csv`, treated until 2026-01-31 (SHA-256 "
    )
    assert [each["rows"] for each in json.loads(again.out)["sources"]] == [15, 14]
    assert shown.out.splitlines() == [
        *("43155257900051  active", "MB INGENIERIE"),
        *("5 RUE DU BUREAU D ETUDES", "BATIMENT C", "34000 MONTPELLIER"),
    ]


@pytest.mark.parametrize(
    ("siret", "code", "told"),
    [
        ("40483304800022", 0, "40483304800022  active\nname not disclosed\nSETE\nnot open to the"),
        ("38877120600017", 0, "38877120600017  closed\nno name\n3 RUE DU CHANTIER\n34300 AGDE\n"),
        ("21340301700030", 1, "the register has no `21340301700030`"),
        ("2134030170003", 2, "`2134030170003` is no SIRET; it has 14 digits"),
    ],
)
def test_what_is_not_disclosed_or_not_there_is_told(siret: str, code: int, told: str) -> None:
    said = habilis("insee", "show", siret, "--insee", ESTABLISHMENTS)

    assert (said.code, told in said.out + said.err) == (code, True), said.out + said.err
    assert "[ND]" not in said.out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("load", "nowhere.csv", "--to", "x"), 2, "`nowhere.csv` cannot be read: No such file"),
        (("load", UNITS, "--to", "x"), 1, "has no column `siret`"),
        (("load", ESTABLISHMENTS, "--to", "nowhere/x"), 2, "nowhere/"),
        (("load", ESTABLISHMENTS, "--to", ESTABLISHMENTS), 1, "it is not overwritten"),
        (("show", "1" * 14, "--insee", "nowhere"), 2, "`nowhere` cannot be read"),
    ],
)
def test_what_cannot_be_done_is_told(words: tuple[str | Path, ...], code: int, told: str) -> None:
    said = habilis("insee", *words)

    assert (said.code, told in said.err) == (code, True), said.err
