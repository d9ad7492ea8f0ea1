"""The door of every method: bytes that are no request stop here, errors leave as statuses."""

import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from habilis_companion.errors import InvalidRequestError
from habilis_companion.statuses import Status, status_of

__all__ = ["Behaviour", "handlers_of"]

Behaviour: TypeAlias = Callable[[Any], Any]
"""Takes a request, or an iterator of its parts; gives a response, or an iterator of its parts."""

_Asked: TypeAlias = Message | InvalidRequestError

_UNREADABLE: Final = "the request is no message of this method; compare with the contract"
_UNKNOWN: Final = "the request holds a field that is not known here; nothing was done"
_LONGEST_UPLOAD: Final = 120.0
"""Seconds in which all the parts of a request must come: a thread waits for them."""
_MOST_UPLOADS: Final = 8
"""Requests in parts at once, so that they leave threads to the others."""


def handlers_of(
    behaviours: Mapping[str, Behaviour], service: ServiceDescriptor
) -> grpc.GenericRpcHandler:
    """Every method of the service, each behind its door; raises KeyError for one without any."""
    uploads = threading.BoundedSemaphore(_MOST_UPLOADS)
    return grpc.method_handlers_generic_handler(
        service.full_name,
        {
            method.name: _handler(method, behaviours[method.name], uploads)
            for method in service.methods
        },
    )


def _handler(
    method: MethodDescriptor, behaviour: Behaviour, uploads: threading.BoundedSemaphore
) -> "grpc.RpcMethodHandler[Any, Any]":
    if method.client_streaming:
        make: Any = grpc.stream_unary_rpc_method_handler
        guarded: Any = _receiving(behaviour, uploads)
    elif method.server_streaming:
        make, guarded = grpc.unary_stream_rpc_method_handler, _streaming(behaviour)
    else:
        make, guarded = grpc.unary_unary_rpc_method_handler, _answering(behaviour)
    handler: grpc.RpcMethodHandler[Any, Any] = make(
        guarded,
        request_deserializer=_reader(GetMessageClass(method.input_type)),
        response_serializer=GetMessageClass(method.output_type).SerializeToString,
    )
    return handler


def _reader(kind: type[Message]) -> Callable[[bytes], _Asked]:
    """Reads a request; what cannot be read is told as such, where gRPC would say INTERNAL."""

    def read(data: bytes) -> _Asked:
        try:
            message = kind.FromString(data)
        except DecodeError:
            return InvalidRequestError("", _UNREADABLE)
        size = message.ByteSize()
        # An unknown field may be a limit that a newer caller sets: to drop it would widen.
        message.DiscardUnknownFields()
        return message if message.ByteSize() == size else InvalidRequestError("", _UNKNOWN)

    return read


def _answering(behaviour: Behaviour) -> Callable[[_Asked, grpc.ServicerContext], Message]:
    def answer(asked: _Asked, context: grpc.ServicerContext) -> Message:
        try:
            response: Message = behaviour(_message(asked))
        except Exception as error:  # noqa: BLE001  # the last place where it can be told
            status = status_of(error)
        else:
            return response
        return _abort(context, status)

    return answer


def _streaming(
    behaviour: Behaviour,
) -> Callable[[_Asked, grpc.ServicerContext], Generator[Message]]:
    def stream(asked: _Asked, context: grpc.ServicerContext) -> Generator[Message]:
        try:
            yield from behaviour(_message(asked))
        except Exception as error:  # noqa: BLE001  # the last place where it can be told
            status = status_of(error)
        else:
            return
        _abort(context, status)

    return stream


def _receiving(
    behaviour: Behaviour, uploads: threading.BoundedSemaphore
) -> Callable[[Iterator[_Asked], grpc.ServicerContext], Message]:
    def receive(parts: Iterator[_Asked], context: grpc.ServicerContext) -> Message:
        if not uploads.acquire(blocking=False):
            return _abort(context, _TOO_MANY)
        try:
            with _patience(context):
                response: Message = behaviour(_message(part) for part in parts)
        except grpc.RpcError:
            # The parts stopped coming: their sender is gone, or took too long.
            status = _CUT
        except Exception as error:  # noqa: BLE001  # the last place where it can be told
            status = status_of(error)
        else:
            return response
        finally:
            uploads.release()
        return _abort(context, status)

    return receive


_TOO_MANY: Final = Status(
    grpc.StatusCode.RESOURCE_EXHAUSTED, "too many files are being sent; offer this one again"
)
_CUT: Final = Status(grpc.StatusCode.CANCELLED, "the file was cut; nothing of it was kept")


@contextmanager
def _patience(context: grpc.ServicerContext) -> Generator[None]:
    watch = threading.Timer(_LONGEST_UPLOAD, context.cancel)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _message(asked: _Asked) -> Message:
    if isinstance(asked, InvalidRequestError):
        raise asked
    return asked


def _abort(context: grpc.ServicerContext, status: Status) -> Message:
    context.set_trailing_metadata(status.details)
    context.abort(status.code, status.message)
    raise AssertionError("an aborted call goes no further")
