"""What is awaited and then taken back is not given for an instant; nothing else is lost with it."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product

import pytest

from habilis import Perimeter
from habilis.organisation import AccountState
from habilis_server.organisation import attachments
from habilis_server.organisation import commands as c
from habilis_server.organisation.commands import Command
from habilis_server.organisation.context import Context, Step
from habilis_server.world import Account, Attachment, World
from tests.conftest import Figure
from tests.organisation.soundness import WORK, held, rights
from tests.organisation.town import ASKED, HALL, NOON, OK, PROFILE, ROADS, Bench

WHOLE = Perimeter(HALL)
SOME = frozenset({PROFILE})
TICK = timedelta(microseconds=1)

TAKERS: dict[str, tuple[str, Command]] = {
    "taken": ("gina", c.RemoveEntitlements(account="rob", perimeter=WHOLE, profiles=SOME)),
    "all taken": ("leo", c.RemoveAllEntitlements(account="rob", perimeter=WHOLE)),
    "replaced": (
        "gina",
        c.ReplaceEntitlements(
            account="rob", perimeter=WHOLE, profiles=frozenset({"dume:consultation"})
        ),
    ),
    "copied from nora": (
        "gina",
        c.DuplicateEntitlements(source="nora", account="rob", perimeter=WHOLE),
    ),
    "detached": ("gina", c.DetachUser(account="rob", perimeter=WHOLE)),
    "left": ("rob", c.LeaveStructure(perimeter=WHOLE)),
    "shut out": ("rob", c.DeactivateAccount()),
}


def moments(bench: Bench) -> list[datetime]:
    """All at which something may change, a tick before and after, and every ten seconds."""
    known = {
        m for change in bench.memory.written for m in (change.effective_at, change.recorded_at)
    }
    around = {moment + tick for moment in known for tick in (-TICK, 0 * TICK, TICK)}
    return sorted(around | {NOON + timedelta(seconds=10 * n) for n in range(30)})


def works(world: World, who: str, place: Perimeter = WHOLE) -> bool:
    return bool({(who, place, WORK)} & rights(world, [who], [place], (WORK,)))


@pytest.mark.parametrize("taker", TAKERS)
@pytest.mark.parametrize("gap", [0, 1, 59.999999])
def test_what_is_taken_back_is_not_given_for_an_instant(taker: str, gap: float) -> None:
    nora = Attachment(account="nora", perimeter=WHOLE, profiles=frozenset({"dume:consultation"}))
    nora_herself = Account(id="nora", email="nora@example.org", state=AccountState.ACTIVE)
    bench = Bench([*ASKED, nora_herself, nora], delay=60)
    bench.does("gina", c.AddEntitlements(account="rob", perimeter=WHOLE, profiles=SOME))
    bench.wait(gap / 2)
    bench.does("gina", c.Approve(approval="rob-asks"))  # twice awaited, at two moments
    bench.wait(gap / 2)

    who, command = TAKERS[taker]
    bench.does(who, command)

    asked = moments(bench)
    assert len(asked) > 30
    assert [m for m in asked if works(bench.memory.at(m), "rob")] == []


def test_an_address_awaited_is_not_taken_back_by_leaving() -> None:
    bench = Bench(delay=60)
    bench.does("sam", c.ModifyAccount(email="x@example.org"))

    bench.does("sam", c.LeaveStructure(perimeter=WHOLE))
    bench.wait(60)

    assert bench.world.accounts["sam"].email == "x@example.org"


def test_a_service_that_ends_takes_back_what_was_awaited_on_it() -> None:
    bench = Bench(delay=60)
    bench.does("gina", c.RemoveEntitlements(account="vera", perimeter=ROADS, profiles=SOME))
    bench.does("gina", c.AddEntitlements(account="vera", perimeter=ROADS, profiles=SOME))
    bench.does("gina", c.DeleteService(perimeter=ROADS))
    bench.does("gina", c.CreateService(structure=HALL, code="ROADS", name="Roads"))

    assert [m for m in moments(bench)[-20:] if m > bench.now and works_at(bench, m)] == []


def works_at(bench: Bench, moment: datetime) -> bool:
    return works(bench.memory.at(moment), "vera", ROADS)


def test_what_was_awaited_before_takes_nothing_from_who_comes_back() -> None:
    bench = Bench(ASKED, delay=60)
    bench.does("gina", c.AddEntitlements(account="rob", perimeter=WHOLE, profiles=SOME))
    bench.wait(10)
    bench.does("gina", c.DetachUser(account="rob", perimeter=WHOLE))
    bench.wait(10)

    bench.does("gina", c.AttachUser(email="rob@example.org", perimeter=WHOLE))

    back = bench.now
    assert [m for m in moments(bench) if (m >= back) != works(bench.memory.at(m), "rob")] == []
    bench.wait(10)
    bench.does("gina", c.RemoveEntitlements(account="rob", perimeter=WHOLE, profiles=SOME))
    gone = [m for m in moments(bench) if m >= bench.now]
    assert [m for m in gone if works(bench.memory.at(m), "rob")] == []


# Of any history: of all that was said of a profile, what was said last counts, once it counts.

Key = tuple[str, Perimeter, str]

OTHER = "dume:consultation"
NAMES = (PROFILE, OTHER)
KEYS: list[Key] = [*product(("rob", "sam"), (WHOLE, ROADS), NAMES)]
HISTORIES, LENGTH = 40, 60


class Words:
    """What was said of each profile, in the order in which it was: from when on, and yes or no."""

    def __init__(self) -> None:
        self.said: dict[Key, list[tuple[datetime, bool]]] = {
            key: [(NOON, key[:2] == ("sam", WHOLE))] for key in KEYS
        }

    def last(self, key: Key) -> bool:
        return self.said[key][-1][1]

    def at(self, moment: datetime, key: Key) -> bool:
        return [yes for since, yes in self.said[key] if since <= moment][-1]


def spoken(words: Words, command: Command) -> Iterator[tuple[Key, bool]]:
    """Which profiles the command speaks of, and what it says of each."""
    match command:
        case c.AddEntitlements(account=who, perimeter=place, profiles=names):
            yield from (((who, place, name), True) for name in names)
        case c.RemoveEntitlements(account=who, perimeter=place, profiles=names):
            yield from (((who, place, name), False) for name in names)
        case c.RemoveAllEntitlements(account=who, perimeter=place):
            yield from (((who, place, name), False) for name in NAMES)
        case c.ReplaceEntitlements(account=who, perimeter=place, profiles=names):
            keys = {(who, place, name) for name in NAMES}
            yield from ((k, k[2] in names) for k in keys if words.last(k) != (k[2] in names))
        case c.AttachUser(email=email, perimeter=place):
            yield from (((email.partition("@")[0], place, name), True) for name in NAMES)
        case c.DetachUser(account=who, perimeter=place):
            parts = {place, ROADS} if place == WHOLE else {place}
            yield from (((who, part, name), False) for part in parts for name in NAMES)
        case _:
            raise AssertionError(command)


def drawn(dice: random.Random) -> Command:
    who, place = dice.choice(("rob", "sam")), dice.choice((WHOLE, ROADS))
    names = frozenset(dice.sample((PROFILE, OTHER), dice.choice((1, 1, 2))))
    return dice.choice(
        (
            c.AddEntitlements(account=who, perimeter=place, profiles=names),
            c.AddEntitlements(account=who, perimeter=place, profiles=names),
            c.RemoveEntitlements(account=who, perimeter=place, profiles=names),
            c.ReplaceEntitlements(account=who, perimeter=place, profiles=names),
            c.RemoveAllEntitlements(account=who, perimeter=place),
            c.AttachUser(email=f"{who}@example.org", perimeter=place),
            c.AttachUser(email=f"{who}@example.org", perimeter=place),
            c.DetachUser(account=who, perimeter=place),
        )
    )


def compared(histories: int) -> tuple[int, int, object]:
    """The commands carried out, the comparisons made, and the first that differed if any did."""
    carried = asked = 0
    for seed in range(histories):
        dice, words = random.Random(seed), Words()
        bench = Bench(delay=60, checked=False)
        for _ in range(LENGTH):
            bench.wait(dice.choice((0, 0, 1, 10, 20, 59, 60)))
            command = drawn(dice)
            if bench.ask("gina", command) == OK:
                later = bench.now + timedelta(seconds=60)
                for key, yes in [*spoken(words, command)]:
                    deferred = yes and not isinstance(command, c.AttachUser)
                    words.said[key].append((later if deferred else bench.now, yes))
                carried += 1
        known = [moment for moment in moments(bench) if moment >= NOON]
        for moment in dice.sample(known, min(60, len(known))):
            ties = bench.memory.at(moment).attachments
            for key in KEYS:
                asked += 1
                who, place, name = key
                if (name in held(ties.get(who, {}).get(place))) is not words.at(moment, key):
                    return carried, asked, (seed, moment, key)
    return carried, asked, None


def test_the_last_word_counts_from_when_it_counts(figure: Figure) -> None:
    carried, asked, difference = compared(HISTORIES)

    assert difference is None
    assert asked >= 10_000
    figure(f"{HISTORIES} histories, {carried} commands, {asked} comparisons, 0 differences")


def test_what_is_not_taken_back_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def cancelled(*_: object) -> Iterator[Step]:
        yield from ()

    monkeypatch.setattr(Context, "cancelled", cancelled)

    assert compared(HISTORIES)[2] is not None


def test_what_is_not_put_back_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def tied(account: str, perimeter: Perimeter, _context: Context) -> Iterator[Step]:
        yield Step(record=Attachment(account=account, perimeter=perimeter))

    monkeypatch.setattr(attachments, "tied", tied)

    assert compared(HISTORIES)[2] is not None
