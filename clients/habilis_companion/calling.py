"""What every client of a companion is made of: requests by name, failures told, files whole."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, Final, NotRequired, Protocol, TypedDict, TypeVar, cast
from uuid import uuid4

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from grpc import aio

from habilis import AccessDenied, HabilisError
from habilis.calls import Call
from habilis.channel import Tls, failure
from habilis.connection import Connection
from habilis.errors import CutShortError, InvalidQuestionError, UntrustedAnswerError
from habilis.v1 import companion_pb2
from habilis.wire import read_decision
from habilis_companion.errors import RequestIdReusedError, StaleVersionError
from habilis_companion.refusals import Fault, Problem, RefusedError
from habilis_companion.wire import fill

__all__ = [
    "NOT_DONE",
    "READ_DEADLINE",
    "STREAM_DEADLINE",
    "WRITE_DEADLINE",
    "Acting",
    "CompanionConnection",
    "Looking",
    "Receipt",
    "Versioned",
    "acting",
    "failure_of",
    "looking",
]

READ_DEADLINE: Final = 5.0
"""Seconds for an answer: the right is asked, then the store."""
WRITE_DEADLINE: Final = 10.0
"""Seconds for an act: the right is asked twice, and it is on disk before it is told."""
STREAM_DEADLINE: Final = 120.0
"""Seconds for a file or an export to come or to go, whole."""

NOT_DONE: Final = "habilis-not-done-bin"
"""The trailing metadata in which a NotDone stands, encoded."""

_CHUNK: Final = 256 * 1024
_FAULTS: Final = {
    grpc.StatusCode.INVALID_ARGUMENT: Fault.INVALID,
    grpc.StatusCode.NOT_FOUND: Fault.MISSING,
    grpc.StatusCode.ALREADY_EXISTS: Fault.TAKEN,
    grpc.StatusCode.FAILED_PRECONDITION: Fault.STATE,
}

_Answer = TypeVar("_Answer")


class Acting(TypedDict):
    """Who acts, and on which terms.

    `request_id`: the request's own name, kept to offer it again; without it a
    new one, under which it is carried out once however often it has to be sent.
    `deadline`: seconds, in place of the method's own.
    """

    subject: str
    request_id: NotRequired[str]
    deadline: NotRequired[float | None]


class Looking(TypedDict):
    """Who looks, through which application (`factures_travaux`), within how many seconds."""

    subject: str
    application: str
    deadline: NotRequired[float | None]


class Versioned(Protocol):
    """What a companion keeps, as it was read: its id, and the version that it had."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...


def acting(terms: Acting) -> dict[str, object]:
    """The fields that say who acts, under the request's own name; a new one if none is given."""
    request_id = terms["request_id"] if "request_id" in terms else uuid4().hex
    return {"subject": terms["subject"], "request_id": request_id}


def looking(terms: Looking) -> dict[str, object]:
    """The fields that say who looks, and through which application."""
    return {"subject": terms["subject"], "application": terms["application"]}


class CompanionConnection(Connection):
    """A companion, as seen by a caller that can wait; safe between threads.

    Every failure is an exception, of two families: AccessDenied and the other
    HabilisErrors, as of Habilis itself; RefusedError, StaleVersionError and
    RequestIdReusedError, where the companion answered that it did nothing.
    """

    def __init__(self, target: str, service: ServiceDescriptor, *, tls: Tls | None = None) -> None:
        super().__init__(target, tls=tls)
        self._service = service

    def _meant(self, error: grpc.RpcError) -> Exception:
        return failure_of(error)

    def _ask(
        self,
        method: str,
        reader: Callable[[Any], _Answer],
        deadline: float,
        fields: Mapping[str, object],
    ) -> _Answer:
        """The answer to one request; raises UntrustedAnswerError for one that cannot be read."""
        kind = GetMessageClass(self._service.methods_by_name[method].output_type)
        request = self._request(method, fields)
        call = Call(self._path(method), request, kind, _careful(reader), deadline)
        return self._answer(call, deadline)

    def _send_file(
        self,
        method: str,
        reader: Callable[[Any], _Answer],
        header: Mapping[str, object],
        content: bytes,
        deadline: float,
    ) -> _Answer:
        """The answer to a file: a header that also tells its digest, then its bytes in order."""
        digest = hashlib.sha256(content).hexdigest()
        first = self._request(method, {"header": {**header, "sha256": digest}})
        call: grpc.StreamUnaryMultiCallable[Message, bytes] = self._channel.stream_unary(
            self._path(method), _serialized
        )
        try:
            data = call(_parts(first, content), timeout=deadline)
        except grpc.RpcError as error:
            raise self._meant(error) from error
        return _careful(reader)(self._parsed(method, data))

    def _read_parts(
        self, method: str, fields: Mapping[str, object], deadline: float
    ) -> Iterator[Any]:
        """The parts of an answer, as they come."""
        call: grpc.UnaryStreamMultiCallable[Message, bytes] = self._channel.unary_stream(
            self._path(method), _serialized
        )
        stream = call(self._request(method, fields), timeout=deadline)
        try:
            for data in stream:
                yield self._parsed(method, data)
        except grpc.RpcError as error:
            raise self._meant(error) from error
        finally:
            stream.cancel()

    def _path(self, method: str) -> str:
        return f"/{self._service.full_name}/{method}"

    def _request(self, method: str, fields: Mapping[str, object]) -> Message:
        message = GetMessageClass(self._service.methods_by_name[method].input_type)()
        try:
            fill(message, fields)
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidQuestionError(f"the request cannot be sent: {error}") from error
        return message

    def _parsed(self, method: str, data: bytes) -> Message:
        try:
            kind = GetMessageClass(self._service.methods_by_name[method].output_type)
            return kind.FromString(data)
        except DecodeError as error:
            raise UntrustedAnswerError("the answer cannot be read") from error


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


def _careful(reader: Callable[[Any], _Answer]) -> Callable[[Any], _Answer]:
    def read(response: Message) -> _Answer:
        try:
            return reader(response)
        except (RefusedError, KeyError, ValueError) as malformed:
            raise UntrustedAnswerError(f"the answer cannot be read: {malformed}") from malformed

    return read


def _parts(header: Message, content: bytes) -> Iterator[Message]:
    yield header
    for start in range(0, len(content), _CHUNK):
        part: Any = type(header)()
        part.chunk = content[start : start + _CHUNK]
        yield part


def _serialized(message: Message) -> bytes:
    return message.SerializeToString()
