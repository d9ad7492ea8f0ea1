"""Delivered from either database: tried again and later, set aside aloud, never by two at once."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from itertools import count

import pytest

from habilis_companion.mail import Delivery, Patience, Tally
from habilis_companion.outbox import Notice, WaitingNotice
from habilis_server.journal import Journal, JournalError
from habilis_server.notifications import delivery_of
from tests.journal.some_records import ANNA, minutes
from tests.mail.post_office import CUT, CUT_ONCE_TAKEN, OK, PostOffice, open_office
from tests.storage.places import Place

HOUR, DAY = 60, 24 * 60
ATTACHED = {"structure": "ACADEMIE", "identifier": "17340430200015", "service": "", "code": ""}


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office() as office:
        yield office


def tell(journal: Journal, *events: str, template: str = "attached") -> None:
    notices = [
        Notice(event=event, recipient=f"{event}@example.org", template=template, context=ATTACHED)
        for event in events
    ]
    with journal.write() as session:
        session.record(
            [(ANNA, None)],
            actor="paul",
            request_id="-".join(events),
            recorded_at=minutes(0),
            command="X",
            digest="d",
            notices=notices,
        )


def delivery(journal: Journal, office: PostOffice, at: float) -> Delivery:
    return delivery_of(journal, office.settings(), lambda: minutes(at))


def deliver(journal: Journal, office: PostOffice, at: float = 0) -> Tally:
    return delivery(journal, office, at).round()


def _say(reply: str, _: str) -> str:
    return reply


def only(journal: Journal) -> WaitingNotice:
    (notice,) = journal.outbox.unsent()
    return notice


def taken(office: PostOffice) -> list[str]:
    return [each.recipient.partition("@")[0] for each in office.taken]


def test_what_is_due_is_sent_once_in_its_order(journal: Journal, office: PostOffice) -> None:
    tell(journal, "b", "a", "c")

    assert deliver(journal, office) == Tally(sent=3)
    assert deliver(journal, office, DAY) == Tally()
    assert taken(office) == ["b", "a", "c"]
    assert (journal.outbox.waiting(), journal.outbox.unsent()) == (0, ())


def test_it_is_noted_before_the_relay_can_have_it(place: Place, office: PostOffice) -> None:
    seen: list[bool] = []

    def look(_: str) -> str:
        with place.open() as other:
            seen.append(only(other).handed_at is not None)
        return OK

    office.rcpt = office.data = look
    with place.open() as journal:
        tell(journal, "a")
        deliver(journal, office)

    assert seen == [False, True]


@pytest.mark.parametrize(
    ("rcpt", "data", "word"), [("450 later", OK, "450 later"), (OK, "451 full", "451 full")]
)
def test_what_is_refused_for_now_is_tried_again_later_and_later(
    journal: Journal, office: PostOffice, rcpt: str, data: str, word: str
) -> None:
    tell(journal, "a")
    office.rcpt, office.data = (lambda _: rcpt), (lambda _: data)
    at, waits = 0.0, list[float]()
    for attempt in range(1, 9):
        assert deliver(journal, office, at) == Tally(put_off=1)
        assert deliver(journal, office, at) == Tally()
        notice = only(journal)
        assert (notice.attempts, notice.last_error, notice.handed_at) == (attempt, word, None)
        waits.append((notice.next_attempt_at - minutes(at)) / timedelta(minutes=1))
        at += waits[-1]
    office.rcpt = office.data = lambda _: OK
    assert deliver(journal, office, at) == Tally(sent=1)

    assert all(0.5 * 2**n <= wait <= 2**n for n, wait in enumerate(waits[:6]))
    assert all(HOUR / 2 <= wait <= HOUR for wait in waits[6:])
    assert taken(office) == ["a"]


@pytest.mark.parametrize(("rcpt", "data"), [("550 nobody", OK), (OK, "550 nobody")])
def test_what_is_refused_for_good_is_set_aside_in_the_server_s_words_and_put_back_by_a_person(
    journal: Journal,
    office: PostOffice,
    rcpt: str,
    data: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    tell(journal, "a")
    office.rcpt, office.data = (lambda _: rcpt), (lambda _: data)
    assert deliver(journal, office) == Tally(set_aside=1)
    assert deliver(journal, office, 10 * DAY) == Tally()
    notice = only(journal)
    assert (notice.last_error, notice.set_aside_at) == ("550 nobody", minutes(0))
    assert journal.outbox.waiting() == 0
    assert f"notice {notice.id} is set aside" in caplog.text
    assert "a@example.org" not in caplog.text

    assert journal.outbox.put_back(minutes(DAY), [notice.id + 1]) == []
    assert list(journal.outbox.put_back(minutes(DAY))) == [notice.id]
    assert journal.outbox.waiting() == 1
    office.rcpt = office.data = lambda _: OK
    assert deliver(journal, office, DAY) == Tally(sent=1)


def test_what_is_tried_for_days_is_set_aside_and_given_the_same_time_again(
    journal: Journal, office: PostOffice
) -> None:
    tell(journal, "a")
    office.rcpt = lambda _: "450 later"
    first, end = 40 * DAY, 45 * DAY  # it waited for long before anybody tried
    for at in range(first, end, DAY):
        assert deliver(journal, office, at) == Tally(put_off=1)
    assert deliver(journal, office, end) == Tally(set_aside=1)
    assert only(journal).last_error == "tried in vain since 2026-04-12: 450 later"

    journal.outbox.put_back(minutes(end))
    assert deliver(journal, office, end) == Tally(put_off=1)


@pytest.mark.parametrize("flaw", ["template", "value"])
def test_what_cannot_be_written_waits_and_tells_why(
    journal: Journal, office: PostOffice, flaw: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if flaw == "template":
        tell(journal, "a", template="../../etc/passwd")
    else:
        monkeypatch.delitem(ATTACHED, "identifier")
        tell(journal, "a")
    tell(journal, "b", template="nothing-of-the-kind")

    assert deliver(journal, office) == Tally(put_off=2)
    assert office.taken == []
    words = {"template": "there is no template", "value": "does not tell its 'identifier'"}
    assert words[flaw] in journal.outbox.unsent()[0].last_error


def test_an_absent_relay_costs_one_attempt_and_nothing_is_given_up(
    journal: Journal, office: PostOffice
) -> None:
    tell(journal, "a", "b")
    gone = PostOffice(port=1)
    for at in range(0, 4 * DAY, DAY // 2):
        tally = deliver(journal, gone, at)
        assert (tally.put_off, tally.set_aside) == (1, 0)
        assert "refused" in tally.relay

    assert deliver(journal, office, 6 * DAY) == Tally(sent=2)


@pytest.mark.parametrize("cut", [CUT, CUT_ONCE_TAKEN])
def test_in_doubt_the_same_mail_is_sent_again_to_the_byte(
    journal: Journal, office: PostOffice, cut: str
) -> None:
    tell(journal, "a")
    office.data = lambda _: cut
    tally = deliver(journal, office)
    assert (tally.in_doubt, tally.put_off) == (1, 1)
    assert "was given the mail" in tally.relay
    for at, say in ((5, "450 later"), (10, "451 full")):
        office.rcpt = office.data = partial(_say, say)
        assert deliver(journal, office, at) == Tally(in_doubt=1, put_off=1)
        assert only(journal).handed_at is not None
    office.rcpt = office.data = lambda _: OK
    assert deliver(journal, office, 20) == Tally(sent=1)

    assert len(office.taken) == (2 if cut == CUT_ONCE_TAKEN else 1)
    assert len({each.octets for each in office.taken}) == 1


def test_who_comes_back_after_his_claim_has_ended_sends_nothing(
    place: Place, office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    late = Patience().lease / timedelta(minutes=1) + 1
    with place.open() as one, place.open() as other:
        tell(one, "a")
        tallies: list[Tally] = []

        def meanwhile(_: str) -> str:
            office.rcpt = lambda _: OK
            tallies.append(deliver(other, office, late))
            return OK

        office.rcpt = meanwhile
        tallies.append(deliver(one, office))

    assert tallies == [Tally(sent=1), Tally()]
    assert taken(office) == ["a"]
    assert "taken over by another sender" in caplog.text


def test_that_it_is_sent_is_said_until_it_is_heard(
    journal: Journal, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(journal, "a")
    calls, sent = count(), journal.outbox.sent

    def deaf(number: int, at: object) -> None:
        if next(calls) < 2:
            raise JournalError("the database went away")
        sent(number, minutes(0))

    monkeypatch.setattr(journal.outbox, "sent", deaf)
    assert deliver(journal, office) == Tally(sent=1)
    monkeypatch.undo()

    assert deliver(journal, office, DAY) == Tally()
    assert taken(office) == ["a"]


def test_two_senders_at_once_double_nothing(
    place: Place, office: PostOffice, figure: Callable[[str], None]
) -> None:
    events = [f"e{number}" for number in range(60)]
    with ExitStack() as open_ones:
        first, second = (open_ones.enter_context(place.open()) for _ in range(2))
        tell(first, *events)
        for journal in (first, second):
            open_ones.enter_context(delivery(journal, office, 0).running(pause=0.01))
        end = time.monotonic() + 120
        while first.outbox.waiting() and time.monotonic() < end:
            time.sleep(0.02)

    figure(
        f"2 senders, {len(events)} events, {len(office.taken)} mails,"
        f" {len(set(taken(office)))} distinct"
    )
    assert sorted(taken(office)) == sorted(events)


def test_told_to_stop_it_ends_the_mail_under_way(journal: Journal, office: PostOffice) -> None:
    tell(journal, "a", "b")
    running = delivery(journal, office, 0)

    def stop(_: str) -> str:
        running._stop.set()
        return OK

    office.rcpt = stop
    assert running.round() == Tally(sent=1)
    assert (taken(office), journal.outbox.waiting()) == (["a"], 1)
    assert deliver(journal, office) == Tally(sent=1)  # it was not claimed for nothing
