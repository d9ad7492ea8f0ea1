"""A revocation is seen by the next question that has its token, always (D1, D2)."""

import asyncio
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import pytest

from habilis import Perimeter, Question, Resource
from habilis_server.journal import Journal, Timeline
from habilis_server.organisation import Organisation
from habilis_server.organisation import commands as c
from habilis_server.organisation.commands import Command
from habilis_server.rulebook import Rulebook
from habilis_server.service.state import State
from tests.conftest import Figure
from tests.organisation.town import FACTS, HALL, NOON, OK, PROFILE, REGISTER, Bench, engine

WHOLE = Perimeter(HALL)
SOME = frozenset({PROFILE})
PAIRS = 10_000

WORKS = Question(
    subject="sam", action="signature.consulter", resource=Resource(type="structure", id=HALL)
)

ROUND: tuple[tuple[str, Command, tuple[tuple[str, Command], ...]], ...] = (
    (
        "gina",
        c.RemoveEntitlements(account="sam", perimeter=WHOLE, profiles=SOME),
        (("gina", c.AddEntitlements(account="sam", perimeter=WHOLE, profiles=SOME)),),
    ),
    (
        "leo",
        c.RemoveAllEntitlements(account="sam", perimeter=WHOLE),
        (("leo", c.AddEntitlements(account="sam", perimeter=WHOLE, profiles=SOME)),),
    ),
    (
        "gina",
        c.ReplaceEntitlements(
            account="sam", perimeter=WHOLE, profiles=frozenset({"dume:consultation"})
        ),
        (("gina", c.ReplaceEntitlements(account="sam", perimeter=WHOLE, profiles=SOME)),),
    ),
    (
        "gina",
        c.DetachUser(account="sam", perimeter=WHOLE),
        (("gina", c.AttachUser(email="sam@example.org", perimeter=WHOLE)),),
    ),
    (
        "sam",
        c.LeaveStructure(perimeter=WHOLE),
        (("leo", c.AttachUser(email="sam@example.org", perimeter=WHOLE)),),
    ),
    ("sam", c.DeactivateAccount(), (("sam", c.ReactivateAccount()),)),
)
"""A revocation, and what makes it undone."""


class Behind:
    """A server's view of the facts, which looks at them only when a token makes it."""

    def __init__(self, bench: Bench) -> None:
        def policy() -> Rulebook:
            return engine().rulebook

        self.state = State(bench.memory, policy, lambda: bench.now)


@pytest.mark.parametrize("delay", [0, 1800])
def test_a_revocation_is_seen_with_its_token(delay: int, figure: Figure) -> None:
    bench = Bench(delay=delay, checked=False)
    state = Behind(bench).state
    seen = stale = 0

    async def pairs() -> None:
        nonlocal seen, stale
        for number, (who, revocation, undone) in zip(range(PAIRS // 2), cycle(ROUND)):
            assert state.judge.decide(WORKS).allowed
            outcome = bench.organisation.execute(revocation, actor=who, request_id=f"x{number}")
            stale += state.judge.decide(WORKS).allowed  # what a server would say that ignored it
            await state.require(outcome.token)
            assert state.judge.token.revision >= outcome.token.revision
            assert not state.judge.decide(WORKS).allowed, revocation
            seen += 1
            for each, command in undone:
                assert bench.ask(each, command) == OK
            bench.wait(delay)
            await state.refresh()

    asyncio.run(pairs())
    assert seen == PAIRS // 2
    assert stale == seen  # without the token the former answer would have stood
    figure(f"{seen} revocations, each followed by its question: 0 stale ({stale} without a token)")


def test_another_process_sees_it_in_the_journal(tmp_path: Path, figure: Figure) -> None:
    now = [NOON]
    with Journal.create(tmp_path) as written, Journal.open(tmp_path) as read:
        written.append(FACTS, actor="import", request_id="import", recorded_at=NOON)
        organisation = Organisation(
            written, Timeline(written), engine, REGISTER, clock=lambda: now[0]
        )
        state = State(Timeline(read), lambda: engine().rulebook, lambda: NOON)  # whose clock stands

        async def pairs() -> int:
            seen = 0
            for number, (who, revocation, undone) in zip(range(60), cycle(ROUND), strict=False):
                now[0] += timedelta(seconds=1)
                for step, (each, command) in enumerate(((who, revocation), *undone)):
                    request = f"x{number}.{step}"
                    outcome = organisation.execute(command, actor=each, request_id=request)
                    await state.require(outcome.token)
                    assert state.judge.decide(WORKS).allowed is (step > 0), command
                seen += 1
            return seen

        figure(f"{asyncio.run(pairs())} revocations read by another from the journal: 0 stale")
