"""OrganisationService: commands on the facts, each carried out once and acknowledged; and reads."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc import aio

from habilis.v1 import organisation_pb2
from habilis_companion.errors import InvalidRequestError
from habilis_server.organisation import Heard, Organisation, Outcome, UnheardError
from habilis_server.organisation.commands import Command
from habilis_server.service.errors import FactsUnreadableError
from habilis_server.service.limits import MAX_REQUEST_ID
from habilis_server.service.reads import methods_that_read
from habilis_server.service.state import State
from habilis_server.service.wire import subject_from, text_from, token_message
from habilis_server.service.wire_organisation import COMMANDS, command_from

__all__ = ["OrganisationServicer"]

_LOG: Final = logging.getLogger(__name__)
_ASKERS: Final = 8
"""How many questions the register is asked at once; the others wait, and hold nothing up."""

_SERVICE: Final = organisation_pb2.DESCRIPTOR.services_by_name["OrganisationService"]


class OrganisationServicer:
    """The methods that change something differ in their command alone, so each is made from it.

    So do those that read, in their query.
    """

    def __init__(self, organisation: Organisation, state: State) -> None:
        self._organisation = organisation
        self._state = state
        # One writes at a time: a second thread would only wait, and answers need theirs.
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        self._askers = ThreadPoolExecutor(max_workers=_ASKERS, thread_name_prefix="register")
        for name in COMMANDS:
            response = GetMessageClass(_SERVICE.methods_by_name[name].output_type)
            setattr(self, name, partial(self._carry_out, name, response))
        for name, method in methods_that_read(state, organisation.past).items():
            setattr(self, name, method)

    def close(self) -> None:
        """Wait for the command under way, and take no other."""
        self._askers.shutdown(wait=False, cancel_futures=True)
        self._writer.shutdown(wait=True, cancel_futures=True)

    async def _carry_out(
        self,
        name: str,
        response: type[Message],
        request: Any,  # noqa: ANN401  # one of the requests, which have no type in common
        _context: aio.ServicerContext[Message, Message],
    ) -> Message:
        actor = subject_from(request)
        request_id = _request_id(request.request_id)
        command = command_from(name, request)
        outcome = await self._outcome(command, actor, request_id)
        await self._take_in()
        return response(token=token_message(outcome.token), made=outcome.made)

    async def _outcome(self, command: Command, actor: str, request_id: str) -> Outcome:
        """As `Organisation.execute`; while the register is asked, other commands go on."""
        loop = asyncio.get_running_loop()
        heard = Heard()
        while True:
            attempt = partial(self._organisation.attempt, actor=actor, request_id=request_id)
            try:
                return await loop.run_in_executor(self._writer, attempt, command, heard)
            except UnheardError as unheard:
                ask = self._organisation.ask
                heard = await loop.run_in_executor(self._askers, ask, unheard.siret, heard)

    async def _take_in(self) -> None:
        """Answer from the new facts at once. It was recorded, whether they can be read or not."""
        try:
            await self._state.refresh()
        except FactsUnreadableError as error:
            _LOG.warning("a command was carried out, and its effect can't be read yet: %s", error)


def _request_id(text: str) -> str:
    if len(text) > MAX_REQUEST_ID:
        problem = f"has {len(text)} characters; at most {MAX_REQUEST_ID} are taken"
        raise InvalidRequestError("request_id", problem)
    return text_from("request_id", text)
