"""Killed at any moment, a writer leaves all that was acknowledged and no half of anything.

A kill leaves the operating system alive: this is about atomicity and the order
of acknowledgements, not about a disk that loses what it was told to keep.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from habilis_server.journal import Journal, JournalError
from tests.conftest import Figure
from tests.journal.nursery import Nursery, recorded
from tests.journal.some_records import NOON, account, put
from tests.journal.writer import FATAL_REQUEST, SIZE
from tests.storage.places import Place
from tests.storage.server import Server, running_server

ROUNDS = 52
WRITERS = 2
LONGEST = 0.04
"""Seconds for which a writer is let write, at most."""


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


def halved(requests: dict[str, list[int]]) -> list[str]:
    return [
        request
        for request, revisions in requests.items()
        if len(revisions) != 1 + int(request.rpartition("-")[2]) % 4
    ]


def test_a1_killed_while_writing_nothing_acknowledged_is_lost(place: Place, figure: Figure) -> None:
    chance = random.Random(20220094)  # a moment, not a secret
    told: dict[str, int] = {}
    head = 0
    with place.open() as journal, ExitStack() as open_ones:
        nurseries = [open_ones.enter_context(Nursery()) for _ in range(WRITERS)]
        for turn in range(ROUNDS):
            for number, nursery in enumerate(nurseries):
                nursery.start(place.target, f"{turn}-{number}")
            if not turn % 4:
                nurseries[0].hear()
            time.sleep(chance.uniform(0, LONGEST))
            for nursery in nurseries:
                told |= nursery.kill()
            assert journal.head() >= max(head, *told.values(), 0)
            head = journal.head()
        assert put(journal, account(0), name="next-0") == journal.head() >= head
        assert journal.verify() == []
        requests = recorded(journal)

    lost = [name for name in told if told[name] != requests.get(name, [0])[-1]]
    figure(
        f"{ROUNDS * WRITERS} kills: {len(told)} requests acknowledged, {len(lost)} lost;"
        f" {len(requests)} recorded, {len(halved(requests))} half applied"
    )
    assert (lost, halved(requests)) == ([], [])
    assert len(told) > ROUNDS // 4


# Where the third request is killed, and whether it is recorded then. PostgreSQL
# begins with the statement that takes the turn; SQLite's turn is the beginning.
STEPS = {
    "before SELECT": False,
    "after SELECT": False,
    "after SELECT 2": False,
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
    place: Place, nursery: Nursery, step: str, there: bool
) -> None:
    with place.open() as journal:
        nursery.start(place.target, "w", step=step)
        told = nursery.until_dead()
        # Who waits for the turn waits until the database has noticed the death.
        again = [account(FATAL_REQUEST * 10 + place) for place in range(SIZE)]
        before = {name: len(each) for name, each in recorded(journal).items()}
        asked = journal.append(again, actor="w", request_id="w-2", recorded_at=NOON)

        assert told == {"w-0": SIZE, "w-1": 2 * SIZE}
        assert before == dict.fromkeys(["w-0", "w-1", "w-2"][: 3 if there else 2], SIZE)
        assert asked == 3 * SIZE == journal.head()
        assert put(journal, account(0), name="next") == 3 * SIZE + 1
        assert journal.verify() == []


def insisting(write: Callable[[], int], patience: float = 60) -> tuple[int, int]:
    """Offer the same request until it is answered; the answer, and the failures on the way."""
    end, failures = time.monotonic() + patience, 0
    while True:
        try:
            return write(), failures
        except JournalError:
            failures += 1
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


@pytest.mark.xdist_group("postgresql")
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_d5_connections_cut_by_the_server_lose_and_double_nothing(
    place: Place, server: Server, figure: Figure
) -> None:
    stop, cuts = threading.Event(), 0
    name = str(place.target).rpartition("/")[2]

    def cut() -> None:
        nonlocal cuts
        while not stop.wait(0.05):
            server.cut(name)
            cuts += 1

    thread = threading.Thread(target=cut)
    thread.start()
    answers: list[int] = []
    failures = 0
    try:
        with place.open() as journal:
            while cuts < 20 or not failures:
                number = len(answers)
                answer, failed = insisting(
                    lambda: put(journal, account(1), account(2), name=f"r-{number}")  # noqa: B023  # called at once
                )
                answers.append(answer)
                failures += failed
    finally:
        stop.set()
        thread.join()
    with place.open() as journal:
        requests = recorded(journal)
        assert journal.verify() == []
    figure(
        f"{cuts} times all connections cut, {failures} failures told: {len(answers)} requests"
        f" acknowledged, {len(requests)} recorded once each, 0 lost"
    )
    assert [each[-1] for each in requests.values()] == answers
    assert all(len(each) == 2 for each in requests.values())


@pytest.mark.xdist_group("postgresql")
def test_d5_a_server_killed_under_load_loses_and_doubles_nothing(figure: Figure) -> None:
    """Its processes are stopped at once, as in a crash, and it recovers when it is started."""
    crashes, answers, failures = 3, list[int](), 0
    with running_server() as server:
        url = server.database()
        Journal.create(url).close()
        with Journal.open(url) as journal:
            for _ in range(crashes):
                thread = threading.Timer(0.1, server.crash)
                thread.start()
                until = len(answers) + 5
                while thread.is_alive() or len(answers) < until:
                    number = len(answers)
                    answer, failed = insisting(
                        lambda: put(journal, account(1), account(2), name=f"r-{number}")  # noqa: B023  # called at once
                    )
                    answers.append(answer)
                    failures += failed
                thread.join()
            requests = recorded(journal)
            assert journal.verify() == []
    figure(
        f"{crashes} crashes of the server, {failures} failures told: {len(answers)} requests"
        f" acknowledged, {len(requests)} recorded once each, 0 lost"
    )
    assert [each[-1] for each in requests.values()] == answers
    assert all(len(each) == 2 for each in requests.values())
