"""What every client of a companion is made of: failures in the companion's words, and streams."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final, TypeVar, cast

import grpc
from google.protobuf.message import DecodeError, Message
from grpc import aio

from habilis import AccessDenied, HabilisError
from habilis.channel import failure
from habilis.connection import Connection
from habilis.errors import CutShortError, UntrustedAnswerError
from habilis.v1 import companion_pb2
from habilis.wire import read_decision
from habilis_companion.errors import RequestIdReusedError, StaleVersionError
from habilis_companion.refusals import Fault, Problem, RefusedError

__all__ = ["NOT_DONE", "CompanionConnection", "Receipt", "failure_of"]

NOT_DONE: Final = "habilis-not-done-bin"
"""The trailing metadata in which a NotDone stands, encoded."""

_Response = TypeVar("_Response", bound=Message)

_FAULTS: Final = {
    grpc.StatusCode.INVALID_ARGUMENT: Fault.INVALID,
    grpc.StatusCode.NOT_FOUND: Fault.MISSING,
    grpc.StatusCode.ALREADY_EXISTS: Fault.TAKEN,
    grpc.StatusCode.FAILED_PRECONDITION: Fault.STATE,
}


class CompanionConnection(Connection):
    """A companion, as seen by a caller that can wait; safe between threads.

    Every failure is an exception, of two families: AccessDenied and the other
    HabilisErrors, as of Habilis itself; RefusedError, StaleVersionError and
    RequestIdReusedError, where the companion answered that it did nothing.
    """

    def _meant(self, error: grpc.RpcError) -> Exception:
        return failure_of(error)

    def _send_parts(
        self, method: str, parts: Iterable[Message], response: type[_Response], deadline: float
    ) -> _Response:
        """The answer to a stream of parts."""
        call: grpc.StreamUnaryMultiCallable[Message, bytes] = self._channel.stream_unary(
            method, _serialized
        )
        try:
            return _parsed(response, call(iter(parts), timeout=deadline))
        except grpc.RpcError as error:
            raise self._meant(error) from error

    def _read_parts(
        self, method: str, request: Message, response: type[_Response], deadline: float
    ) -> Iterator[_Response]:
        """The parts of the answer, as they come."""
        call: grpc.UnaryStreamMultiCallable[Message, bytes] = self._channel.unary_stream(
            method, _serialized
        )
        stream = call(request, timeout=deadline)
        try:
            for part in stream:
                yield _parsed(response, part)
        except grpc.RpcError as error:
            raise self._meant(error) from error
        finally:
            stream.cancel()


class Receipt:
    """What comes in chunks, written as it comes, and believed only if its digest is right."""

    def __init__(self, into: BinaryIO) -> None:
        self._into = into
        self._digest = hashlib.sha256()

    def take(self, chunk: bytes) -> None:
        self._into.write(chunk)
        self._digest.update(chunk)

    def close(self, sha256: str) -> None:
        """Raise CutShortError unless all of it came, and came unchanged."""
        if self._digest.hexdigest() != sha256:
            raise CutShortError("what came is not what was sent: it was cut, or changed on the way")


def failure_of(error: grpc.RpcError) -> Exception:
    """What a failed call to a companion means to its caller."""
    if not isinstance(error, grpc.Call | aio.AioRpcError):
        return failure(error)
    for key, value in error.trailing_metadata() or ():
        if key == NOT_DONE:
            try:
                return _not_done(error, companion_pb2.NotDone.FromString(cast("bytes", value)))
            except (DecodeError, HabilisError) as unread:
                return UntrustedAnswerError(f"a refusal came that cannot be read: {unread}")
    return _plain(error)


def _not_done(error: grpc.Call | aio.AioRpcError, told: companion_pb2.NotDone) -> Exception:
    if told.HasField("decision"):
        decision = read_decision(told.decision)
        if decision.allowed:
            raise UntrustedAnswerError("a refusal carries a decision that allows")
        return AccessDenied(decision)
    fault = _FAULTS.get(error.code())
    if fault is None or not told.problems:
        return _plain(error)
    return RefusedError(
        Problem(code=each.code, field=each.field, message=each.message, fault=fault)
        for each in told.problems
    )


def _plain(error: grpc.Call | aio.AioRpcError) -> Exception:
    match error.code():
        case grpc.StatusCode.ABORTED:
            return StaleVersionError(error.details() or "it has changed since it was read")
        case grpc.StatusCode.ALREADY_EXISTS:
            return RequestIdReusedError(error.details() or "the request id is another request's")
        case _:
            return failure(cast("grpc.RpcError", error))


def _serialized(message: Message) -> bytes:
    return message.SerializeToString()


def _parsed(kind: type[_Response], data: bytes) -> _Response:
    try:
        return kind.FromString(data)
    except DecodeError as error:
        raise UntrustedAnswerError("the answer cannot be read") from error
