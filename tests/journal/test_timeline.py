"""The World of any moment is what the changes then in effect say, by whatever way it is reached."""

import random
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from habilis.organisation import AccountState
from habilis_server.journal import Change, Journal, JournalBrokenError, Timeline
from habilis_server.journal.effects import Effects
from habilis_server.journal.journal import FILE_NAME
from habilis_server.world import AccountChange, EntitlementChange, Record, World
from tests.journal.some_records import ANNA, AT_DESK, DESK, GONE, account, minutes, put

INACTIVE = replace(ANNA, state=AccountState.INACTIVE)
RENAMED = AccountChange(id="anna", fields={"email": "anna@example.net"})
NONE: frozenset[str] = frozenset()
GRANT = EntitlementChange(
    account="anna", perimeter=DESK, added=frozenset({"dume:consultation"}), removed=NONE
)


def facts(world: World) -> list[Record]:
    return list(world.records())


def naive(changes: Sequence[Change], moment: datetime) -> list[Record]:
    """The World of `moment` by its definition."""
    ordered = sorted(changes, key=lambda each: (each.effective_at, each.revision))
    return facts(World.of(each.record for each in ordered if each.effective_at <= moment))


def test_a_timeline_of_nothing_is_empty(journal: Journal) -> None:
    timeline = Timeline(journal)

    assert facts(timeline.current(minutes(0))) == facts(timeline.at(minutes(0))) == []
    assert timeline.current(minutes(0)).revision == 0


def test_a_deferred_change_counts_from_its_very_moment_on(journal: Journal) -> None:
    put(journal, ANNA, name="r1")
    put(journal, INACTIVE, name="r2", at=1, counts=31)
    timeline = Timeline(journal)
    just_before = minutes(31) - timedelta(microseconds=1)

    assert facts(timeline.current(minutes(1))) == [ANNA]
    assert facts(timeline.current(just_before)) == [ANNA]
    assert facts(timeline.current(minutes(31))) == [INACTIVE]
    assert facts(timeline.at(just_before)) == [ANNA]
    assert facts(timeline.at(minutes(31))) == [INACTIVE]
    assert facts(timeline.at(minutes(0))) == [ANNA]
    assert facts(timeline.at(minutes(0) - timedelta(microseconds=1))) == []


def test_the_revision_is_how_far_the_journal_is_known(journal: Journal) -> None:
    put(journal, ANNA, name="r1")
    timeline = Timeline(journal)
    assert timeline.current(minutes(0)).revision == 1

    put(journal, INACTIVE, name="r2", counts=30)
    assert timeline.current(minutes(0)).revision == 2
    assert timeline.at(minutes(0)).revision == 2
    assert timeline.at(minutes(-1)).revision == 2
    assert timeline.current(minutes(30)).revision == 2


def test_the_same_world_is_given_until_something_changes(journal: Journal) -> None:
    put(journal, ANNA, name="r1")
    put(journal, INACTIVE, name="r2", counts=30)
    timeline = Timeline(journal)
    before = timeline.current(minutes(1))

    assert timeline.current(minutes(29)) is before
    assert timeline.at(minutes(5)) is before
    after = timeline.current(minutes(30))
    assert after is not before
    assert timeline.current(minutes(99)) is after
    put(journal, account(1), name="r3", at=100)
    assert timeline.current(minutes(100)) is not after
    assert facts(after) == [INACTIVE]


def test_moments_between_two_changes_share_one_world(journal: Journal) -> None:
    put(journal, ANNA, name="r1")
    put(journal, INACTIVE, name="r2", at=10)
    timeline = Timeline(journal)

    assert timeline.at(minutes(1)) is timeline.at(minutes(9)) is not timeline.at(minutes(10))
    assert timeline.at(minutes(10)) is timeline.at(minutes(10_000))


