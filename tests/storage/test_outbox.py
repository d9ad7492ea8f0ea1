"""Notices wait for whoever sends them: in their order, for one at a time, until they are sent."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from habilis_companion.outbox import Notice, WaitingNotice
from habilis_server.journal import Journal
from tests.journal.some_records import ANNA, minutes
from tests.storage.places import Place

LEASE = timedelta(minutes=5)


def tell(journal: Journal, *events: str, at: float = 0) -> None:
    notices = [
        Notice(event=event, recipient=f"{event}@example.org", template="t", context={"a": event})
        for event in events
    ]
    with journal.write() as session:
        session.record(
            [(ANNA, None)],
            actor="paul",
            request_id="-".join(events),
            recorded_at=minutes(at),
            command="X",
            digest="d",
            notices=notices,
        )


def claim(journal: Journal, at: float, limit: int = 20) -> Sequence[WaitingNotice]:
    return journal.outbox.claim(minutes(at), lease=LEASE, limit=limit)


def events(notices: Sequence[WaitingNotice]) -> list[str]:
    return [each.event for each in notices]


def test_what_is_due_comes_in_its_order(journal: Journal) -> None:
    tell(journal, "b", "a")
    tell(journal, "c", at=1)

    assert events(claim(journal, 0)) == ["b", "a"]
    assert events(claim(journal, 1)) == ["c"]
    assert journal.outbox.waiting() == 3


def test_no_more_than_asked_for(journal: Journal) -> None:
    tell(journal, *map(str, range(5)))

    assert events(claim(journal, 0, limit=2)) == ["0", "1"]
    assert events(claim(journal, 0, limit=9)) == ["2", "3", "4"]


def test_a_claim_excludes_everybody_else_until_its_lease_ends(place: Place) -> None:
    with place.open() as one, place.open() as other:
        tell(one, "a")
        (first,) = claim(one, 0)
        assert claim(other, 4.9) == ()
        (second,) = claim(other, 5)

    assert (first.event, first.attempts) == ("a", 1)
    assert (second.event, second.attempts) == ("a", 2)


def test_what_was_sent_is_never_given_again(journal: Journal) -> None:
    tell(journal, "a", "b")
    first, _ = claim(journal, 0)
    journal.outbox.sent(first.id, minutes(1))

    assert events(claim(journal, 100)) == ["b"]
    assert journal.outbox.waiting() == 1


def test_what_failed_is_given_again_when_it_is_due(journal: Journal) -> None:
    tell(journal, "a")
    (first,) = claim(journal, 0)
    journal.outbox.failed(first.id, 1, "no such box " * 200, again_at=minutes(30))

    assert claim(journal, 29.9) == ()
    (second,) = claim(journal, 30)
    assert second.attempts == 2


@pytest.mark.parametrize("late", ["sent", "failed"])
def test_word_of_what_was_sent_already_changes_nothing(journal: Journal, late: str) -> None:
    tell(journal, "a")
    (first,) = claim(journal, 0)
    journal.outbox.sent(first.id, minutes(1))
    if late == "sent":
        journal.outbox.sent(first.id, minutes(2))
    else:
        journal.outbox.failed(first.id, 1, "too late", again_at=minutes(2))

    assert claim(journal, 100) == ()
    assert journal.outbox.waiting() == 0


def test_a_notice_tells_what_it_was_given(journal: Journal) -> None:
    tell(journal, "a")
    (notice,) = claim(journal, 3)

    assert (notice.recipient, notice.template) == ("a@example.org", "t")
    assert notice.context == {"a": "a"}
    assert notice.created_at == minutes(0)
