"""The client for asyncio: the same promises as `Client`, awaited."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Unpack, overload

from grpc import aio

from habilis import calls
from habilis.answers import ActionList, Explanation, PerimeterList, Permission, Policy, Reload
from habilis.channel import failure
from habilis.connection import AsyncConnection
from habilis.errors import AccessDenied
from habilis.model import Decision, Perimeter, Question, Resource, Token
from habilis.words import Asked, Terms, question_of

__all__ = ["AsyncClient"]


class AsyncClient(AsyncConnection):
    """A Habilis server, as seen by a caller on an event loop; made and used on that loop.

    `target`, `tls`, deadlines and errors are those of `Client`.
    """

    @overload
    async def check(self, question: Question, /, **terms: Unpack[Terms]) -> Decision: ...
    @overload
    async def check(self, /, **words: Unpack[Asked]) -> Decision: ...
    async def check(
        self,
        question: Question | None = None,
        /,
        *,
        at_least: Token | None = None,
        deadline: float | None = None,
        **words: Any,  # typed by the overloads
    ) -> Decision:
        """May the subject do the action? The decision is to be read, not used as a truth value.

        Takes a `Question` or its words: `check(subject=…, action=…, resource=…)`.
        Where a denial should stop the caller, `require` says so in one word.
        """
        asked = question_of(question, words)
        return await self._answer(calls.check(asked, at_least), deadline)

    @overload
    async def require(self, question: Question, /, **terms: Unpack[Terms]) -> Decision: ...
    @overload
    async def require(self, /, **words: Unpack[Asked]) -> Decision: ...
    async def require(
        self,
        question: Question | None = None,
        /,
        *,
        at_least: Token | None = None,
        deadline: float | None = None,
        **words: Any,  # typed by the overloads
    ) -> Decision:
        """Return only if the subject may do the action; else raise AccessDenied with the reason."""
        asked = question_of(question, words)
        decision = await self._answer(calls.check(asked, at_least), deadline)
        if not decision.allowed:
            raise AccessDenied(decision)
        return decision

    async def check_many(
        self, questions: Sequence[Question], **terms: Unpack[Terms]
    ) -> tuple[Decision, ...]:
        """As many decisions as questions, in their order, all from one policy and one revision."""
        call = calls.check_many(tuple(questions), terms.get("at_least"))
        return await self._answer(call, terms.get("deadline"))

    @overload
    async def explain(self, question: Question, /, **terms: Unpack[Terms]) -> Explanation: ...
    @overload
    async def explain(self, /, **words: Unpack[Asked]) -> Explanation: ...
    async def explain(
        self,
        question: Question | None = None,
        /,
        *,
        at_least: Token | None = None,
        deadline: float | None = None,
        **words: Any,  # typed by the overloads
    ) -> Explanation:
        """The decision, and how each rule that speaks of the question was judged."""
        asked = question_of(question, words)
        return await self._answer(calls.explain(asked, at_least), deadline)

    async def list_actions(
        self,
        *,
        subject: str,
        resource: Resource,
        at: datetime | None = None,
        **terms: Unpack[Terms],
    ) -> ActionList:
        """The actions that the subject may do on the resource: those that `check` would allow."""
        call = calls.list_actions(subject, resource, at, terms.get("at_least"))
        return await self._answer(call, terms.get("deadline"))

    async def list_perimeters(
        self,
        *,
        subject: str,
        action: str,
        resource_type: str = "",
        at: datetime | None = None,
        **terms: Unpack[Terms],
    ) -> PerimeterList:
        """Where the subject may do the action; `resource_type` "": on every kind of resource."""
        call = calls.list_perimeters(subject, action, resource_type, at, terms.get("at_least"))
        return await self._answer(call, terms.get("deadline"))

    async def enumerate(
        self,
        *,
        subject: str | None = None,
        action: str | None = None,
        perimeter: Perimeter | None = None,
        at: datetime | None = None,
        **terms: Unpack[Terms],
    ) -> AsyncIterator[Permission]:
        """Everything that anyone may do anywhere, narrowed by what is given.

        Raises CutShortError where the whole did not come: what was read
        before is then no enumeration.
        """
        call = calls.enumerate_permissions(subject, action, perimeter, at, terms.get("at_least"))
        reading = calls.Reading(call.at_least)
        method: aio.UnaryStreamMultiCallable[Any, bytes] = self._channel.unary_stream(
            call.method, type(call.request).SerializeToString
        )
        deadline = terms.get("deadline")
        stream = method(call.request, timeout=call.deadline if deadline is None else deadline)
        try:
            async for message in stream:
                for permission in reading.permissions(message):
                    yield permission
        except aio.AioRpcError as error:
            raise failure(error) from error
        finally:
            stream.cancel()
        reading.close()

    async def policy(self, *, deadline: float | None = None) -> Policy:
        """The policy in force, rule by rule."""
        return await self._answer(calls.policy(), deadline)

    async def reload(self, *, deadline: float | None = None) -> Reload:
        """Put the policy of the server's folder in force.

        Raises PolicyRefusedError with every problem of a bad one; the former
        policy then stays in force.
        """
        return await self._answer(calls.reload(), deadline)

    async def revision(self, *, deadline: float | None = None) -> Token:
        """The state from which the server answers now."""
        return await self._answer(calls.revision(), deadline)