@pytest.mark.parametrize("seen_before", [True, False])
def test_a_grant_still_awaited_ends_with_the_attachment(
    journal: Journal, *, seen_before: bool
) -> None:
    timeline = Timeline(journal)
    put(journal, ANNA, AT_DESK, name="attachment")
    put(journal, GRANT, name="grant", counts=30)
    if seen_before:
        timeline.current(minutes(1))
    put(journal, GONE, name="revocation", at=2)
    if seen_before:
        assert facts(timeline.current(minutes(2))) == [ANNA]

    assert facts(timeline.current(minutes(30))) == [ANNA]
    assert facts(timeline.at(minutes(31))) == [ANNA]


def test_of_two_deferred_changes_the_one_that_takes_effect_later_holds(journal: Journal) -> None:
    put(journal, ANNA, name="first", counts=30)
    put(journal, INACTIVE, name="second", at=1, counts=10)
    timeline = Timeline(journal)

    assert facts(timeline.current(minutes(10))) == [INACTIVE]
    assert facts(timeline.current(minutes(30))) == [ANNA]


def test_an_awaited_change_is_undone_by_the_opposite_for_the_same_moment(journal: Journal) -> None:
    timeline = Timeline(journal)
    put(journal, ANNA, AT_DESK, name="attachment")
    put(journal, GRANT, name="grant", counts=30)
    put(journal, replace(GRANT, added=NONE, removed=GRANT.added), name="undone", at=2, counts=30)

    (attachment,) = timeline.current(minutes(30)).attachments["anna"].values()
    assert attachment.also == NONE
    assert attachment.but == GRANT.added


def test_the_latest_world_holds_all_that_is_awaited(journal: Journal) -> None:
    timeline = Timeline(journal)
    assert facts(timeline.latest()) == []
    put(journal, ANNA, AT_DESK, name="r1")
    assert timeline.latest() is timeline.current(minutes(0))

    put(journal, GRANT, name="r2", counts=30)
    put(journal, RENAMED, name="r3", at=1, counts=20)
    latest = timeline.latest()
    assert latest.revision == 4
    assert latest.accounts["anna"].email == "anna@example.net"
    assert latest.attachments["anna"][DESK].also == GRANT.added
    assert timeline.latest() is latest
    assert facts(timeline.current(minutes(1))) == [ANNA, AT_DESK]
    assert facts(timeline.current(minutes(30))) == facts(latest)


def test_a_change_at_once_reaches_the_latest_world_behind_what_is_awaited(journal: Journal) -> None:
    timeline = Timeline(journal)
    put(journal, ANNA, AT_DESK, name="r1")
    put(journal, GRANT, name="r2", counts=30)
    timeline.latest()
    put(journal, GONE, name="r3", at=1)

    assert facts(timeline.latest()) == [ANNA]


def test_what_is_pending_is_told_in_the_order_in_which_it_will_count(journal: Journal) -> None:
    timeline = Timeline(journal)
    put(journal, ANNA, AT_DESK, name="r1")
    put(journal, GRANT, name="r2", counts=30)
    put(journal, RENAMED, name="r3", at=1, counts=20)

    assert [change.record for change in timeline.pending(minutes(1))] == [RENAMED, GRANT]
    assert [change.request_id for change in timeline.pending(minutes(20))] == ["r2"]
    assert timeline.pending(minutes(30)) == ()
    with pytest.raises(ValueError, match="has no time zone"):
        timeline.pending(datetime(2026, 3, 3, 12))  # noqa: DTZ001  # this is what is refused


def test_changes_of_one_request_and_of_one_instant_apply_in_their_order(journal: Journal) -> None:
    put(journal, AT_DESK, GONE, AT_DESK, name="r1")
    put(journal, GONE, name="r2")
    timeline = Timeline(journal)

    assert facts(timeline.current(minutes(0))) == []
    put(journal, AT_DESK, name="r3")
    assert facts(timeline.current(minutes(0))) == [AT_DESK]


def test_what_another_process_recorded_is_seen(journal: Journal, tmp_path: Path) -> None:
    timeline = Timeline(journal)
    with Journal.open(tmp_path / "data") as other:
        put(other, ANNA, name="r1")
        assert facts(timeline.current(minutes(0))) == [ANNA]

        put(other, AT_DESK, name="r2", at=1)
        assert facts(timeline.at(minutes(1))) == [ANNA, AT_DESK]


