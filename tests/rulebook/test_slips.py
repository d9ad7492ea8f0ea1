"""Each slip that the reader knows, written into the small policy and told in its place."""

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.rulebook.small_policy import FILES, problems_of, with_text

MARK = "‸"


class Slip(NamedTuple):
    """A block of slips.txt."""

    name: str
    file: str
    written: str
    instead: str
    problem: str


def slip(block: str) -> Slip:
    title, *lines = block.strip("\n").split("\n")
    file, _, name = title.partition(": ")
    parts = {sign: "\n".join(line[2:] for line in lines if line.startswith(sign)) for sign in "-+!"}
    return Slip(name, f"rules/{file}.yaml", parts["-"], parts["+"], parts["!"])


TEXT = Path(__file__).with_name("slips.txt").read_text(encoding="utf-8")
SLIPS = [slip(block) for block in TEXT.split("\n== ")[1:]]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_is_told_with_its_place_and_its_remedy(slip: Slip) -> None:
    text = with_text(slip.file, slip.written, slip.instead)[slip.file].decode()
    before, mark, behind = text.partition(MARK)
    assert mark
    line = before.count("\n") + 1
    column = len(before) - before.rfind("\n")

    found = problems_of({**FILES, slip.file: (before + behind).encode()})
    assert f"{slip.file}:{line}:{column}: {slip.problem}" in found


def test_every_slip_is_its_own() -> None:
    assert len({(slip.file, slip.name) for slip in SLIPS}) == len(SLIPS) >= 45
    assert {slip.file for slip in SLIPS} <= FILES.keys()
