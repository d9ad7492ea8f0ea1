"""The journal in memory, held against the real one: whatever the history, they tell the same."""

import random
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from habilis_server.journal import Journal, RequestIdReusedError, Timeline
from habilis_server.organisation import Organisation, OrganisationError
from habilis_server.world import World
from tests.conftest import Figure
from tests.organisation.memory import Memory
from tests.organisation.orders import Orders
from tests.organisation.town import FACTS, NOON, REGISTER, engine

DELAY = timedelta(minutes=2)


def told(world: World) -> tuple[object, ...]:
    return world.revision, *world.records()


@pytest.mark.parametrize("seed", range(3))
def test_memory_tells_what_the_journal_tells(seed: int, tmp_path: Path, figure: Figure) -> None:
    dice, now, commands = random.Random(seed), [NOON], 0

    def organisation(journal: Journal, timeline: Timeline) -> Organisation:
        return Organisation(journal, timeline, engine, REGISTER, clock=lambda: now[0], delay=DELAY)

    memory = Memory(FACTS, NOON, checked=True)
    with Journal.create(tmp_path) as journal:
        journal.append(FACTS, actor="import", request_id="import", recorded_at=NOON)
        timeline = Timeline(journal)
        organisations = [
            organisation(journal, timeline),
            organisation(cast(Journal, memory), cast(Timeline, memory)),
        ]
        orders = Orders(dice)
        for number in range(60):
            if number % 20 == 19:  # a process that starts anew reads what the former one wrote
                timeline = Timeline(journal)
                organisations[0] = organisation(journal, timeline)
            now[0] += timedelta(seconds=dice.choice((0, 1, 30, 60)))
            actor, command = orders.next(timeline.latest())
            answers: list[object] = []
            for each in organisations:
                try:
                    outcome = each.execute(command, actor=actor, request_id=f"r{number}")
                except OrganisationError as refusal:
                    answers.append((type(refusal), str(refusal)))
                else:
                    answers.append(outcome)
                    commands += 1
            assert answers[0] == answers[1]
            assert told(timeline.current(now[0])) == told(memory.current(now[0]))
            assert told(timeline.latest()) == told(memory.latest())
            pending = [(c.revision, c.effective_at, c.record) for c in timeline.pending(now[0])]
            assert pending == [
                (c.revision, c.effective_at, c.record) for c in memory.pending(now[0])
            ]
            then = NOON + (now[0] - NOON + DELAY) * dice.random()
            assert told(timeline.at(then)) == told(memory.at(then))
        kept = [(c.effective_at, c.actor, c.command, c.cause, c.record) for c in journal.changes()]
        assert kept == [
            (c.effective_at, c.actor, c.command, c.cause, c.record) for c in memory.written
        ]
        assert journal.verify() == []
    figure(f"{commands // 2} commands on both journals, 0 differences")


def test_the_same_request_is_answered_alike_and_another_under_its_name_is_refused() -> None:
    memory = Memory((), NOON)
    written = memory.record(
        [(FACTS[0], None)],
        actor="a",
        request_id="r",
        recorded_at=NOON,
        command="c",
        digest="d",
    )

    assert memory.outcome("r", actor="a", digest="d") == written
    assert memory.outcome("other", actor="a", digest="d") is None
    for actor, digest in (("a", "e"), ("b", "d")):
        with pytest.raises(RequestIdReusedError):
            memory.outcome("r", actor=actor, digest=digest)
