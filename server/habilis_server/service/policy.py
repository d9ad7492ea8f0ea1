"""PolicyService: the policy in force, and the way in which another one takes its place."""

import logging
from typing import Final

from google.protobuf.message import Message
from grpc import aio

from habilis.v1 import policy_pb2, policy_pb2_grpc
from habilis_server.rulebook import PolicyError
from habilis_server.service.state import State
from habilis_server.service.wire_answers import problem_message, rule_message

__all__ = ["PolicyServicer"]

_LOG: Final = logging.getLogger(__name__)
_Context = aio.ServicerContext[Message, Message]


class PolicyServicer(policy_pb2_grpc.PolicyServiceServicer):
    def __init__(self, state: State) -> None:
        self._state = state

    async def GetPolicy(
        self, request: policy_pb2.GetPolicyRequest, context: _Context
    ) -> policy_pb2.GetPolicyResponse:
        rulebook = self._state.judge.engine.rulebook
        return policy_pb2.GetPolicyResponse(
            digest=rulebook.digest, rules=[rule_message(rule) for rule in rulebook.rules]
        )

    async def Reload(
        self, request: policy_pb2.ReloadRequest, context: _Context
    ) -> policy_pb2.ReloadResponse:
        try:
            reloaded = await self._state.reload()
        except PolicyError as error:
            _LOG.warning("a policy was refused; the former one stays in force: %s", error)
            return policy_pb2.ReloadResponse(
                outcome=policy_pb2.RELOAD_OUTCOME_REFUSED,
                digest=self._state.judge.token.policy_digest,
                problems=[problem_message(problem) for problem in error.problems],
            )
        return policy_pb2.ReloadResponse(
            outcome=(
                policy_pb2.RELOAD_OUTCOME_REPLACED
                if reloaded.replaced
                else policy_pb2.RELOAD_OUTCOME_UNCHANGED
            ),
            digest=reloaded.digest,
        )
