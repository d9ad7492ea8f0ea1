"""What every client is made of: one channel, one deadline a call, patience until it is over."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self, TypeVar

import grpc
from google.protobuf.message import Message
from grpc import aio

from habilis.calls import Call
from habilis.channel import Tls, failure, open_async_channel, open_channel, pauses
from habilis.errors import DeadlineExceededError, UnavailableError

__all__ = ["AsyncConnection", "Connection"]

_Response = TypeVar("_Response", bound=Message)
_Answer = TypeVar("_Answer")


class Connection:
    """A server, as seen by a caller that can wait; safe between threads."""

    def __init__(self, target: str, *, tls: Tls | None = None) -> None:
        self._channel = open_channel(target, tls)
        self._methods: dict[str, Callable[..., bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back; the client answers nothing more."""
        self._channel.close()

    def _meant(self, error: grpc.RpcError) -> Exception:
        """What a failed call means to the caller."""
        return failure(error)

    def _answer(self, call: Call[_Response, _Answer], deadline: float | None) -> _Answer:
        until = time.monotonic() + (call.deadline if deadline is None else deadline)
        for pause in pauses():
            left = until - time.monotonic()
            if left <= 0:
                raise DeadlineExceededError("no time is left to ask")
            try:
                return call.read(self._send(call, left))
            except grpc.RpcError as error:
                meant = self._meant(error)
                again = isinstance(meant, UnavailableError)
                if not again or time.monotonic() + pause >= until:
                    raise meant from error
            time.sleep(pause)
        raise AssertionError("there always is a next pause")

    def _send(self, call: Call[_Response, _Answer], left: float) -> bytes:
        method = self._methods.get(call.method)
        if method is None:
            # Without a reader of ours gRPC hands over the bytes; what it cannot read it hides.
            method = self._methods[call.method] = self._channel.unary_unary(
                call.method, type(call.request).SerializeToString
            )
        return method(call.request, timeout=left)


class AsyncConnection:
    """The same for a caller on an event loop; made and used on that loop."""

    def __init__(self, target: str, *, tls: Tls | None = None) -> None:
        self._channel = open_async_channel(target, tls)
        self._methods: dict[str, Callable[..., Awaitable[bytes]]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connection back; the client answers nothing more."""
        await self._channel.close()

    def _meant(self, error: grpc.RpcError) -> Exception:
        """What a failed call means to the caller."""
        return failure(error)

    async def _answer(self, call: Call[_Response, _Answer], deadline: float | None) -> _Answer:
        until = time.monotonic() + (call.deadline if deadline is None else deadline)
        for pause in pauses():
            left = until - time.monotonic()
            if left <= 0:
                raise DeadlineExceededError("no time is left to ask")
            try:
                return call.read(await self._send(call, left))
            except aio.AioRpcError as error:
                meant = self._meant(error)
                again = isinstance(meant, UnavailableError)
                if not again or time.monotonic() + pause >= until:
                    raise meant from error
            await asyncio.sleep(pause)
        raise AssertionError("there always is a next pause")

    async def _send(self, call: Call[_Response, _Answer], left: float) -> bytes:
        method = self._methods.get(call.method)
        if method is None:
            # Without a reader of ours gRPC hands over the bytes; what it cannot read it hides.
            method = self._methods[call.method] = self._channel.unary_unary(
                call.method, type(call.request).SerializeToString
            )
        return await method(call.request, timeout=left)
