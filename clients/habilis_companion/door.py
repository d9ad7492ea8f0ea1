"""The door of every method: bytes that are no request stop here, errors leave as statuses."""

import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from habilis_companion.asked import Asked, message_of, reader_of
from habilis_companion.statuses import Status, status_of

__all__ = ["Behaviour", "handlers_of"]

Behaviour: TypeAlias = Callable[[Any], Any]
"""Takes a request, or an iterator of its parts; gives a response, or an iterator of its parts."""

_LONGEST_STREAM: Final = 120.0
"""Seconds in which all the parts must come, or be taken: a thread waits for them."""
_MOST_STREAMS: Final = 8
"""Streams in each direction at once, so that they leave threads to the other calls."""


def handlers_of(
    behaviours: Mapping[str, Behaviour], service: ServiceDescriptor
) -> grpc.GenericRpcHandler:
    """Every method of the service, each behind its door; raises KeyError for one without any."""
    coming, going = (threading.BoundedSemaphore(_MOST_STREAMS) for _ in range(2))
    return grpc.method_handlers_generic_handler(
        service.full_name,
        {
            method.name: _handler(
                method, behaviours[method.name], coming if method.client_streaming else going
            )
            for method in service.methods
        },
    )


def _handler(
    method: MethodDescriptor, behaviour: Behaviour, streams: threading.BoundedSemaphore
) -> "grpc.RpcMethodHandler[Any, Any]":
    if method.client_streaming:
        make: Any = grpc.stream_unary_rpc_method_handler
        guarded: Any = _receiving(behaviour, streams)
    elif method.server_streaming:
        make, guarded = grpc.unary_stream_rpc_method_handler, _streaming(behaviour, streams)
    else:
        make, guarded = grpc.unary_unary_rpc_method_handler, _answering(behaviour)
    handler: grpc.RpcMethodHandler[Any, Any] = make(
        guarded,
        request_deserializer=reader_of(GetMessageClass(method.input_type)),
        response_serializer=GetMessageClass(method.output_type).SerializeToString,
    )
    return handler


def _answering(behaviour: Behaviour) -> Callable[[Asked, grpc.ServicerContext], Message]:
    def answer(asked: Asked, context: grpc.ServicerContext) -> Message:
        try:
            response: Message = behaviour(message_of(asked))
        except Exception as error:  # noqa: BLE001  # the last place where it can be told
            status = status_of(error)
        else:
            return response
        return _abort(context, status)

    return answer


def _streaming(
    behaviour: Behaviour, streams: threading.BoundedSemaphore
) -> Callable[[Asked, grpc.ServicerContext], Generator[Message]]:
    def stream(asked: Asked, context: grpc.ServicerContext) -> Generator[Message]:
        try:
            with _held(streams, context):
                yield from behaviour(message_of(asked))
        except Exception as error:  # noqa: BLE001  # the last place where it can be told
            status = _status_of(error)
        else:
            return
        _abort(context, status)

    return stream


def _receiving(
    behaviour: Behaviour, streams: threading.BoundedSemaphore
) -> Callable[[Iterator[Asked], grpc.ServicerContext], Message]:
    def receive(parts: Iterator[Asked], context: grpc.ServicerContext) -> Message:
        try:
            with _held(streams, context):
                response: Message = behaviour(message_of(part) for part in parts)
        except grpc.RpcError:
            # The parts stopped coming: their sender is gone, or took too long.
            status = _CUT
        except Exception as error:  # noqa: BLE001  # the last place where it can be told
            status = _status_of(error)
        else:
            return response
        return _abort(context, status)

    return receive


class _TooManyError(Exception):
    """As many streams as may hold threads are under way."""


_TOO_MANY: Final = Status(
    grpc.StatusCode.RESOURCE_EXHAUSTED, "too many files are on their way; ask again in a while"
)
_CUT: Final = Status(grpc.StatusCode.CANCELLED, "the file was cut; nothing of it was kept")


@contextmanager
def _held(streams: threading.BoundedSemaphore, context: grpc.ServicerContext) -> Generator[None]:
    """A thread for a stream, for a while: whoever is at its other end may not keep it for ever."""
    if not streams.acquire(blocking=False):
        raise _TooManyError
    watch = threading.Timer(_LONGEST_STREAM, context.cancel)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
        streams.release()


def _status_of(error: Exception) -> Status:
    return _TOO_MANY if isinstance(error, _TooManyError) else status_of(error)


def _abort(context: grpc.ServicerContext, status: Status) -> Message:
    context.set_trailing_metadata(status.details)
    context.abort(status.code, status.message)
    raise AssertionError("an aborted call goes no further")
