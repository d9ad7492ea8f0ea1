"""A request is recorded once, whole, in its order, on either database alike."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from habilis_companion.outbox import Notice
from habilis_server.journal import (
    ChangeRefusedError,
    Journal,
    JournalError,
    Recorded,
    RequestIdReusedError,
    Timeline,
    WriteSession,
    effects,
    session,
    store,
)
from habilis_server.journal import journal as journal_module
from habilis_server.journal.changes import Row
from habilis_server.world import Record
from tests.conftest import Figure
from tests.journal.some_records import ANNA, AT_DESK, GONE, NOON, account, minutes, put
from tests.storage.places import Place
from tests.storage.server import Server

PAGED = ("_ROWS", "_ENDINGS")
NOTICE = Notice(event="r1:0", recipient="anna@example.org", template="t")


def record(
    session: WriteSession,
    *steps: tuple[Record, datetime | None],
    name: str = "r1",
    notices: Sequence[Notice] = (),
) -> Recorded:
    return session.record(
        steps or [(ANNA, None), (AT_DESK, None)],
        actor="paul",
        request_id=name,
        recorded_at=NOON,
        command="AttachUser",
        causes=["c"] * (len(steps) or 2),
        digest="d",
        made="anna",
        notices=notices,
    )


# Asking again: the same, or what differs; whether it is answered as at first.
AGAIN: dict[str, tuple[dict[str, str], bool]] = {
    "the same": ({}, True),
    "another actor": ({"actor": "bea"}, False),
    "another content": ({"digest": "e"}, False),
    "another case of the actor": ({"actor": "Paul"}, False),
    "a content of another length": ({"digest": "d "}, False),
}


@pytest.mark.parametrize(("other", "answered"), AGAIN.values(), ids=AGAIN)
@pytest.mark.parametrize("later", ["at once", "reopened", "after others"])
def test_a_request_offered_again(
    place: Place, other: dict[str, str], answered: bool, later: str
) -> None:
    with place.open() as journal:
        with journal.write() as writing:
            first = record(writing)
            if later == "at once":
                again(writing, first, other, answered=answered)
        if later == "after others":
            put(journal, account(1), name="r2")
    with place.open() as journal, journal.write() as writing:
        again(writing, first, other, answered=answered)
        assert writing.head() == (3 if later == "after others" else 2)


def again(writing: WriteSession, first: Recorded, other: dict[str, str], *, answered: bool) -> None:
    asked = {"actor": "paul", "digest": "d", **other}
    if answered:
        assert writing.outcome("r1", **asked) == first == Recorded(revision=2, made="anna")
    else:
        with pytest.raises(RequestIdReusedError):
            writing.outcome("r1", **asked)


def test_a_request_never_made_has_no_outcome(journal: Journal) -> None:
    with journal.write() as writing:
        assert writing.outcome("r1", actor="paul", digest="d") is None


def test_many_who_offer_one_request_are_answered_alike(place: Place) -> None:
    def offer(number: int) -> int:
        with place.open() as journal:
            return put(journal, ANNA, AT_DESK, name=f"r{number % 4}")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(offer, range(16)))
    with place.open() as journal:
        assert journal.head() == 8
        assert journal.verify() == []
    assert {answers[number] for number in range(16)} == {2, 4, 6, 8}
    assert all(answers[number] == answers[number % 4] for number in range(16))


def fail_after_recording(journal: Journal) -> None:
    with journal.write() as writing:
        record(writing, notices=[NOTICE])
        raise ValueError("on the way")


def fail_by_an_event_told_twice(journal: Journal) -> None:
    with journal.write() as writing:
        record(writing, notices=[NOTICE, NOTICE])


def fail_by_a_request_recorded_twice(journal: Journal) -> None:
    with journal.write() as writing:
        record(writing)
        record(writing)


def fail_by_a_bad_record(journal: Journal) -> None:
    with journal.write() as writing:
        record(writing, (ANNA, None), (account(1), NOON - timedelta(seconds=1)))


def fail_by_nothing_to_record(journal: Journal) -> None:
    with journal.write() as writing:
        record(writing, notices=[NOTICE])
        writing.record([], actor="p", request_id="r2", recorded_at=NOON, command="X", digest="d")


FAILURES = [
    fail_after_recording,
    fail_by_an_event_told_twice,
    fail_by_a_request_recorded_twice,
    fail_by_a_bad_record,
    fail_by_nothing_to_record,
]


@pytest.mark.parametrize("fail", FAILURES, ids=lambda each: each.__name__)
def test_what_fails_leaves_nothing_and_the_next_goes_well(
    journal: Journal, fail: Callable[[Journal], None]
) -> None:
    with pytest.raises((ValueError, JournalError)):
        fail(journal)
    assert (journal.head(), journal.outbox.waiting()) == (0, 0)

    with journal.write() as writing:
        assert writing.outcome("r1", actor="paul", digest="d") is None
        assert record(writing, notices=[NOTICE]).revision == 2
    assert (journal.head(), journal.outbox.waiting()) == (2, 1)
    assert journal.verify() == []


@pytest.mark.parametrize("table", ["change", "request", "notice"])
def test_a_database_that_fails_on_the_way_leaves_nothing(
    place: Place, journal: Journal, table: str
) -> None:
    """The last record, the request's own row or its notice cannot be written."""
    body = "NEW.ordinal = 1" if table == "change" else "1 = 1"
    if place.sqlite:
        place.run(
            f"CREATE TRIGGER full AFTER INSERT ON {table} WHEN {body}"
            " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    else:
        place.run(
            "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RAISE EXCEPTION ''the disk is full''; END'",
            f"CREATE TRIGGER no AFTER INSERT ON {table} FOR EACH ROW WHEN ({body})"
            " EXECUTE FUNCTION no()",
        )
    with pytest.raises(JournalError, match="the disk is full"), journal.write() as writing:
        record(writing, notices=[NOTICE])

    assert (journal.head(), journal.outbox.waiting()) == (0, 0)
    with journal.write() as writing:
        assert writing.outcome("r1", actor="paul", digest="d") is None


SIZES = [1, 4, 5, 6, 10, 11]
"""Around a page of five rows, and two."""


@pytest.mark.parametrize("size", SIZES)
def test_pages_leave_nothing_out(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    small_pages(monkeypatch)
    put(journal, *map(account, range(size)), name="many")
    put(journal, *map(account, range(size)), name="again", at=1)

    def revisions(after: int = 0, until: int | None = None) -> list[int]:
        return [change.revision for change in journal.changes(after, until)]

    assert revisions() == list(range(1, 2 * size + 1))
    assert revisions(after=size) == list(range(size + 1, 2 * size + 1))
    assert revisions(after=1, until=size) == list(range(2, size + 1))
    assert revisions(after=2 * size) == []
    assert len(Timeline(journal).current(minutes(1)).accounts) == size
    assert journal.verify() == []


def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five rows a page. The statements built before have their limit within."""
    for module in (store, session):
        monkeypatch.setattr(module, "PAGE", 5)
    for module, name in ((effects, "_RECORDS"), *((journal_module, each) for each in PAGED)):
        monkeypatch.setattr(module, name, getattr(module, name).limit(None).limit(5))


def test_a_writer_between_two_pages_is_not_waited_for(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pages(monkeypatch)
    put(journal, *map(account, range(7)), name="many")
    reading = journal.changes()
    seen = [next(reading).revision]
    put(journal, ANNA, name="meanwhile")
    seen += [change.revision for change in reading]

    assert seen == list(range(1, 9))


# When each of five changes is recorded and counts, in minutes; the order in which they count.
ORDERS = {
    "as recorded": ([(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)], [1, 2, 3, 4, 5]),
    "backwards": ([(0, 9), (0, 8), (0, 7), (0, 6), (0, 5)], [5, 4, 3, 2, 1]),
    "at one moment": ([(0, 5), (1, 5), (2, 5), (3, 5), (5, 5)], [1, 2, 3, 4, 5]),
    "one deferred": ([(0, 9), (1, 1), (2, 2), (3, 3), (4, 4)], [2, 3, 4, 5, 1]),
    "hours of two digits": ([(0, 600), (0, 60), (0, 6), (0, 6_000), (0, 0)], [5, 3, 2, 1, 4]),
    "a lagging clock": ([(5, 5), (0, 0), (6, 6), (1, 7), (6, 6)], [1, 2, 3, 5, 4]),
}


@pytest.mark.parametrize(("times", "order"), ORDERS.values(), ids=ORDERS)
def test_changes_count_in_their_order(
    journal: Journal, times: list[tuple[int, int]], order: list[int]
) -> None:
    for number, (at, counts) in enumerate(times):
        put(journal, account(number), name=f"r{number}", at=at, counts=counts)
    timeline = Timeline(journal)
    early = minutes(-1)
    recorded = [change.recorded_at for change in journal.changes()]
    in_order = sorted(journal.changes(), key=lambda each: (each.effective_at, each.revision))

    assert recorded == sorted(recorded)
    assert [change.revision for change in in_order] == order
    pending = effects.Effects(journal.store).pending(f"{early:%Y}", journal.head())
    assert [change.revision for change in pending] == order
    assert len(timeline.latest().accounts) == 5


MOMENTS = {
    "a microsecond": datetime(2026, 3, 3, 12, 0, 0, 1, tzinfo=UTC),
    "the last of a second": datetime(2026, 3, 3, 12, 0, 0, 999_999, tzinfo=UTC),
    "the first day": datetime(1, 1, 1, tzinfo=UTC),
    "the last": datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    "a leap day": datetime(2028, 2, 29, tzinfo=UTC),
}


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_a_moment_is_kept_to_the_microsecond(journal: Journal, moment: datetime) -> None:
    journal.append([ANNA], actor="paul", request_id="r", recorded_at=moment)
    (change,) = journal.changes()

    assert (change.recorded_at, change.effective_at) == (moment, moment)
    assert "anna" in Timeline(journal).at(moment).accounts
    if moment > MOMENTS["the first day"]:
        before = moment - timedelta(microseconds=1)
        assert "anna" not in Timeline(journal).at(before).accounts


@pytest.mark.parametrize("early", [1, 1_000_000, 86_400_000_000], ids="{} µs".format)
def test_nothing_counts_before_it_is_recorded(journal: Journal, early: int) -> None:
    with pytest.raises(ChangeRefusedError):
        journal.append(
            [ANNA],
            actor="paul",
            request_id="r",
            recorded_at=NOON,
            effective_at=NOON - timedelta(microseconds=early),
        )
    assert journal.head() == 0


def some_history(journal: Journal, seed: int) -> list[Row]:
    chance = random.Random(seed)  # histories, not secrets
    fixed: tuple[Record, ...] = (ANNA, AT_DESK, GONE)
    for number in range(30):
        records: list[Record] = [
            chance.choice((*fixed, account(chance.randrange(9))))
            for _ in range(chance.randint(1, 4))
        ]
        at = minutes(number + chance.choice([0, 0, -3]))
        steps = [(each, chance.choice([None, at + timedelta(minutes=5)])) for each in records]
        with journal.write() as writing:
            writing.record(
                steps,
                actor=chance.choice(["paul", "béa"]),
                request_id=f"r{number}",
                recorded_at=at,
                command="X",
                causes=[chance.choice(["", "c1"]) for _ in steps],
                digest=f"d{number}",
            )
    return list(journal.rows())


@pytest.mark.xdist_group("postgresql")
@pytest.mark.parametrize("seed", range(4))
def test_both_databases_hold_the_same_bytes(
    server: Server, empty: str, tmp_path: Path, seed: int, figure: Figure
) -> None:
    with Journal.create(tmp_path) as one, Journal.open(server.database(template=empty)) as other:
        rows = some_history(one, seed)
        assert rows == some_history(other, seed)
        assert one.seal() == other.seal()
        worlds = 0
        for minute in range(-1, 40, 2):
            here, there = Timeline(one).at(minutes(minute)), Timeline(other).at(minutes(minute))
            assert list(here.records()) == list(there.records())
            worlds += 1
    figure(f"{len(rows)} rows and {worlds} Worlds alike on SQLite and PostgreSQL, 0 differences")
