"""The benchmarks run: small here, by the same code as for a nation."""

import pytest

from benchmarks.nation import measure_nation

LINES = (
    "portable facts",
    "habilis import",
    "habilis snapshot",
    "start, until it answers",
    "held then",
    "middle p50 of the nation over the small world",
    "Check, while nobody writes",
    "Check, at 10 changes a second",
    "a change, until it is recorded and counts",
    "held after that",
)


def test_a_nation_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    measure_nation(300, 100, 1, calls=10, writes=2)
    told = capsys.readouterr().out.splitlines()

    assert [line for line in LINES if not any(each.startswith(line) for each in told)] == []
