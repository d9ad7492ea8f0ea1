"""E14: commands of every kind in any order, each held against the model and the invariants."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habilis_server.organisation import approvals, attachments, principal_manager
from habilis_server.organisation import commands as c
from habilis_server.organisation.commands import Command
from habilis_server.organisation.context import Step
from habilis_server.organisation.table import HANDLERS
from habilis_server.world import World
from tests.conftest import Figure
from tests.organisation import deeds
from tests.organisation.authority import faults
from tests.organisation.model import Model
from tests.organisation.orders import Orders
from tests.organisation.soundness import held, touched, unfounded
from tests.organisation.town import OK, Bench

T = TypeVar("T")

SHARDS = 2
SEQUENCES = 1_000
"""In each shard: 2,000 sequences of about 20 commands, and 600 with late effects."""


class Tape:
    """Draws as a list of numbers has them: hypothesis shortens it, and so the history told."""

    def __init__(self, numbers: bytes) -> None:
        self._numbers = iter(numbers)

    def choice(self, seq: Sequence[T], /) -> T:
        return seq[next(self._numbers) % len(seq)]


tapes = st.binary(min_size=60, max_size=120).map(Tape)
often = settings(
    max_examples=SEQUENCES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def views(world: World) -> dict[str, object]:
    """A World as far as the model knows of it."""
    ties = [tie for own in world.attachments.values() for tie in own.values()]
    return {
        "people": {a.id: (a.email, a.state) for a in world.accounts.values()},
        "houses": {s.id: (s.active, s.principal_manager) for s in world.structures.values()},
        "desks": {place: service.active for place, service in world.services.items()},
        "ties": {(tie.account, tie.perimeter): held(tie) for tie in ties},
        "kept": {(t.account, t.perimeter) for t in ties if t.legacy_secondary_manager},
        "wishes": {w.id: (w.state, w.perimeter) for w in world.approvals.values()},
    }


def expected(model: Model) -> dict[str, object]:
    return {
        "people": {name: (p.email, p.state) for name, p in model.people.items()},
        "houses": {name: (h.active, h.manager) for name, h in model.houses.items()},
        "desks": model.desks,
        "ties": model.ties,
        "kept": model.kept,
        "wishes": {name: (w.state, w.place) for name, w in model.wishes.items()},
    }


def applicant(command: Command, world: World) -> str:
    """The account that a request of an account is about, known once it was carried out."""
    found = (
        world.account_with_email(command.email) if isinstance(command, c.RequestAccount) else None
    )
    return found.id if found else ""


class Log:
    """What was asked and answered, put into words only when something is wrong."""

    def __init__(self) -> None:
        self.lines: list[object] = []

    def __str__(self) -> str:
        return "\n".join(map(str, self.lines))


class Tally:
    def __init__(self) -> None:
        self.sequences = 0
        self.done: Counter[type] = Counter()
        self.refused: Counter[type] = Counter()

    def __str__(self) -> str:
        done, refused = self.done.total(), self.refused.total()
        return f"{self.sequences} sequences, {done + refused} commands, {done} carried out"


def lived(tape: Tape, tally: Tally) -> None:
    """One history in which everything counts at once, beside the model's."""
    bench, orders = Bench(checked=False), Orders(tape)
    model, log = Model(bench.world), Log()
    tally.sequences += 1
    try:
        while True:
            before = bench.world
            actor, command = orders.next(before)
            bench.wait(1)
            answer = bench.ask(actor, command)
            log.lines.append((actor, command, answer))
            after = bench.world
            done = deeds.does(model, actor, command, bench.made, applicant(command, after))
            assert done == (answer == OK), log
            (tally.done if done else tally.refused)[type(command)] += 1
            if not done:
                assert after is before, log
                continue
            assert after.revision > before.revision, log
            assert views(after) == expected(model), log
            assert faults(before, after, actor) == [], log
            assert unfounded(after, touched(before, after)) == [], log
    except StopIteration:
        assert unfounded(bench.world) == [], log


def lived_late(tape: Tape, delay: int, tally: Tally) -> None:
    """One history in which some changes count later."""
    bench, orders, log = Bench(checked=False, delay=delay), Orders(tape), Log()
    tally.sequences += 1
    try:
        while True:
            current, before = bench.world, bench.memory.latest()
            actor, command = orders.next(before)
            answer = bench.ask(actor, command)
            log.lines.append((actor, command, answer))
            after = bench.memory.latest()
            (tally.done if answer == OK else tally.refused)[type(command)] += 1
            assert faults(before, after, actor, current) == [], log
            assert unfounded(bench.world, touched(before, after)) == [], log
            wait = tape.choice((0, 1, delay // 2, delay))
            bench.wait(wait)
            log.lines.append(wait)
    except StopIteration:
        assert unfounded(bench.world) == unfounded(bench.memory.latest()) == [], log


@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_history_is_what_the_model_says(shard: int, figure: Figure) -> None:
    tally = Tally()

    @often
    @given(tapes)
    def history(tape: Tape) -> None:
        lived(tape, tally)

    history()
    assert tally.sequences >= SEQUENCES
    assert {*tally.done} == {*tally.refused} == {*HANDLERS}
    figure(f"{tally}, 0 unlike the model, 0 invariants broken")


@pytest.mark.parametrize("delay", [1, 60, 1800])
def test_every_history_with_late_effects_keeps_the_invariants(delay: int, figure: Figure) -> None:
    tally = Tally()

    @settings(often, max_examples=SEQUENCES // 5)
    @given(tapes)
    def history(tape: Tape) -> None:
        lived_late(tape, delay, tally)

    history()
    figure(f"{tally}, 0 invariants broken")


# What the zeros above are worth: with one rule taken away, a history shows it.


def nothing(*_: object) -> Iterator[Step]:
    yield from ()


def no_end(*_: object) -> attachments.End:
    return attachments.End([], [])


@pytest.mark.parametrize(
    ("place", "name", "instead"),
    [
        (principal_manager, "_simple", nothing),
        (approvals, "changed", nothing),
        (attachments, "ended", no_end),
    ],
)
def test_a_rule_that_is_gone_is_missed(
    place: ModuleType,
    name: str,
    instead: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(place, name, instead)
    dice = random.Random(name)

    def histories() -> None:
        for _ in range(SEQUENCES):
            lived(Tape(dice.randbytes(200)), Tally())

    with pytest.raises(AssertionError):
        histories()


def test_the_orders_are_of_every_kind() -> None:
    assert Orders(Tape(b"")).kinds == {*HANDLERS}
