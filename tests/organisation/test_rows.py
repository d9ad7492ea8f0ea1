"""Every row of the tables of transitions is tested, both ways."""

import importlib
from pathlib import Path

from tests.conftest import Figure
from tests.organisation.rows import ELSEWHERE, ROWS, TOLD


def test_every_row_is_a_test_both_ways(figure: Figure) -> None:
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path.stem != Path(__file__).stem:
            importlib.import_module(f"tests.organisation.{path.stem}")

    assert {number for number, _ in TOLD} <= {*ROWS}
    assert [
        key for number in ROWS for key in ((number, True), (number, False)) if key not in TOLD
    ] == []
    assert not {*ELSEWHERE} & {*ROWS}
    tests = sum(map(len, TOLD.values()))
    figure(f"{len(ROWS)} rows of domain §5.2 to §5.6, {tests} tests, both ways each")
