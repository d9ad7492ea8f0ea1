"""Whichever way the register comes, it says the same."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from habilis_server.insee import Establishment, Registry, SireneApi, Stock, build_index
from habilis_server.insee.columns import ADDRESS_COLUMNS, PERIOD_COLUMNS, UNIT_COLUMNS
from tests.insee.sirene import KEY, answer_for, sirene
from tests.insee.stocks import (
    UNIT_COLUMNS as PUBLISHED_UNIT_COLUMNS,
)
from tests.insee.stocks import Row, as_gzip, as_parquet, as_zip, establishment, unit, write

NAMES = ("", "[ND]", "SETE", " RUE  DES ARTS", 'MAISON, "FILLE"', "ÉTÉ", "00042", "NULL", "O'NEIL")
COMPANIES = ("000000001", "213403017", "999999999")
LINES = st.sampled_from(NAMES)


def _siret(siren: str, nic: int) -> str:
    return f"{siren}{nic:05d}"


@st.composite
def companies(draw: st.DrawFn) -> Mapping[str, Row]:
    """Each of the companies, in any state."""
    texts = [column for column in UNIT_COLUMNS if column.startswith(("d", "n", "p"))]
    return {
        siren: unit(
            siren,
            statutDiffusionUniteLegale=draw(st.sampled_from("OP")),
            etatAdministratifUniteLegale=draw(st.sampled_from("AC")),
            **{column: draw(LINES) for column in texts},
        )
        for siren in COMPANIES
    }


@st.composite
def establishments(draw: st.DrawFn) -> list[Row]:
    """Some of these companies', in any state and in any order."""
    sirets = st.builds(_siret, st.sampled_from(COMPANIES), NICS)
    # Many at once, for it is making the files that takes its time.
    texts = [column for column in (*ADDRESS_COLUMNS, *PERIOD_COLUMNS) if column[0] != "e"]
    return [
        establishment(
            siret,
            statutDiffusionEtablissement=draw(st.sampled_from("OPN")),
            etatAdministratifEtablissement=draw(st.sampled_from("AF")),
            **{column: draw(LINES) for column in texts},
        )
        for siret in draw(st.lists(sirets, min_size=20, max_size=60, unique=True))
    ]


NICS = st.integers(0, 99_999)


def answers(register: Registry, sirets: list[str]) -> list[Establishment | None]:
    return [register.find(siret) for siret in sirets]


@settings(max_examples=3)
@given(rows=establishments(), units=companies(), missing=NICS)
def test_every_adapter_says_the_same(
    rows: list[Row], units: Mapping[str, Row], missing: int
) -> None:
    sirets = [*(row["siret"] for row in rows), f"{COMPANIES[0]}{missing:05d}"]
    known = {row["siret"]: answer_for(row, units[row["siren"]]) for row in rows}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stock = write(folder / "stock.csv", rows)
        company = write(folder / "units.csv", units.values(), PUBLISHED_UNIT_COLUMNS)
        build_index(stock, company, folder / "index")
        api = stack.enter_context(sirene(known=known))
        registers: list[SireneApi | Stock] = [
            SireneApi(KEY, api.url, patience=60),
            Stock.open(folder / "index"),
            Stock.read(stock, company),
            Stock.read(as_gzip(stock), as_gzip(company)),
            Stock.read(as_zip(stock), as_zip(company)),
            Stock.read(as_parquet(stock), as_parquet(company)),
        ]
        heard = [answers(register, sirets) for register in registers]
        for register in registers:
            register.close()

    assert all(each == heard[0] for each in heard)
    assert [each is not None for each in heard[0][:-1]] == [True] * len(rows)
    assert "[ND]" not in repr(heard[0])
