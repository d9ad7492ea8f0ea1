"""Writers take turns, in all processes together; without turns the database refuses, unharmed."""

import time
from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import Connection

from habilis_companion.databases import postgresql, sqlite
from habilis_server.journal import Journal, JournalBusyError, JournalError
from habilis_server.journal.database import Database
from habilis_server.journal.store import Store
from tests.conftest import Figure
from tests.journal.nursery import Nursery, recorded
from tests.journal.some_records import ANNA, account, put
from tests.storage.places import Place

THREADS = 4
OFFERS = 25


def test_processes_write_one_gapless_row(place: Place, figure: Figure) -> None:
    with place.open() as journal, Nursery() as first, Nursery() as second:
        first.start(place.target, "first", pause=0.01)
        second.start(place.target, "second", pause=0.01)
        written: Counter[str] = Counter()
        while len(written) < 3 or min(written.values()) < 10:
            put(journal, account(0), name=f"own-{journal.head()}")
            written = Counter(change.actor for change in journal.changes() if not change.ordinal)
            time.sleep(0.01)
        told = [first.kill(), second.kill()]
        put(journal, account(0), name="last")
        requests, head = recorded(journal), journal.head()

        assert journal.verify() == []
    assert [revision for each in requests.values() for revision in each] == list(range(1, head + 1))
    assert all(requests[name][-1] == last for each in told for name, last in each.items())
    figure(f"3 processes: {len(requests)} requests, {head} revisions without a gap")


def offer(place: Place) -> tuple[int, int]:
    """Many threads, each with a journal of its own; how many requests went well, how many not."""

    def write(journal: Journal, thread: int) -> int:
        done = 0
        for number in range(OFFERS):
            try:
                put(journal, account(1), account(2), name=f"r{thread}-{number}")
            except JournalError:
                continue
            done += 1
        return done

    with ExitStack() as open_ones:
        journals = [open_ones.enter_context(place.open()) for _ in range(THREADS)]
        pool = open_ones.enter_context(ThreadPoolExecutor(THREADS))
        done = sum(pool.map(write, journals, range(THREADS)))
    return done, THREADS * OFFERS - done


@contextmanager
def without_turns(patch: pytest.MonkeyPatch) -> Generator[None]:
    """Every writer begins whenever he likes, and waits for nobody."""

    def beginning(self: Store) -> Generator[Connection]:
        database: Database = self.database
        with database.told(), database.writing.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection = connection.execution_options(habilis_begin="BEGIN")  # noqa: PLW2901  # the same, begun otherwise
            with connection.begin():
                yield connection

    patch.setattr(Store, "writing", contextmanager(beginning))
    patch.setattr(sqlite, "PATIENCE", 0.2)
    yield
    patch.undo()


def test_without_turns_writers_stand_in_each_others_way_and_harm_nothing(
    place: Place, figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    with without_turns(monkeypatch):
        done, refused = offer(place)
    with place.open() as journal:
        head = journal.head()
        assert journal.verify() == []
    assert head == 2 * done
    assert refused > 0
    with_turns = offer_again(place)
    figure(
        f"{refused} of {done + refused} requests failed without turns, 0 harmed;"
        f" {with_turns} of {done + refused} with them"
    )
    assert with_turns == 0


def offer_again(place: Place) -> int:
    """How many fail; those that were recorded before are answered as at first."""
    return offer(place)[1]


def test_a_writer_who_waits_too_long_is_told_to_try_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (sqlite, postgresql):
        monkeypatch.setattr(module, "PATIENCE", 0.1)
    with place.open() as one, place.open() as other, one.write() as session:
        with pytest.raises(JournalBusyError, match="try again"):
            put(other, ANNA, name="late")
        assert session.head() == 0
    with place.open() as journal:
        assert put(journal, ANNA, name="late") == 1


def test_a_reader_never_waits_for_a_writer_nor_sees_half_of_what_he_writes(
    journal: Journal, place: Place
) -> None:
    put(journal, ANNA, name="r1")
    with place.open() as other, journal.write() as session:
        session.record(
            [(account(number), None) for number in range(5)],
            actor="paul",
            request_id="r2",
            recorded_at=next(other.changes()).recorded_at,
            command="X",
            digest="d",
        )
        assert session.head() == 6
        assert other.head() == 1
        assert [change.revision for change in other.changes()] == [1]
    assert journal.head() == 6
