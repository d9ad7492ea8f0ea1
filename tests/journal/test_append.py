"""What is appended is there once, in order, whole, and for ever."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habilis import Perimeter
from habilis.organisation import AccountState
from habilis_server.journal import (
    Change,
    ChangeRefusedError,
    Journal,
    RequestIdReusedError,
    Seal,
)
from habilis_server.journal.store import PAGE
from habilis_server.world import Account, Attachment, Record
from tests.journal.some_records import ANNA, AT_DESK, GONE, NOON, account, minutes, put
from tests.world.strategies import records


def test_a_new_journal_is_empty(journal: Journal) -> None:
    assert journal.head() == 0
    assert list(journal.changes()) == []
    assert journal.verify() == []
    assert journal.seal() == Seal(0, "0" * 64)


def test_a_request_takes_the_revisions_after_the_last(journal: Journal) -> None:
    assert put(journal, ANNA, name="r1") == 1
    assert put(journal, AT_DESK, GONE, name="r2", at=1, counts=30) == 3
    first, second, third = journal.changes()

    assert first == Change(
        revision=1,
        recorded_at=NOON,
        effective_at=NOON,
        actor="paul",
        request_id="r1",
        ordinal=0,
        command="import",
        cause="",
        record=ANNA,
        hash=first.hash,
    )
    assert second == Change(
        revision=2,
        recorded_at=minutes(1),
        effective_at=minutes(30),
        actor="paul",
        request_id="r2",
        ordinal=0,
        command="import",
        cause="",
        record=AT_DESK,
        hash=second.hash,
    )
    assert (third.revision, third.ordinal, third.record) == (3, 1, GONE)
    assert journal.seal() == Seal(3, third.hash)
    assert journal.head() == 3


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(records, min_size=1, max_size=4), max_size=6))
def test_records_come_back_as_they_were_given(requests: Sequence[Sequence[Record]]) -> None:
    with TemporaryDirectory() as folder, Journal.create(Path(folder)) as journal:
        for number, request in enumerate(requests):
            put(journal, *request, name=f"r{number}")
        given_records = [record for request in requests for record in request]

        assert [change.record for change in journal.changes()] == given_records
        assert journal.verify() == []


def test_changes_are_read_page_by_page_between_two_revisions(journal: Journal) -> None:
    count = 2 * PAGE + 3
    put(journal, *map(account, range(count)), name="many")

    def revisions(after: int = 0, until: int | None = None) -> list[int]:
        return [change.revision for change in journal.changes(after, until)]

    assert revisions() == list(range(1, count + 1))
    assert revisions(after=PAGE) == list(range(PAGE + 1, count + 1))
    assert revisions(after=2, until=5) == [3, 4, 5]
    assert revisions(after=count) == []


def test_a_reader_halfway_keeps_no_writer_waiting(journal: Journal) -> None:
    put(journal, *map(account, range(PAGE + 1)), name="many")
    reading = journal.changes()
    next(reading)
    put(journal, ANNA, name="meanwhile")

    assert [change.record for change in reading][-1] == ANNA


def test_times_keep_their_microseconds(journal: Journal) -> None:
    recorded_at = datetime(2026, 3, 3, 12, 0, 0, 1, tzinfo=UTC)
    effective_at = datetime(2026, 3, 3, 12, 0, 0, 999_999, tzinfo=UTC)
    journal.append(
        [ANNA], actor="paul", request_id="r", recorded_at=recorded_at, effective_at=effective_at
    )
    (change,) = journal.changes()

    assert (change.recorded_at, change.effective_at) == (recorded_at, effective_at)


SOUND: dict[str, Any] = {
    "records": [ANNA],
    "actor": "paul",
    "request_id": "r1",
    "recorded_at": NOON,
}
ELSEWHERE = timezone(timedelta(hours=2))

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no record": ({"records": []}, "no record is given; a change has at least one"),
    "no actor": ({"actor": ""}, "`actor` `` is empty"),
    "hidden actor": ({"actor": "pa\u200bul"}, "`actor` `pa<U+200B>ul` has the invisible char"),
    "blank request id": ({"request_id": " "}, "`request_id` ` ` is blank"),
    "huge request id": ({"request_id": "r" * 257}, "has 257 characters; at most 256 are taken"),
    "no time zone": ({"recorded_at": NOON.replace(tzinfo=None)}, "`recorded_at` 2026-03-03T12:00"),
    "another zone": ({"recorded_at": NOON.astimezone(ELSEWHERE)}, "+02:00 is not in UTC"),
    "effect without a zone": ({"effective_at": NOON.replace(tzinfo=None)}, "`effective_at` 2026-"),
    "effect before recording": (
        {"effective_at": NOON - timedelta(microseconds=1)},
        "`effective_at` 2026-03-03T11:59:59.999999Z is before `recorded_at` 2026-03-03T12:00:00.0",
    ),
    "a name that hides something": (
        {"records": [ANNA, dataclasses.replace(ANNA, id="an\u202ena")]},
        "record 1 cannot be recorded: `id` `an<U+202E>na` has the invisible character U+202E",
    ),
    "a name that is not UTF-8": (
        {"records": [dataclasses.replace(ANNA, email="\ud800@example.org")]},
        "is not UTF-8",
    ),
    "an empty service": (
        {"records": [Attachment(account="anna", perimeter=Perimeter("s", ""))]},
        "`service` is empty",
    ),
    "a slash in a structure": (
        {"records": [Attachment(account="anna", perimeter=Perimeter("s/x"))]},
        "`structure` `s/x` has a `/`",
    ),
    "profiles by another word": (
        {"records": [Attachment(account="anna", perimeter=Perimeter("s"), profiles="all")]},
        "`profiles` must be `default` or a list",
    ),
}


@pytest.mark.parametrize(("bent", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_stand_is_refused_and_nothing_recorded(
    journal: Journal, bent: dict[str, Any], said: str
) -> None:
    with pytest.raises(ChangeRefusedError) as refusal:
        journal.append(**(SOUND | bent))

    assert said in str(refusal.value)
    assert journal.head() == 0


@pytest.mark.parametrize("later", [0, 5], ids=["at once", "later"])
def test_a_request_offered_again_is_answered_as_at_first(journal: Journal, later: int) -> None:
    first = put(journal, ANNA, AT_DESK, name="r1", counts=30)
    put(journal, GONE, name="r2")

    assert put(journal, ANNA, AT_DESK, name="r1", at=later, counts=later + 30) == first == 2
    assert journal.head() == 3


OTHER_CONTENT: dict[str, tuple[Record, ...]] = {
    "another record": (account(1), AT_DESK),
    "another value": (dataclasses.replace(ANNA, state=AccountState.INACTIVE), AT_DESK),
    "one record less": (ANNA,),
    "one record more": (ANNA, AT_DESK, GONE),
    "another order": (AT_DESK, ANNA),
}


@pytest.mark.parametrize("other", OTHER_CONTENT.values(), ids=OTHER_CONTENT)
def test_a_request_id_with_another_content_is_refused(
    journal: Journal, other: tuple[Record, ...]
) -> None:
    put(journal, ANNA, AT_DESK, name="r1")

    with pytest.raises(RequestIdReusedError, match="`r1` already stands for another request"):
        put(journal, *other, name="r1")
    assert journal.head() == 2


def test_a_request_id_of_another_actor_is_refused(journal: Journal) -> None:
    put(journal, ANNA, name="r1")

    with pytest.raises(RequestIdReusedError):
        journal.append([ANNA], actor="bea", request_id="r1", recorded_at=NOON)


@pytest.mark.parametrize("names", [("R1", "r1"), ("r1", "r01"), ("é", "e")])
def test_request_ids_are_told_apart_to_the_letter(journal: Journal, names: tuple[str, str]) -> None:
    for name in names:
        put(journal, ANNA, name=name)

    assert journal.head() == 2


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 5), max_size=25))
def test_whatever_is_retried_is_recorded_once(offered: Sequence[int]) -> None:
    with TemporaryDirectory() as folder, Journal.create(Path(folder)) as journal:
        answers: dict[int, int] = {}
        for number in offered:
            answer = put(journal, account(number), account(number + 10), name=f"r{number}")
            assert answers.setdefault(number, answer) == answer
        once = list(dict.fromkeys(offered))

        assert [change.request_id for change in journal.changes()] == [
            f"r{number}" for number in once for _ in range(2)
        ]


def test_no_two_rows_hash_the_same_bytes(journal: Journal) -> None:
    """A border moved between two columns gives another hash."""
    hashes: set[str] = set()
    for actor, name in (("ab", "c"), ("a", "bc"), ("abc", "d")):
        with TemporaryDirectory() as folder, Journal.create(Path(folder)) as each:
            each.append([ANNA], actor=actor, request_id=name, recorded_at=NOON)
            hashes.add(each.seal().hash)

    assert len(hashes) == 3


def test_a_record_of_any_kind_of_text_is_kept_to_the_letter(journal: Journal) -> None:
    strange = Account(id="zoé", email='"a\\b"@exämple.org', state=AccountState.PENDING)
    put(journal, strange, name="r1")

    assert next(journal.changes()).record == strange
