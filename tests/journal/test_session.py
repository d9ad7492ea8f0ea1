"""One request, its answer and its notices: all of them or none, and once."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from habilis_companion.outbox import Notice
from habilis_server.journal import (
    ChangeRefusedError,
    Journal,
    Recorded,
    RequestIdReusedError,
    Timeline,
    WriteSession,
)
from habilis_server.world import Record
from tests.journal.some_records import ANNA, AT_DESK, GONE, NOON, minutes, put

WELCOME = Notice(
    event="r1:0", recipient="anna@example.org", template="welcome", context={"qui": "Zoé"}
)


def record(
    session: WriteSession,
    *steps: tuple[Record, datetime | None],
    name: str = "r1",
    at: float = 0,
    notices: Sequence[Notice] = (),
    made: str = "",
) -> Recorded:
    return session.record(
        steps,
        actor="paul",
        request_id=name,
        recorded_at=minutes(at),
        command="AttachUser",
        causes=["approval-1"] * len(steps),
        digest="d1",
        made=made,
        notices=notices,
    )


def notices(journal: Journal) -> list[tuple[object, ...]]:
    with journal.store.reading() as connection:
        # As they are written, whatever they are read as.
        return [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM notice")]


def test_a_request_keeps_its_command_its_cause_and_when_each_record_counts(
    journal: Journal,
) -> None:
    with journal.write() as session:
        assert session.head() == 0
        answer = record(session, (ANNA, None), (AT_DESK, minutes(30)), (GONE, minutes(10)))
        assert session.head() == 3
    changes = list(journal.changes())

    assert answer == Recorded(revision=3, made="")
    assert [change.effective_at for change in changes] == [NOON, minutes(30), minutes(10)]
    assert {(change.command, change.cause) for change in changes} == {("AttachUser", "approval-1")}
    assert journal.verify() == []


def test_a_request_offered_again_has_the_outcome_it_had(journal: Journal) -> None:
    with journal.write() as session:
        assert session.outcome("r1", actor="paul", digest="d1") is None
        answer = record(session, (ANNA, None), made="anna")
        assert session.outcome("r1", actor="paul", digest="d1") == answer
    put(journal, GONE, name="r2")
    with journal.write() as session:
        assert session.outcome("r1", actor="paul", digest="d1") == Recorded(revision=1, made="anna")
        for actor, digest in (("bea", "d1"), ("paul", "d2")):
            with pytest.raises(RequestIdReusedError, match="`r1` already stands for another"):
                session.outcome("r1", actor=actor, digest=digest)
        with pytest.raises(RequestIdReusedError, match="already recorded, at revision 1"):
            record(session, (AT_DESK, None))
    assert journal.head() == 2


def test_what_ends_by_an_exception_has_never_been(journal: Journal) -> None:
    def fail() -> None:
        with journal.write() as session:
            record(session, (ANNA, None), notices=[WELCOME])
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        fail()
    assert journal.head() == 0
    assert notices(journal) == []
    with journal.write() as session:
        assert session.outcome("r1", actor="paul", digest="d1") is None
        record(session, (ANNA, None), notices=[WELCOME])
    assert journal.head() == len(notices(journal)) == 1


def test_a_notice_stands_beside_the_change_it_tells_of(journal: Journal) -> None:
    with journal.write() as session:
        record(session, (ANNA, None), (AT_DESK, None), notices=[WELCOME])

    noon = "2026-03-03T12:00:00.000000Z"
    waits = (0, noon, None, "", None, None, None)
    assert notices(journal) == [
        (1, "r1:0", 2, "anna@example.org", "welcome", '{"qui": "Zoé"}', noon, *waits)
    ]


def test_an_event_has_one_notice(journal: Journal) -> None:
    with journal.write() as session:
        record(session, (ANNA, None), notices=[WELCOME])
    for given in ([WELCOME], [Notice(event="e", recipient="a", template="t")] * 2):
        with (
            pytest.raises(ChangeRefusedError, match="already has its notice"),
            journal.write() as session,
        ):
            record(session, (GONE, None), name="r2", notices=given)
    assert journal.head() == len(notices(journal)) == 1


def test_the_worlds_are_read_inside_a_session_as_they_were_before_it(journal: Journal) -> None:
    put(journal, ANNA, name="r0")
    timeline = Timeline(journal)
    with journal.write() as session:
        assert timeline.current(minutes(1)).revision == session.head() == 1
        record(session, (AT_DESK, None), at=1)
        assert timeline.latest().revision == 1
    assert timeline.current(minutes(1)).revision == 2


def test_an_effect_before_the_recording_is_refused(journal: Journal) -> None:
    with pytest.raises(ChangeRefusedError, match="is before"), journal.write() as session:
        record(session, (ANNA, None), (AT_DESK, datetime(2026, 3, 3, 11, tzinfo=UTC)))
    assert journal.head() == 0
