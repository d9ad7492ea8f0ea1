"""Killed at any moment, the journal keeps what it acknowledged, and no half of anything.

A kill leaves the operating system alive, so it says nothing of a disk that
loses what it was told to keep: this is about atomicity and the order of
acknowledgements.
"""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from habilis_server.journal import Journal
from tests.journal.nursery import Nursery, recorded
from tests.journal.some_records import NOON, account, put
from tests.journal.writer import FATAL_REQUEST, SIZE

KILLS = 20
WRITERS = 2


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


def test_a1_killed_while_writing_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    chance = random.Random(20220094)  # a moment, not a secret
    told: dict[str, int] = {}
    head = 0
    with Journal.create(tmp_path) as journal, ExitStack() as open_ones:
        nurseries = [open_ones.enter_context(Nursery()) for _ in range(WRITERS)]
        for kill in range(KILLS // WRITERS):
            for number, nursery in enumerate(nurseries):
                nursery.start(tmp_path, f"{kill}-{number}")
            nurseries[0].hear()
            time.sleep(chance.uniform(0, 0.3))
            for nursery in nurseries:
                told |= nursery.kill()

            assert journal.verify() == []
            assert journal.head() >= max(head, *told.values(), 0)
            head = journal.head()
        requests = recorded(journal)

    lost = [request for request in told if told[request] != requests.get(request, [0])[-1]]
    halved = [
        request
        for request, revisions in requests.items()
        if len(revisions) != 1 + int(request.rpartition("-")[2]) % 4
    ]
    print(
        f"\n{KILLS} kills: {len(told)} requests acknowledged, {len(lost)} lost;"
        f" {len(requests)} recorded, {len(halved)} by half; {head} changes, all in one chain"
    )
    assert (lost, halved) == ([], [])
    assert [revision for each in requests.values() for revision in each] == list(range(1, head + 1))
    assert told


# Where the third request is killed, and whether it is recorded then.
STEPS = {
    "before BEGIN": False,
    "after BEGIN": False,
    "before SELECT": False,
    "before INSERT": False,
    "after INSERT": False,
    "before INSERT 2": False,
    "after INSERT 3": False,
    "after INSERT 4": False,
    "before COMMIT": False,
    "after COMMIT": True,
}


@pytest.mark.parametrize(("step", "there"), STEPS.items(), ids=STEPS)
def test_a2_killed_at_each_step_a_request_is_there_whole_or_not_at_all(
    tmp_path: Path, nursery: Nursery, step: str, there: bool
) -> None:
    with Journal.create(tmp_path) as journal:
        nursery.start(tmp_path, "w", step=step)
        told = nursery.until_dead()
        requests = recorded(journal)

        assert told == {"w-0": SIZE, "w-1": 2 * SIZE}
        assert [len(each) for each in requests.values()] == [SIZE] * (3 if there else 2)
        assert journal.verify() == []

        # Who heard no answer asks again, and is answered as if nothing had happened.
        again = [account(FATAL_REQUEST * 10 + place) for place in range(SIZE)]
        asked = journal.append(again, actor="w", request_id="w-2", recorded_at=NOON)
        assert asked == 3 * SIZE == journal.head()
        assert put(journal, account(0), name="next") == 3 * SIZE + 1
