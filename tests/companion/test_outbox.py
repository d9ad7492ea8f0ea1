"""The outbox of a companion, on both databases: kept with its cause, given to one at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from habilis_companion.outbox import Notice, WaitingNotice
from habilis_companion.store import ClockEvent, Store
from tests.companion.shelf import NOON
from tests.conftest import Figure

LEASE = timedelta(minutes=5)


def tell(store: Store, *events: str) -> None:
    notices = [
        Notice(event=event, recipient="anna@example.org", template="piece", context={"é": "'"})
        for event in events
    ]
    with store.ticking(ClockEvent(name="DIT", at=NOON)) as session:
        store.notify(session, notices, NOON)


def claimed(store: Store, minutes: int = 0, limit: int = 20) -> list[str]:
    now = NOON + timedelta(minutes=minutes)
    return [notice.event for notice in store.outbox.claim(now, lease=LEASE, limit=limit)]


def only(store: Store) -> WaitingNotice:
    [notice] = store.outbox.unsent()
    return notice


def test_a_notice_is_kept_as_it_was_told(store: Store) -> None:
    tell(store, "e1")
    [notice] = store.outbox.claim(NOON, lease=LEASE)

    assert (notice.event, notice.recipient, notice.template) == ("e1", "anna@example.org", "piece")
    assert (notice.context, notice.created_at, notice.attempts) == ({"é": "'"}, NOON, 1)
    assert store.outbox.waiting() == 1


def test_one_event_is_one_notice(store: Store) -> None:
    tell(store, "e1", "e2", "e1")
    tell(store, "e2", "e3")
    tell(store)

    assert claimed(store) == ["e1", "e2", "e3"]


def test_of_what_is_told_by_several_at_once_one_notice_is_kept(store: Store) -> None:
    rounds, tellers = 10, 4
    barrier = threading.Barrier(tellers, timeout=20)

    def told(_: int) -> None:
        for number in range(rounds):
            barrier.wait()
            tell(store, f"e{number}", f"f{number}")

    with ThreadPoolExecutor(tellers) as threads:
        list(threads.map(told, range(tellers)))
    assert len(store.outbox.unsent()) == 2 * rounds


def test_what_was_not_committed_is_not_told(store: Store) -> None:
    def told_and_lost() -> None:
        with store.ticking(ClockEvent(name="DIT", at=NOON)) as session:
            store.notify(session, [Notice(event="e", recipient="a", template="t")], NOON)
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        told_and_lost()
    assert store.outbox.unsent() == ()


def test_a_claim_is_one_s_own_until_its_lease_ends(store: Store) -> None:
    tell(store, "e1", "e2", "e3")

    assert claimed(store, limit=2) == ["e1", "e2"]
    assert claimed(store) == ["e3"]
    assert claimed(store, minutes=4) == []
    assert claimed(store, minutes=5) == ["e1", "e2", "e3"]


def test_what_was_sent_is_never_given_again(store: Store) -> None:
    tell(store, "e1")
    [notice] = store.outbox.claim(NOON, lease=LEASE)
    store.outbox.sent(notice.id, NOON)

    assert claimed(store, minutes=600) == []
    assert store.outbox.waiting() == 0


def test_a_failure_is_tried_again_and_a_late_word_alters_nothing(store: Store) -> None:
    tell(store, "e1")
    [first] = store.outbox.claim(NOON, lease=LEASE)
    assert store.outbox.handing(first.id, 1, NOON, lease=LEASE)
    store.outbox.failed(first.id, 1, "x" * 5_000, again_at=NOON + LEASE, in_doubt=True)
    assert (only(store).handed_at, len(only(store).last_error)) == (NOON, 1_000)
    assert claimed(store, minutes=4) == []
    assert claimed(store, minutes=5) == ["e1"]

    store.outbox.failed(first.id, 1, "late", again_at=NOON)
    store.outbox.set_aside(first.id, 1, "late", NOON)
    assert not store.outbox.handing(first.id, 1, NOON, lease=LEASE)
    assert (only(store).attempts, only(store).tried_since) == (2, NOON)
    assert only(store).set_aside_at is None


def test_what_is_set_aside_waits_until_it_is_put_back(store: Store) -> None:
    tell(store, "e1", "e2")
    for notice in store.outbox.claim(NOON, lease=LEASE):
        store.outbox.set_aside(notice.id, 1, "nobody lives there", NOON)
    assert (store.outbox.waiting(), claimed(store, minutes=60)) == (0, [])
    [first, second] = store.outbox.unsent()

    assert [*store.outbox.put_back(NOON, [first.id])] == [first.id]
    assert claimed(store) == ["e1"]
    assert [*store.outbox.put_back(NOON)] == [second.id]


def test_senders_at_once_never_have_the_same_notice(store: Store, figure: Figure) -> None:
    count = 60
    tell(store, *(f"e{number}" for number in range(count)))
    given: list[str] = []

    def send() -> None:
        while found := claimed(store, limit=3):
            given.extend(found)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Who found the others in his way comes again.
    given.extend(claimed(store, limit=count))
    assert sorted(given) == sorted(f"e{number}" for number in range(count))
    figure(f"{count} notices, 4 senders, {len(given)} given")


def test_whether_an_event_was_told_is_known_by_how_it_begins(store: Store) -> None:
    tell(store, "rappel/F_1/anna")
    [notice] = store.outbox.claim(NOON, lease=LEASE)
    store.outbox.sent(notice.id, NOON)

    with store.ticking(ClockEvent(name="DIT", at=NOON)) as session:
        told = [store.notified(session, begun) for begun in ("rappel/F_1/", "rappel/F_", "r")]
        not_told = [store.notified(session, begun) for begun in ("rappel/F%", "appel", "R")]
    assert (told, not_told) == ([True] * 3, [False] * 3)
