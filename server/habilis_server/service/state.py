"""What the service answers from: one judge, replaced whole and never changed."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple, ParamSpec, Protocol

from habilis import Token
from habilis_companion.errors import InvalidRequestError
from habilis_server.engine import Engine, Judge
from habilis_server.journal import Known
from habilis_server.rulebook import Rulebook
from habilis_server.service.errors import (
    FactsBehindError,
    FactsUnreadableError,
)
from habilis_server.service.limits import MAX_SKEW

__all__ = ["Facts", "Reloaded", "State", "View"]

_LOG: Final = logging.getLogger(__name__)
_REFRESH: Final = 0.2
_TRIES: Final = 5
_SKEW: Final = timedelta(seconds=MAX_SKEW)

_Where = ParamSpec("_Where")  # by which words facts are looked up


class Facts(Protocol):
    """Where Worlds come from; every method may take its time, and runs in a thread."""

    def known(self, now: datetime) -> Known:
        """The facts in effect now; the very same World while nothing changed."""
        ...

    def known_at(self, moment: datetime) -> Known:
        """The facts as they were in effect then."""
        ...

    def as_of(self, until: str, head: int) -> Known:
        """The facts of a Known that was given before; ValueError if it is of later facts."""
        ...

    def keep(self, known: Known) -> None:
        """Remember it, for it will be asked for again."""
        ...


class View(NamedTuple):
    """What a list is read from: the same for all its pages, however long that takes."""

    judge: Judge
    known: Known


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
        self._known = facts.known(clock())
        self._judge = Engine(read_policy()).on(self._known.world)
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
        if moment is None or not self._past(moment):
            return judge
        return (await self._looked_up(judge.engine, self._facts.known_at, moment)).judge

    async def view_at(self, moment: datetime | None) -> View:
        """As `judge_at`, to be read page by page."""
        if moment is None or not self._past(moment):
            return View(self._judge, self._known)
        return await self._looked_up(self._judge.engine, self._facts.known_at, moment)

    async def view_of(self, until: str, head: int) -> View:
        """The view that was read before, under the policy in force; FactsBehindError if later."""
        if (until, head) == (self._known.until, self._known.head):
            return View(self._judge, self._known)
        await self.require(Token("", head))
        return await self._looked_up(self._judge.engine, self._facts.as_of, until, head)

    async def keep(self, view: View) -> None:
        """Have this view at hand when the next page is asked for."""
        await asyncio.to_thread(self._facts.keep, view.known)

    def _past(self, moment: datetime) -> bool:
        ahead = moment - self._clock()
        if ahead > _SKEW:
            raise InvalidRequestError("at", "is in the future; nobody knows the facts of then")
        return ahead < timedelta(0)

    async def _looked_up(
        self,
        engine: Engine,
        read: Callable[_Where, Known],
        *where: _Where.args,
        **none: _Where.kwargs,
    ) -> View:
        async with self._looking_back:
            known = await self._read(read, *where, **none)
            return View(await asyncio.to_thread(engine.on, known.world), known)

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
            known = await self._read(self._facts.known, self._clock())
            if known is not self._known:
                self._judge = await asyncio.to_thread(self._judge.engine.on, known.world)
                self._known = known

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

    async def _read(
        self, read: Callable[_Where, Known], *where: _Where.args, **none: _Where.kwargs
    ) -> Known:
        try:
            return await asyncio.to_thread(read, *where, **none)
        except Exception as error:
            raise FactsUnreadableError("the facts can't be read now") from error
