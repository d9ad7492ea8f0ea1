"""The door of every method: bytes that are no request stop here, errors leave as statuses."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, TypeAlias

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc import aio

from habilis_companion.asked import Asked, message_of, reader_of
from habilis_server.service.status import status_of

__all__ = ["handlers_of"]

_Context: TypeAlias = aio.ServicerContext[Message, Message]
_Answer: TypeAlias = Callable[[Message, _Context], Awaitable[Message]]
_Stream: TypeAlias = Callable[[Message, _Context], AsyncGenerator[Message, None]]


def handlers_of(servicer: object, service: ServiceDescriptor) -> grpc.GenericRpcHandler:
    """Every method of the service, each behind its door."""
    return grpc.method_handlers_generic_handler(
        service.full_name,
        {method.name: _handler(servicer, method) for method in service.methods},
    )


def _handler(servicer: object, method: MethodDescriptor) -> "grpc.RpcMethodHandler[Any, Any]":
    behaviour = getattr(servicer, method.name)
    wrapped: Any = (
        (grpc.unary_stream_rpc_method_handler, _streaming(behaviour))
        if method.server_streaming
        else (grpc.unary_unary_rpc_method_handler, _answering(behaviour))
    )
    make, guarded = wrapped
    handler: grpc.RpcMethodHandler[Any, Any] = make(
        guarded,
        request_deserializer=reader_of(GetMessageClass(method.input_type)),
        response_serializer=GetMessageClass(method.output_type).SerializeToString,
    )
    return handler


def _answering(behaviour: _Answer) -> Callable[[Asked, _Context], Awaitable[Message]]:
    async def answer(asked: Asked, context: _Context) -> Message:
        try:
            return await behaviour(message_of(asked), context)
        except Exception as error:  # noqa: BLE001  # the last place where it can be told
            status = status_of(error)
        await context.abort(status.code, status.message, status.details)
        raise AssertionError("an aborted call goes no further")

    return answer


def _streaming(
    behaviour: _Stream,
) -> Callable[[Asked, _Context], AsyncGenerator[Message, None]]:
    async def stream(asked: Asked, context: _Context) -> AsyncGenerator[Message, None]:
        try:
            async with aclosing(behaviour(message_of(asked), context)) as items:
                async for item in items:
                    yield item
        except Exception as error:  # noqa: BLE001  # the last place where it can be told
            status = status_of(error)
        else:
            return
        await context.abort(status.code, status.message, status.details)

    return stream
