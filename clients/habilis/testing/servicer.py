"""The fake's side of the contract: messages in, the script's answers out."""

from collections.abc import Iterator
from datetime import UTC
from itertools import count
from typing import TypedDict

import grpc
from google.protobuf.json_format import MessageToDict

from habilis.model import Question, Resource, Token
from habilis.testing.script import Said, Script
from habilis.v1 import access_pb2, access_pb2_grpc, decision_pb2
from habilis.wire import perimeter_from, perimeter_message, reason_number, token_message

__all__ = ["FakeAccess", "Which"]


class Which(TypedDict, total=False):
    """Words of a question; one that is missing may be any."""

    subject: str | None
    action: str | None
    type: str | None
    id: str | None


class FakeAccess(access_pb2_grpc.AccessServiceServicer):
    """`failing` is the status with which every call fails; None: none does."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._numbers = count(1)
        self.failing: grpc.StatusCode | None = None

    def Check(
        self, request: access_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> access_pb2.CheckResponse:
        self._fail(context)
        return access_pb2.CheckResponse(
            decision=self._decide(request.question, request.consistency)
        )

    def CheckMany(
        self, request: access_pb2.CheckManyRequest, context: grpc.ServicerContext
    ) -> access_pb2.CheckManyResponse:
        self._fail(context)
        return access_pb2.CheckManyResponse(
            decisions=[
                self._decide(question, request.consistency) for question in request.questions
            ]
        )

    def Explain(
        self, request: access_pb2.ExplainRequest, context: grpc.ServicerContext
    ) -> access_pb2.ExplainResponse:
        self._fail(context)
        decision = self._decide(request.question, request.consistency)
        return access_pb2.ExplainResponse(explanation=access_pb2.Explanation(decision=decision))

    def ListPerimeters(
        self, request: access_pb2.ListPerimetersRequest, context: grpc.ServicerContext
    ) -> access_pb2.ListPerimetersResponse:
        self._fail(context)
        return access_pb2.ListPerimetersResponse(
            perimeters=[
                access_pb2.PermittedPerimeter(
                    perimeter=perimeter_message(place),
                    rule_id="fake-allow",
                    effect=access_pb2.EFFECT_ALLOW,
                    resource_type=request.resource_type,
                )
                for place in self._script.places(request.subject.id, request.action.name)
            ],
            token=token_message(self._script.token),
        )

    def ListActions(
        self, request: access_pb2.ListActionsRequest, context: grpc.ServicerContext
    ) -> access_pb2.ListActionsResponse:
        self._fail(context)
        asked = decision_pb2.Question(subject=request.subject, resource=request.resource)
        permitted: list[access_pb2.PermittedAction] = []
        for name in self._script.actions():
            asked.action.name = name
            said = self._script.answer(_question(asked), _at_least(request.consistency))
            if said.allowed:
                permitted.append(
                    access_pb2.PermittedAction(
                        action=asked.action, rule_id=said.rule_id, acting_as=said.acting_as
                    )
                )
        return access_pb2.ListActionsResponse(
            actions=permitted, token=token_message(self._script.token)
        )

    def EnumeratePermissions(
        self, request: access_pb2.EnumeratePermissionsRequest, context: grpc.ServicerContext
    ) -> Iterator[access_pb2.EnumeratePermissionsResponse]:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "a fake knows no rules to enumerate")

    def _fail(self, context: grpc.ServicerContext) -> None:
        if self.failing is not None:
            context.abort(self.failing, "the test wants this call to fail")

    def _decide(
        self, question: decision_pb2.Question, consistency: decision_pb2.Consistency
    ) -> decision_pb2.Decision:
        return self._decision(self._script.answer(_question(question), _at_least(consistency)))

    def _decision(self, said: Said) -> decision_pb2.Decision:
        return decision_pb2.Decision(
            allowed=said.allowed,
            reason=reason_number(said.reason),
            rule_id=said.rule_id,
            acting_as=said.acting_as,
            token=token_message(self._script.token),
            decision_id=f"fake-{next(self._numbers)}",
        )


def _at_least(consistency: decision_pb2.Consistency) -> Token | None:
    if not consistency.HasField("at_least"):
        return None
    return Token(consistency.at_least.policy_digest, consistency.at_least.revision)


def _question(message: decision_pb2.Question) -> Question:
    resource = message.resource
    return Question(
        subject=message.subject.id,
        action=message.action.name,
        resource=Resource(
            type=resource.type,
            id=resource.id,
            parties={name: perimeter_from(place) for name, place in resource.parties.items()},
            properties={name: value.string_value for name, value in resource.properties.items()},
        ),
        at=message.at.ToDatetime(tzinfo=UTC) if message.HasField("at") else None,
        context=MessageToDict(message.context),
    )
