"""A6: a file damaged at random is refused or read as it was; it never says anything else."""

import random
from collections import Counter
from pathlib import Path

import pytest

from habilis_server.journal import Journal, JournalBrokenError, JournalError, Timeline
from habilis_server.journal.journal import FILE_NAME
from habilis_server.world import Fact
from tests.conftest import Figure
from tests.journal.some_records import account, minutes, put
from tests.storage.places import Place

VARIANTS = 160
PAGE = 4_096


def facts(folder: Path) -> list[Fact]:
    with Journal.open(folder) as journal:
        return list(Timeline(journal).current(minutes(99)).records())


def damaged(content: bytes, chance: random.Random, number: int) -> bytes:
    spoilt = bytearray(content)
    place = chance.randrange(len(spoilt))
    match number % 4:
        case 0:
            for _ in range(chance.choice([1, 1, 8, 64])):
                spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
        case 1:
            page = place // PAGE * PAGE
            spoilt[page : page + PAGE] = bytes(PAGE)
        case 2:
            del spoilt[max(place, 1) :]
        case _:
            spoilt[place : place + 16] = chance.randbytes(16)
    return bytes(spoilt)


def test_a6_a_damaged_file_never_says_anything_else(tmp_path: Path, figure: Figure) -> None:
    whole = tmp_path / "whole"
    with Journal.create(whole) as journal:
        for number in range(60):
            some = (account(number * 10 + k, active=(number + k) % 3 > 0) for k in range(8))
            put(journal, *some, name=f"r{number}")
    content, expected = (whole / FILE_NAME).read_bytes(), facts(whole)
    chance = random.Random(6)  # damage, not a secret
    told: Counter[str] = Counter()
    for number in range(VARIANTS):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / FILE_NAME).write_bytes(damaged(content, chance, number))
        try:
            told["read as before" if facts(folder) == expected else "wrong"] += 1
        except JournalError:
            told["refused"] += 1
    figure(f"{VARIANTS} damaged files: {dict(told)}, silently wrong {told['wrong']}")
    assert told["wrong"] == 0
    assert told["refused"] > VARIANTS // 2


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path / "data")
    with place.create() as journal:
        for number in range(6):
            put(journal, account(number), name=f"r{number}", at=number, counts=2 * number)
    return place


LOST = {
    "an altered cell": (
        "UPDATE change SET payload = replace(payload, 'active', 'pending') WHERE revision = 3",
        "revision 3 was altered",
    ),
    "a change": ("DELETE FROM change WHERE revision = 3", "6 changes are to be read"),
    "an awaited change": ("DELETE FROM change WHERE revision = 5", "changes are to be read"),
    "the last change": ("DELETE FROM change WHERE revision = 6", "the journal ends at revision 5"),
}


@pytest.mark.parametrize(("statement", "said"), LOST.values(), ids=LOST)
@pytest.mark.parametrize("moment", [20, 7])
def test_what_was_altered_or_lost_is_missed_at_the_start(
    place: Place, statement: str, said: str, moment: int
) -> None:
    place.tamper(statement)
    with (
        place.open() as journal,
        pytest.raises(JournalBrokenError, match=said if moment == 20 else "revision|changes"),
    ):
        Timeline(journal).current(minutes(moment))