def test_what_a_lagging_clock_records_counts_after_what_it_knew(journal: Journal) -> None:
    put(journal, ANNA, name="r1", at=10)
    timeline = Timeline(journal)
    timeline.current(minutes(10))
    timeline.at(minutes(7))
    put(journal, account(1), name="lagging", at=5)
    put(journal, INACTIVE, name="lagging too", at=6)

    assert facts(timeline.current(minutes(10))) == [INACTIVE, account(1)]
    assert facts(timeline.at(minutes(7))) == []
    assert facts(timeline.at(minutes(10))) == [INACTIVE, account(1)]


def test_a_clock_behind_what_took_effect_does_not_read_all_again(journal: Journal) -> None:
    """The present is ahead of the writer: what he records stands before what is known."""
    timeline = Timeline(journal)
    for number in range(5):
        put(journal, account(number), name=f"r{number}", at=2 * number)
        timeline.current(minutes(2 * number))
    put(journal, ANNA, name="awaited", at=8, counts=20)
    timeline.current(minutes(20))
    put(journal, INACTIVE, name="behind", at=19)
    read: list[int] = []

    def counted(self: Effects, *bounds: Any) -> Iterator[Record]:
        for record in reads(self, *bounds):
            read.append(1)
            yield record

    reads = Effects.records
    with patch.object(Effects, "records", counted):
        world = timeline.current(minutes(20))

    assert world.accounts["anna"] == ANNA
    assert len(read) < 5


def test_a_revocation_counts_at_once_though_its_clock_is_ahead(journal: Journal) -> None:
    put(journal, ANNA, AT_DESK, name="r1")
    timeline = Timeline(journal)
    timeline.current(minutes(1))
    put(journal, GONE, name="ahead", at=2)

    assert facts(timeline.current(minutes(1))) == [ANNA]


def test_the_present_never_goes_back(journal: Journal) -> None:
    put(journal, ANNA, name="r1")
    put(journal, INACTIVE, name="r2", counts=30)
    timeline = Timeline(journal)
    world = timeline.current(minutes(30))

    assert timeline.current(minutes(29)) is world
    assert facts(timeline.at(minutes(29))) == [ANNA]


def test_a_moment_has_a_time_zone_and_any_will_do(journal: Journal) -> None:
    put(journal, ANNA, name="r1")
    timeline = Timeline(journal)
    noon_elsewhere = minutes(0).astimezone(timezone(timedelta(hours=-11)))

    assert facts(timeline.at(noon_elsewhere)) == facts(timeline.current(noon_elsewhere)) == [ANNA]
    for ask in (timeline.at, timeline.current):
        with pytest.raises(ValueError, match="has no time zone"):
            ask(datetime(2026, 3, 3, 12))  # noqa: DTZ001  # this is what is refused


def test_a_moment_at_the_end_of_the_calendar_is_answered(journal: Journal) -> None:
    put(journal, ANNA, name="r1")
    timeline = Timeline(journal)

    assert facts(timeline.at(datetime(1, 1, 1, tzinfo=UTC))) == []
    assert facts(timeline.at(datetime(9999, 12, 31, 23, 59, tzinfo=UTC))) == [ANNA]


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-1))),
    ],
    ids=str,
)
def test_a_moment_beyond_the_calendar_is_refused(journal: Journal, moment: datetime) -> None:
    with pytest.raises(ValueError, match="beyond the calendar"):
        Timeline(journal).at(moment)


def test_a_journal_cut_off_under_way_is_noticed(journal: Journal, tmp_path: Path) -> None:
    put(journal, *map(account, range(3)), name="r1")
    timeline = Timeline(journal)
    timeline.current(minutes(0))
    with closing(sqlite3.connect(tmp_path / "data" / FILE_NAME)) as connection:
        connection.execute("DROP TRIGGER change_is_never_removed")
        connection.execute("DELETE FROM change WHERE revision > 1")
        connection.commit()

    with pytest.raises(JournalBrokenError, match="ends at revision 1 and was known up to 3"):
        timeline.current(minutes(0))


