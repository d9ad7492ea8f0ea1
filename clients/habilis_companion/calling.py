"""What every client of a companion is made of: acts, looks, files, and failures told.

class InvoicingClient(CompanionConnection[Outcome]):
    def __init__(self, target: str, *, tls: Tls | None = None) -> None:
        super().__init__(target, _SERVICE, kept="piece", outcome=Outcome, tls=tls)

    def reject(self, piece: Versioned, *, comment: str, **terms: Unpack[Acting]) -> Outcome:
        return self._act("Reject", piece, terms, comment=comment)
"""

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, Final, Generic, TypeVar

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from habilis.calls import Call
from habilis.channel import Tls
from habilis.connection import Connection
from habilis.errors import CutShortError, InvalidQuestionError, UntrustedAnswerError
from habilis_companion.attachments import FileRef
from habilis_companion.chunks import Receipt, cut
from habilis_companion.failures import failure_of
from habilis_companion.refusals import RefusedError
from habilis_companion.terms import (
    Acting,
    Looking,
    Versioned,
    acting,
    looking,
    patience,
    reference,
)
from habilis_companion.wire import fill, read_value

__all__ = ["CompanionConnection"]

_READ_DEADLINE: Final = 5.0
"""Seconds for an answer: the right is asked, then the store."""
_WRITE_DEADLINE: Final = 10.0
"""Seconds for an act: the right is asked twice, and it is on disk before it is told."""
_STREAM_DEADLINE: Final = 120.0
"""Seconds for a file or an export to come or to go, whole."""

_Answer = TypeVar("_Answer")
_Outcome = TypeVar("_Outcome")


class CompanionConnection(Connection, Generic[_Outcome]):
    """A companion, as seen by a caller that can wait; safe between threads.

    Every failure is an exception, of two families: AccessDenied and the other
    HabilisErrors, as of Habilis itself; RefusedError, StaleVersionError and
    RequestIdReusedError, where the companion answered that it did nothing.
    """

    def __init__(
        self,
        target: str,
        service: ServiceDescriptor,
        *,
        kept: str,
        outcome: type[_Outcome],
        tls: Tls | None = None,
    ) -> None:
        """`kept` names what is acted on in an act of the contract, `outcome` what comes of it."""
        super().__init__(target, tls=tls)
        self._service = service
        self._kept = kept
        self._outcome = outcome

    def _act(self, method: str, kept: Versioned, terms: Acting, **fields: object) -> _Outcome:
        """Do something to what was read: the request has it in its `act`."""
        act = {**acting(terms), self._kept: reference(kept)}
        return self._done(method, terms, {"act": act, **fields})

    def _write(self, method: str, terms: Acting, **fields: object) -> _Outcome:
        """Do something that has no `act`: the request says by itself who does it."""
        return self._done(method, terms, {**acting(terms), **fields})

    def _done(self, method: str, terms: Acting, fields: Mapping[str, object]) -> _Outcome:
        return self._ask(method, self._outcome_of, patience(terms, _WRITE_DEADLINE), fields)

    def _outcome_of(self, response: Any) -> _Outcome:  # noqa: ANN401  # a response that holds one
        return read_value(self._outcome, response.outcome)

    def _look(
        self, method: str, reader: Callable[[Any], _Answer], terms: Looking, **fields: object
    ) -> _Answer:
        """Read something, through an application."""
        seconds = patience(terms, _READ_DEADLINE)
        return self._ask(method, reader, seconds, {**looking(terms), **fields})

    def _ask(
        self,
        method: str,
        reader: Callable[[Any], _Answer],
        deadline: float | None,
        fields: Mapping[str, object],
    ) -> _Answer:
        """The answer to one request; raises UntrustedAnswerError for one that cannot be read.

        `deadline` None: that of a reading.
        """
        kind = GetMessageClass(self._service.methods_by_name[method].output_type)
        request = self._request(method, fields)
        seconds = _READ_DEADLINE if deadline is None else deadline
        call = Call(self._path(method), request, kind, _careful(reader), seconds)
        return self._answer(call, seconds)

    def _upload(self, method: str, content: bytes, terms: Acting, **header: object) -> FileRef:
        """Send a file: a header that also tells its digest, then its bytes in order."""
        digest = hashlib.sha256(content).hexdigest()
        told = {**acting(terms), **header, "sha256": digest}
        first = self._request(method, {"header": told})
        call: grpc.StreamUnaryMultiCallable[Message, bytes] = self._channel.stream_unary(
            self._path(method), _serialized
        )
        try:
            data = call(_parts(first, content), timeout=patience(terms, _STREAM_DEADLINE))
        except grpc.RpcError as error:
            raise self._meant(error) from error
        return _careful(_file_of)(self._parsed(method, data))

    def _download(self, method: str, sha256: str, terms: Looking, **fields: object) -> bytes:
        """The file of this digest, whole; raises CutShortError where it did not come so."""
        content = io.BytesIO()
        receipt = Receipt(content)
        for part in self._parts_of(method, terms, {**fields, "sha256": sha256}):
            receipt.take(part.chunk)
        receipt.close(sha256)
        return content.getvalue()

    def _export(self, method: str, into: BinaryIO, terms: Looking, **fields: object) -> int:
        """Write a list, whole, as it comes; how many rows it has.

        Raises CutShortError where it did not come whole: what was written is
        then no export.
        """
        receipt = Receipt(into)
        for part in self._parts_of(method, terms, fields):
            if part.HasField("complete"):
                receipt.close(part.complete.sha256)
                return int(part.complete.rows)
            receipt.take(part.chunk)
        raise CutShortError("the export was cut: its end did not come")

    def _parts_of(self, method: str, terms: Looking, fields: Mapping[str, object]) -> Iterator[Any]:
        """The parts of an answer, as they come."""
        call: grpc.UnaryStreamMultiCallable[Message, bytes] = self._channel.unary_stream(
            self._path(method), _serialized
        )
        request = self._request(method, {**looking(terms), **fields})
        stream = call(request, timeout=patience(terms, _STREAM_DEADLINE))
        try:
            for data in stream:
                yield self._parsed(method, data)
        except grpc.RpcError as error:
            raise self._meant(error) from error
        finally:
            stream.cancel()

    def _meant(self, error: grpc.RpcError) -> Exception:
        return failure_of(error)

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


def _file_of(response: Any) -> FileRef:  # noqa: ANN401  # a response that holds one
    return read_value(FileRef, response.file)


def _careful(reader: Callable[[Any], _Answer]) -> Callable[[Any], _Answer]:
    def read(response: Message) -> _Answer:
        try:
            return reader(response)
        except (RefusedError, KeyError, ValueError) as malformed:
            raise UntrustedAnswerError(f"the answer cannot be read: {malformed}") from malformed

    return read


def _parts(header: Message, content: bytes) -> Iterator[Message]:
    yield header
    for chunk in cut(content):
        part: Any = type(header)()
        part.chunk = chunk
        yield part


def _serialized(message: Message) -> bytes:
    return message.SerializeToString()
