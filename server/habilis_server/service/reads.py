"""The reads of OrganisationService: each judged on one view of the facts, lists page by page."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc import aio

from habilis.organisation.wire import fill_first
from habilis.v1 import organisation_pb2
from habilis_companion.errors import InvalidRequestError
from habilis_server.organisation.reading import (
    Found,
    ListAttachments,
    ListEntitlements,
    ListHistory,
    Past,
    Query,
    Reader,
    Slice,
    list_history,
    read,
    with_beginnings,
)
from habilis_server.service.limits import MAX_PAGE, USUAL_PAGE
from habilis_server.service.page_token import PageToken, question_of, read_page_token
from habilis_server.service.state import State, View
from habilis_server.service.wire import at_least_from, moment_from, subject_from, token_message
from habilis_server.service.wire_reads import QUERIES, query_from

__all__ = ["methods_that_read"]

_SERVICE: Final = organisation_pb2.DESCRIPTOR.services_by_name["OrganisationService"]
_AGAIN: Final = "is of another policy; ask for the first page again"

# The requests have no type in common, and neither have the responses.
_Method = Callable[[Any, aio.ServicerContext[Message, Message]], Any]


def methods_that_read(state: State, past: Past) -> Mapping[str, _Method]:
    """A method for each read, by name; they differ in their query alone."""
    reads = _Reads(state, past)
    return {
        name: partial(
            reads.answer, name, GetMessageClass(_SERVICE.methods_by_name[name].output_type)
        )
        for name in QUERIES
    }


class _Reads:
    def __init__(self, state: State, past: Past) -> None:
        self._state = state
        self._past = past
        # One at a time, in a thread: a long list keeps nobody from being answered.
        self._long = asyncio.Semaphore(1)

    async def answer(
        self,
        name: str,
        response: type[Message],
        request: Any,  # noqa: ANN401  # said above
        _context: aio.ServicerContext[Message, Message],
    ) -> Message:
        subject, query = subject_from(request), query_from(name, request)
        size, question = _page_size(request), question_of(request)
        await self._state.require(at_least_from(request.consistency))
        view, start = await self._start(request, question)
        reader = Reader(subject=subject, judge=view.judge)
        async with self._long:
            found = await asyncio.to_thread(self._found, query, reader, Slice(start, size), view)
        answer: Any = response(token=token_message(view.judge.token))
        fill_first(answer, found.records)
        if found.pending:
            answer.pending = found.pending
        if found.next is not None:
            await self._state.keep(view)
            answer.next_page_token = _token(view, found.next).written(question)
        whole: Message = answer
        return whole

    async def _start(self, request: Any, question: bytes) -> tuple[View, int]:  # noqa: ANN401  # said above
        """The facts to read, and the place to begin at."""
        moment = moment_from(request) if "at" in request.DESCRIPTOR.fields_by_name else None
        if not getattr(request, "page_token", ""):
            return await self._state.view_at(moment), 0
        token = read_page_token(request.page_token, question)
        view = await self._state.view_of(token.until, token.head)
        if view.judge.token.policy_digest != token.digest:
            raise InvalidRequestError("page_token", _AGAIN)
        return view, token.place

    def _found(self, query: Query, reader: Reader, part: Slice, view: View) -> Found:
        if isinstance(query, ListHistory):
            return list_history(query, reader, part, self._past)
        found = read(query, reader, part)
        if isinstance(query, ListAttachments | ListEntitlements):
            records = with_beginnings(found.records, view.known.head, view.known.until, self._past)
            return replace(found, records=records)
        return found


def _page_size(request: Any) -> int:  # noqa: ANN401  # said above
    asked: int = getattr(request, "page_size", 0)
    if asked > MAX_PAGE:
        problem = f"is {asked}; at most {MAX_PAGE} are listed on a page"
        raise InvalidRequestError("page_size", problem)
    return asked or USUAL_PAGE


def _token(view: View, place: int) -> PageToken:
    digest = view.judge.token.policy_digest
    return PageToken(view.known.until, view.known.head, digest, place)
