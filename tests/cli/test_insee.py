"""`habilis insee`: an index is made, and an establishment shown."""

import json
from pathlib import Path

import pytest

from habilis_server.insee.sample import ESTABLISHMENTS, UNITS
from tests.cli.shell import habilis
from tests.insee.sirene import KEY, answer_for, headed, sirene
from tests.insee.stocks import establishment, unit


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


def test_insee_itself_is_asked_with_a_key_that_no_command_line_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    siret, key_file = "43155257900051", tmp_path / "key"
    key_file.write_text(f"{KEY}\n")
    row, company = establishment(siret), unit(siret[:9], denominationUniteLegale="MB INGENIERIE")
    with sirene(known={siret: answer_for(row, company)}) as api:
        by_file = habilis("insee", "show", siret, "--insee", api.url, "--insee-key-file", key_file)
        monkeypatch.setenv("HABILIS_INSEE_KEY", KEY)
        by_variable = habilis("insee", "show", siret, "--insee", api.url)

    assert by_file.out == by_variable.out == f"{siret}  active\nMB INGENIERIE\n", by_file.err
    assert {key for _, key in api.asked} == {KEY}


def test_the_silence_of_insee_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HABILIS_INSEE_KEY", KEY)
    with sirene(headed(401)) as api:
        said = habilis("insee", "show", "1" * 14, "--insee", api.url)

    assert (said.code, said.out) == (4, "")
    assert "INSEE's API does not take the key" in said.err
    assert KEY not in said.err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("show", "1" * 14, "--insee", "api"), 2, "wants a key: give `--insee-key-file FILE`"),
        (("show", "1" * 14), 4, "start it with `--insee`"),
        (
            ("show", "1" * 14, "--insee", "api", "--insee-key-file", "nowhere"),
            *(2, "`nowhere` cannot be read"),
        ),
        (
            ("show", "1" * 14, "--insee", "http://a.example", "--insee-key-file", __file__),
            *(2, "`http://a.example` does not begin with https://"),
        ),
        (
            ("show", "1" * 14, "--insee", "api", "--insee-key-file", __file__),
            *(2, "one word of plain letters and digits"),
        ),
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
