"""AccessService: may this person do this, here, now; why; and where."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from itertools import islice
from typing import Final, TypeVar

from google.protobuf.message import Message
from grpc import aio

from habilis import Decision, Perimeter, Question, Reason, Token
from habilis.v1 import access_pb2, access_pb2_grpc, decision_pb2
from habilis_companion.errors import InvalidRequestError
from habilis_server.analysis import (
    Permission,
    enumerate_permissions,
    list_actions,
    list_perimeters,
)
from habilis_server.engine import Explanation, Judge, explain
from habilis_server.service.limits import MAX_MOMENTS, MAX_QUESTIONS
from habilis_server.service.state import State
from habilis_server.service.wire import (
    action_from,
    at_least_from,
    moment_from,
    named_decision,
    perimeter_from,
    question_from,
    resource_from,
    subject_from,
    text_from,
    token_message,
)
from habilis_server.service.wire_answers import (
    explanation_message,
    permission_message,
    permitted_perimeter_message,
)

__all__ = ["AccessServicer"]

# A long answer lets others be answered in between.
_TURN: Final = 100
_STEP: Final = 100

_Item = TypeVar("_Item")
_Listing = (
    access_pb2.ListActionsRequest
    | access_pb2.ListPerimetersRequest
    | access_pb2.EnumeratePermissionsRequest
)
_Context = aio.ServicerContext[Message, Message]


class AccessServicer(access_pb2_grpc.AccessServiceServicer):
    """Answers each call from one judge, taken once."""

    def __init__(self, state: State) -> None:
        self._state = state
        # Long answers are worked out one step at a time, whoever asked for them: more
        # threads would keep each other, and the loop that answers Check, from running.
        self._long = asyncio.Semaphore(1)

    async def Check(
        self, request: access_pb2.CheckRequest, context: _Context
    ) -> access_pb2.CheckResponse:
        question = _question(request)
        fresh = await self._state.reached(at_least_from(request.consistency))
        judge = self._state.judge
        if not fresh:
            return access_pb2.CheckResponse(decision=named_decision(_stale(judge.token)))
        judge = await self._state.judge_at(question.at, judge)
        return access_pb2.CheckResponse(decision=named_decision(judge.decide(question)))

    async def CheckMany(
        self, request: access_pb2.CheckManyRequest, context: _Context
    ) -> access_pb2.CheckManyResponse:
        questions = _questions(request.questions)
        fresh = await self._state.reached(at_least_from(request.consistency))
        stale = _stale(self._state.judge.token)
        judges = await self._state.judges_at({question.at for question in questions})
        response = access_pb2.CheckManyResponse()
        for index, question in enumerate(questions):
            if index % _TURN == _TURN - 1:
                await asyncio.sleep(0)
            decision = judges[question.at].decide(question) if fresh else stale
            response.decisions.append(named_decision(decision))
        return response

    async def Explain(
        self, request: access_pb2.ExplainRequest, context: _Context
    ) -> access_pb2.ExplainResponse:
        question = _question(request)
        fresh = await self._state.reached(at_least_from(request.consistency))
        judge = self._state.judge
        if fresh:
            judge = await self._state.judge_at(question.at, judge)
            explanation = explain(judge, question)
        else:
            explanation = Explanation(decision=_stale(judge.token), rules=())
        return access_pb2.ExplainResponse(explanation=explanation_message(explanation))

    async def ListActions(
        self, request: access_pb2.ListActionsRequest, context: _Context
    ) -> access_pb2.ListActionsResponse:
        subject, resource = subject_from(request), resource_from(request)
        judge = await self._judge(request)
        return access_pb2.ListActionsResponse(
            actions=[
                access_pb2.PermittedAction(
                    action=decision_pb2.Action(name=action),
                    rule_id=decision.rule_id,
                    acting_as=decision.acting_as,
                )
                for action, decision in list_actions(judge, subject, resource)
            ],
            token=token_message(judge.token),
        )

    async def ListPerimeters(
        self, request: access_pb2.ListPerimetersRequest, context: _Context
    ) -> access_pb2.ListPerimetersResponse:
        subject, action = subject_from(request), action_from(request)
        kind = text_from("resource_type", request.resource_type) if request.resource_type else None
        judge = await self._judge(request)
        response = access_pb2.ListPerimetersResponse(token=token_message(judge.token))
        found = list_perimeters(judge, subject, action, kind)
        while batch := await self._next(found):
            response.perimeters.extend(permitted_perimeter_message(where) for where in batch)
        return response

    async def EnumeratePermissions(
        self, request: access_pb2.EnumeratePermissionsRequest, context: _Context
    ) -> AsyncGenerator[access_pb2.EnumeratePermissionsResponse, None]:
        subject = subject_from(request) if request.HasField("subject") else None
        action = action_from(request) if request.HasField("action") else None
        place = _place(request)
        judge = await self._judge(request)
        found = _permissions(judge, subject, action, place)
        count = 0
        # In a thread, by batches: between two, a caller who left ends the work.
        while batch := await self._next(found):
            rights = [permission_message(right) for right in batch if right is not None]
            count += len(rights)
            if rights:
                yield access_pb2.EnumeratePermissionsResponse(permissions=rights)
        yield access_pb2.EnumeratePermissionsResponse(
            complete=access_pb2.EnumerationComplete(
                permissions=count, token=token_message(judge.token)
            )
        )

    async def _next(self, found: Iterator[_Item]) -> list[_Item]:
        async with self._long:
            return await asyncio.to_thread(lambda: list(islice(found, _STEP)))

    async def _judge(self, request: _Listing) -> Judge:
        moment = moment_from(request)
        await self._state.require(at_least_from(request.consistency))
        return await self._state.judge_at(moment, self._state.judge)


def _place(request: access_pb2.EnumeratePermissionsRequest) -> Perimeter | None:
    if not request.HasField("perimeter"):
        return None
    try:
        return perimeter_from(request.perimeter)
    except InvalidRequestError as error:
        raise error.within("perimeter") from error


def _question(request: access_pb2.CheckRequest | access_pb2.ExplainRequest) -> Question:
    if not request.HasField("question"):
        raise InvalidRequestError("question", "is missing; ask one")
    try:
        return question_from(request.question)
    except InvalidRequestError as error:
        raise error.within("question") from error


def _questions(messages: Sequence[decision_pb2.Question]) -> list[Question]:
    if len(messages) > MAX_QUESTIONS:
        problem = f"has {len(messages)} entries; at most {MAX_QUESTIONS} are answered at once"
        raise InvalidRequestError("questions", problem)
    questions: list[Question] = []
    for index, message in enumerate(messages):
        try:
            questions.append(question_from(message))
        except InvalidRequestError as error:
            raise error.within(f"questions[{index}]") from error
    moments = {question.at for question in questions if question.at is not None}
    if len(moments) > MAX_MOMENTS:
        problem = f"ask about {len(moments)} moments; at most {MAX_MOMENTS} are answered at once"
        raise InvalidRequestError("questions", problem)
    return questions


def _stale(token: Token) -> Decision:
    return Decision(allowed=False, reason=Reason.STALE, rule_id="", acting_as="", token=token)


def _permissions(
    judge: Judge, subject: str | None, action: str | None, place: Perimeter | None
) -> Iterator[Permission | None]:
    """Every permission, and None after each person: who can do nothing takes time too."""
    for person in sorted(judge.world.accounts) if subject is None else (subject,):
        yield from enumerate_permissions(judge, subject=person, action=action, perimeter=place)
        yield None
