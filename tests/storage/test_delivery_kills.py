"""Killed at any moment, a sender loses no event, and no event becomes two different mails."""

import os
import random
import signal
import threading
from collections import defaultdict
from collections.abc import Callable
from email import message_from_bytes
from itertools import count

import pytest

from habilis_server.journal import Journal
from tests.conftest import Figure
from tests.journal.nursery import Nursery
from tests.mail.post_office import CUT_ONCE_TAKEN, OK, PostOffice, open_office
from tests.storage.places import Place
from tests.storage.test_delivery import deliver, taken, tell

KILLS = 26
"""On each database."""
EVENTS = 3
"""Told before each kill; the mail server hears of each twice, by its recipient and its text."""
LONGEST = 0.03
"""Seconds that a sender has left, at most, once the server has heard what it was to hear."""
BETWEEN = 20
"""Minutes by which the clock of each sender is ahead of the last: longer than a claim lasts."""


def copies(office: PostOffice) -> dict[str, set[bytes]]:
    """The mails of each event, those that are the same to the byte being one."""
    found: dict[str, set[bytes]] = defaultdict(set)
    for each in office.taken:
        found[each.recipient].add(each.octets)
    return found


def test_killed_at_any_moment_no_event_is_lost_and_none_is_two_mails(
    place: Place, figure: Figure
) -> None:
    chance, asked = random.Random(20220221), list[str]()  # a moment, not a secret
    with open_office() as office, place.open() as journal, Nursery("tests.mail.sender") as nursery:
        for turn in range(KILLS):
            events = [f"e{turn}-{number}" for number in range(EVENTS)]
            tell(journal, *events)
            asked += events
            heard = chance.randint(1, 2 * EVENTS)
            started = threading.Event()
            left = chance.uniform(0, LONGEST)
            office.rcpt = office.data = _killer(nursery, started, heard, left)
            nursery.start(place.target, str(office.port), pause=turn * BETWEEN)
            started.set()
            nursery.until_dead()
        office.rcpt = office.data = lambda _: OK
        before = len(office.taken)
        deliver(journal, office, KILLS * BETWEEN + 24 * 60)
        waiting = journal.outbox.waiting()

    mails = copies(office)
    identities = {message_from_bytes(each.octets)["Message-ID"] for each in office.taken}
    lost = len(asked) - len(mails)
    twice = sum(len(each) > 1 for each in mails.values())
    again = len(office.taken) - len(mails)
    figure(
        f"{KILLS} kills: {len(asked)} events, {lost} lost, {twice} with two distinct mails;"
        f" {len(office.taken)} mails accepted ({before} before the last sender),"
        f" {len(identities)} Message-IDs, {again} repeated to the byte"
    )
    assert (lost, twice, waiting) == (0, 0, 0)
    assert len(identities) == len(asked)
    assert again <= KILLS
    assert before > KILLS


@pytest.mark.parametrize(
    ("step", "mails"),
    [("before the dot", 1), ("after the dot, refused by the crash", 1), ("taken, unanswered", 2)],
)
def test_killed_around_the_dot_what_comes_again_is_the_same(
    place: Place, step: str, mails: int
) -> None:
    """The last row is what no sender can rule out: the relay has the mail, and its yes is lost."""
    with open_office() as office, place.open() as journal, Nursery("tests.mail.sender") as nursery:
        tell(journal, "a")

        started = threading.Event()

        def die(_: str) -> str:
            started.wait()
            os.kill(nursery.pid, signal.SIGKILL)
            return CUT_ONCE_TAKEN if step.startswith("taken") else "CUT"

        if step.startswith("before"):
            office.rcpt = die
        else:
            office.data = die
        nursery.start(place.target, str(office.port))
        started.set()
        nursery.until_dead()
        doubt = _in_doubt(journal)
        office.rcpt = office.data = lambda _: OK
        deliver(journal, office, BETWEEN)

    assert doubt == (not step.startswith("before"))
    assert taken(office) == ["a"] * mails
    assert len(copies(office)["a@example.org"]) == 1


def _killer(
    nursery: Nursery, started: threading.Event, heard: int, left: float
) -> Callable[[str], str]:
    """Takes everything, and kills the sender a while after it has heard so much of him."""
    steps = count(1)

    def kill() -> None:
        started.wait()
        os.kill(nursery.pid, signal.SIGKILL)

    def hear(_: str) -> str:
        if next(steps) == heard:
            threading.Timer(left, kill).start()
        return OK

    return hear


def _in_doubt(journal: Journal) -> bool:
    (notice,) = journal.outbox.unsent()
    return notice.handed_at is not None
