"""FactsService: up to which change of the facts the server has come."""

from google.protobuf.message import Message
from grpc import aio

from habilis.v1 import facts_pb2, facts_pb2_grpc
from habilis_server.service.state import State
from habilis_server.service.wire import token_message

__all__ = ["FactsServicer"]


class FactsServicer(facts_pb2_grpc.FactsServiceServicer):
    def __init__(self, state: State) -> None:
        self._state = state

    async def GetRevision(
        self,
        request: facts_pb2.GetRevisionRequest,
        context: aio.ServicerContext[Message, Message],
    ) -> facts_pb2.GetRevisionResponse:
        return facts_pb2.GetRevisionResponse(token=token_message(self._state.judge.token))