def test_who_asks_for_the_present_never_waits_for_who_asks_for_the_past(journal: Journal) -> None:
    put(journal, ANNA, name="r1")
    put(journal, AT_DESK, name="r2", at=1)
    timeline = Timeline(journal)
    timeline.current(minutes(1))
    reading, go_on = threading.Event(), threading.Event()
    read = Effects.records

    def slowly(self: Effects, after: tuple[str, int], until: str, head: int) -> Iterator[Record]:
        reading.set()
        go_on.wait(10)
        return read(self, after, until, head)

    looking_back: list[World] = []
    with patch.object(Effects, "records", slowly):
        thread = threading.Thread(target=lambda: looking_back.append(timeline.at(minutes(0))))
        thread.start()
        assert reading.wait(10)
        present = timeline.current(minutes(2))
        go_on.set()
        thread.join()

    assert DESK in present.attachments["anna"]
    assert facts(looking_back[0]) == [ANNA]


@pytest.mark.parametrize("kept", [0, 1, 2, 9])
def test_the_worlds_remembered_are_few(journal: Journal, kept: int) -> None:
    for number in range(5):
        put(journal, account(number), name=f"r{number}", at=number)
    timeline = Timeline(journal, kept=kept)
    for _ in range(2):
        for number in range(5):
            assert len(timeline.at(minutes(number)).accounts) == number + 1

    assert len(timeline._others) == min(kept, 5)


HISTORIES = 25
REQUESTS = 14
MOMENTS = 40
AT_THE_END = datetime.max.replace(tzinfo=UTC)


def some_record(chance: random.Random) -> Record:
    records: tuple[Record, ...] = (ANNA, INACTIVE, AT_DESK, GONE, GRANT, RENAMED)
    return chance.choice((*records, account(chance.randrange(3), active=chance.random() < 0.5)))


def test_random_histories_read_as_their_definition_says(tmp_path: Path) -> None:
    """One timeline is asked all the way, another only at the end; clocks lag and lead a little."""
    chance = random.Random(144)  # histories, not secrets
    compared = deferred = late = 0
    for number in range(HISTORIES):
        with Journal.create(tmp_path / str(number)) as journal:
            asked_all_the_way = Timeline(journal, kept=chance.randrange(4))
            now = 0.0
            changes: list[Change] = []
            for request in range(REQUESTS):
                at = now + chance.choice([0, 0, 0, -1, -5, 1])
                delay = chance.choice([0, 0, 0, 1, 2, 10])
                records = [some_record(chance) for _ in range(chance.randint(1, 3))]
                put(journal, *records, name=f"r{request}", at=at, counts=at + delay)
                changes += journal.changes(after=len(changes))
                deferred += delay > 0
                late += at < now
                now += chance.choice([0, 1, 3])
                for _ in range(2):
                    moment = minutes(chance.randint(-2, 30))
                    assert facts(asked_all_the_way.at(moment)) == naive(changes, moment)
                present = max(minutes(now), *(change.recorded_at for change in changes))
                assert facts(asked_all_the_way.current(minutes(now))) == naive(changes, present)
                assert facts(asked_all_the_way.latest()) == naive(changes, AT_THE_END)
                awaited = [each for each in changes if each.effective_at > present]
                awaited.sort(key=lambda each: each.effective_at)
                assert list(asked_all_the_way.pending(minutes(now))) == awaited
                compared += 4
            asked_at_last = Timeline(journal)
            for _ in range(MOMENTS):
                moment = minutes(chance.uniform(-2, now + 12))
                expected = naive(changes, moment)
                assert facts(asked_all_the_way.at(moment)) == expected
                assert facts(asked_at_last.at(moment)) == expected
                compared += 2
            assert asked_at_last.at(minutes(now)).revision == journal.head()
    print(
        f"\n{compared} Worlds compared over {HISTORIES} histories,"
        f" with {deferred} deferred and {late} late requests: 0 differences"
    )
    assert compared >= 2_000
    assert min(deferred, late) > 50
