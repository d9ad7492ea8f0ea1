"""The organisation for a caller of this very process: the SDK's client, without a network."""

import asyncio
from typing import TypeVar

from google.protobuf.message import Message
from grpc import aio

from habilis.calls import Call
from habilis.organisation import OrganisationClient
from habilis_server.organisation import Organisation
from habilis_server.service.organisation import OrganisationServicer
from habilis_server.service.state import State
from habilis_server.service.status import known_status_of

__all__ = ["OrganisationInside"]

_Response = TypeVar("_Response", bound=Message)
_Answer = TypeVar("_Answer")


class OrganisationInside(OrganisationClient):
    """Its calls reach the service itself, and fail as over gRPC; one caller at a time.

    A fault of the service is raised as it is: there is no other log to look into.
    """

    def __init__(self, organisation: Organisation, state: State) -> None:
        self._servicer = OrganisationServicer(organisation, state)
        self._runner = asyncio.Runner()

    def close(self) -> None:
        """Wait for the command under way, and take no other."""
        self._servicer.close()
        self._runner.close()

    def _send(self, call: Call[_Response, _Answer], left: float) -> bytes:  # the network's patience
        behaviour = getattr(self._servicer, call.method.rpartition("/")[2])
        try:
            # What serves a call asks nothing of its context, which only a network has.
            response: Message = self._runner.run(behaviour(call.request, None))
        except Exception as error:
            status = known_status_of(error)
            if status is None:
                raise
            raise aio.AioRpcError(
                status.code, aio.Metadata(), aio.Metadata(*status.details), status.message
            ) from error
        return response.SerializeToString()
