"""The client that waits for its answers."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Unpack, overload

import grpc

from habilis import calls
from habilis.answers import ActionList, Explanation, PerimeterList, Permission, Policy, Reload
from habilis.channel import failure
from habilis.connection import Connection
from habilis.errors import AccessDenied
from habilis.model import Decision, Perimeter, Question, Resource, Token
from habilis.words import Asked, Terms, question_of

__all__ = ["Client"]


class Client(Connection):
    """A Habilis server, as seen by a caller that can wait; safe between threads.

    `target` is HOST:PORT or any gRPC name. Without `tls` the connection is
    plain, which a server accepts on its own machine only.

    No method has an endless deadline, and every method raises a HabilisError
    where no answer came that can be believed: the caller must not act then.
    A server that cannot be reached is tried again within the deadline.
    """

    @overload
    def check(self, question: Question, /, **terms: Unpack[Terms]) -> Decision: ...
    @overload
    def check(self, /, **words: Unpack[Asked]) -> Decision: ...
    def check(
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
        return self._answer(calls.check(asked, at_least), deadline)

    @overload
    def require(self, question: Question, /, **terms: Unpack[Terms]) -> Decision: ...
    @overload
    def require(self, /, **words: Unpack[Asked]) -> Decision: ...
    def require(
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
        decision = self._answer(calls.check(asked, at_least), deadline)
        if not decision.allowed:
            raise AccessDenied(decision)
        return decision

    def check_many(
        self, questions: Sequence[Question], **terms: Unpack[Terms]
    ) -> tuple[Decision, ...]:
        """As many decisions as questions, in their order, all from one policy and one revision."""
        call = calls.check_many(tuple(questions), terms.get("at_least"))
        return self._answer(call, terms.get("deadline"))

    @overload
    def explain(self, question: Question, /, **terms: Unpack[Terms]) -> Explanation: ...
    @overload
    def explain(self, /, **words: Unpack[Asked]) -> Explanation: ...
    def explain(
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
        return self._answer(calls.explain(asked, at_least), deadline)

    def list_actions(
        self,
        *,
        subject: str,
        resource: Resource,
        at: datetime | None = None,
        **terms: Unpack[Terms],
    ) -> ActionList:
        """The actions that the subject may do on the resource: those that `check` would allow."""
        call = calls.list_actions(subject, resource, at, terms.get("at_least"))
        return self._answer(call, terms.get("deadline"))

    def list_perimeters(
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
        return self._answer(call, terms.get("deadline"))

    def enumerate(
        self,
        *,
        subject: str | None = None,
        action: str | None = None,
        perimeter: Perimeter | None = None,
        at: datetime | None = None,
        **terms: Unpack[Terms],
    ) -> Iterator[Permission]:
        """Everything that anyone may do anywhere, narrowed by what is given.

        Raises CutShortError where the whole did not come: what was read
        before is then no enumeration.
        """
        call = calls.enumerate_permissions(subject, action, perimeter, at, terms.get("at_least"))
        reading = calls.Reading(call.at_least)
        method: grpc.UnaryStreamMultiCallable[Any, bytes] = self._channel.unary_stream(
            call.method, type(call.request).SerializeToString
        )
        deadline = terms.get("deadline")
        stream = method(call.request, timeout=call.deadline if deadline is None else deadline)
        try:
            for message in stream:
                yield from reading.permissions(message)
        except grpc.RpcError as error:
            raise failure(error) from error
        finally:
            stream.cancel()
        reading.close()

    def policy(self, *, deadline: float | None = None) -> Policy:
        """The policy in force, rule by rule."""
        return self._answer(calls.policy(), deadline)

    def reload(self, *, deadline: float | None = None) -> Reload:
        """Put the policy of the server's folder in force.

        Raises PolicyRefusedError with every problem of a bad one; the former
        policy then stays in force.
        """
        return self._answer(calls.reload(), deadline)

    def revision(self, *, deadline: float | None = None) -> Token:
        """The state from which the server answers now."""
        return self._answer(calls.revision(), deadline)
