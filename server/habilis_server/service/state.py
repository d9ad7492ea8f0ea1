"""What the service answers from: one judge, replaced whole and never changed."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

from habilis import Token
from habilis_server.engine import Engine, Judge
from habilis_server.rulebook import Rulebook
from habilis_server.service.errors import (
    FactsBehindError,
    FactsUnreadableError,
    InvalidRequestError,
)
from habilis_server.service.limits import MAX_SKEW
from habilis_server.world import World

__all__ = ["Facts", "Reloaded", "State"]

_LOG: Final = logging.getLogger(__name__)
_REFRESH: Final = 0.2
_TRIES: Final = 5
_SKEW: Final = timedelta(seconds=MAX_SKEW)


class Facts(Protocol):
    """Where Worlds come from; both methods may take their time, and run in a thread."""

    def current(self, now: datetime) -> World:
        """The facts in effect now; the very same World while nothing changed."""
        ...

    def at(self, moment: datetime) -> World:
        """The facts as they were in effect then."""
        ...


class Reloaded(NamedTuple):
    """`replaced` False: the policy read already was in force."""

    digest: str
    replaced: bool


class State:
    """The judge in force, and the two ways in which another one takes its place.

    INVARIANT: a judge is built aside and then takes the place of the former
    one in one assignment. Whoever read it before keeps the former one to the
    end of his answer, so no answer ever mixes two.
    """

    def __init__(
        self,
        facts: Facts,
        read_policy: Callable[[], Rulebook],
        clock: Callable[[], datetime],
    ) -> None:
        """Raises PolicyError for a policy that cannot serve: the service then does not start."""
        self._facts = facts
        self._read_policy = read_policy
        self._clock = clock
        self._judge = Engine(read_policy()).on(facts.current(clock()))
        # One at a time builds the next judge: two could undo each other's work.
        self._building = asyncio.Lock()
        self._looking_back = asyncio.Semaphore(2)

    @property
    def judge(self) -> Judge:
        """The judge in force. Take it once for each answer."""
        return self._judge

    async def reached(self, at_least: Token | None) -> bool:
        """Whether the facts are as fresh as demanded, after having looked for fresher ones."""
        if at_least is None or self._judge.token.revision >= at_least.revision:
            return True
        await self.refresh()
        return self._judge.token.revision >= at_least.revision

    async def require(self, at_least: Token | None) -> None:
        """Raise FactsBehindError unless the facts are as fresh as demanded."""
        if at_least is not None and not await self.reached(at_least):
            raise FactsBehindError(self._judge.token.revision, at_least.revision)

    async def judge_at(self, moment: datetime | None, judge: Judge | None = None) -> Judge:
        """The judge of the facts in effect at `moment`, under the policy of `judge`.

        None is now; so is a moment that is ours for a clock somewhat ahead.
        """
        judge = judge or self._judge
        if moment is None:
            return judge
        ahead = moment - self._clock()
        if ahead > _SKEW:
            raise InvalidRequestError("at", "is in the future; nobody knows the facts of then")
        if ahead >= timedelta(0):
            return judge
        async with self._looking_back:
            world = await self._read(self._facts.at, moment)
            return await asyncio.to_thread(judge.engine.on, world)

    async def judges_at(
        self, moments: Collection[datetime | None]
    ) -> Mapping[datetime | None, Judge]:
        """A judge for each moment, all under one policy and by one revision of the facts."""
        for _ in range(_TRIES):
            now = self._judge
            judges = {moment: await self.judge_at(moment, now) for moment in moments}
            if len({judge.token for judge in judges.values()}) <= 1:
                return judges
            # The facts grew while the past was looked up: the present catches up with it.
            await self.refresh()
        raise FactsUnreadableError("the facts change too fast to be read at several moments")

    async def refresh(self) -> None:
        """Take in the facts that changed; raises FactsUnreadableError when they can't be read."""
        async with self._building:
            world = await self._read(self._facts.current, self._clock())
            if world is not self._judge.world:
                self._judge = await asyncio.to_thread(self._judge.engine.on, world)

    async def keep_fresh(self) -> None:
        """Refresh for ever; a failure is logged once, and the last facts read go on serving."""
        failing = False
        while True:
            await asyncio.sleep(_REFRESH)
            try:
                await self.refresh()
            except Exception as error:  # noqa: BLE001  # a loop that ended would never catch up
                if not failing:
                    _LOG.error("the facts can't be read; the last ones serve", exc_info=error)
                failing = True
            else:
                if failing:
                    _LOG.info("the facts can be read again")
                failing = False

    async def reload(self) -> Reloaded:
        """Read the policy again and put it in force; raises PolicyError and changes nothing."""
        async with self._building:
            engine = await asyncio.to_thread(lambda: Engine(self._read_policy()))
            digest = engine.rulebook.digest
            if digest == self._judge.token.policy_digest:
                return Reloaded(digest, replaced=False)
            self._judge = await asyncio.to_thread(engine.on, self._judge.world)
        _LOG.info("policy %s is in force", digest)
        return Reloaded(digest, replaced=True)

    async def _read(self, read: Callable[[datetime], World], moment: datetime) -> World:
        try:
            return await asyncio.to_thread(read, moment)
        except Exception as error:
            raise FactsUnreadableError("the facts can't be read now") from error
