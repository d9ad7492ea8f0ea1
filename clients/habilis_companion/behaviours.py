"""What the methods of a contract do with their flows: each hands its request on, and tells the end.

    class InvoicingServicer:
        def Reject(self, request: Message) -> Message:
            return done(self._flows.reject, request)

        def Search(self, request: Message) -> Message:
            return told(self._flows.search, request)

None of them knows a rule, or asks a right.
"""

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from typing import Any, Final, TypeVar

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from habilis.v1 import companion_pb2
from habilis_companion.arguments import arguments_of
from habilis_companion.chunks import cut
from habilis_companion.errors import FileRefusedError, InvalidRequestError
from habilis_companion.files import MOST_BYTES
from habilis_companion.tables import Table, write_csv, write_xlsx
from habilis_companion.wire import fill, read_value

__all__ = [
    "asked",
    "chosen",
    "done",
    "downloaded",
    "exported",
    "filled",
    "told",
    "uploaded",
]

_WRITERS: Final = {
    companion_pb2.EXPORT_FORMAT_CSV: write_csv,
    companion_pb2.EXPORT_FORMAT_XLSX: write_xlsx,
}

_Chosen = TypeVar("_Chosen")
_Response = TypeVar("_Response", bound=Message)


def asked(flow: Callable[..., Any], request: Message, **given: object) -> Any:  # noqa: ANN401  # what the flow gives
    """What the flow gives for this request; `given` is what the request does not say in its words.

    Raises RefusedError with every field that is malformed.
    """
    return flow(**arguments_of(flow, request), **given)


def done(flow: Callable[..., object], request: Message) -> Message:
    """The response of an act: the outcome that the flow gives."""
    return filled(_response_to(request), outcome=asked(flow, request))


def told(flow: Callable[..., Any], request: Message) -> Message:
    """The response whose fields are those of the dataclass that the flow gives."""
    value = asked(flow, request)
    return filled(
        _response_to(request), **{each.name: getattr(value, each.name) for each in fields(value)}
    )


def filled(response: _Response, **values: object) -> _Response:
    """The response with these values in the fields of their names."""
    fill(response, values)
    return response


def uploaded(flow: Callable[..., Any], parts: Iterator[Any]) -> Any:  # noqa: ANN401  # what the flow gives
    """What the flow makes of a file: a `header` first, then each `chunk` of its `content`.

    Raises InvalidRequestError for parts in another order, FileRefusedError for
    a file that is too long, which is not read to its end.
    """
    first = next(parts, None)
    if first is None or first.WhichOneof("part") != "header":
        raise InvalidRequestError("header", "is missing; it comes first")
    return asked(flow, first.header, content=_whole(parts))


def downloaded(flow: Callable[..., Any], request: Message) -> Iterator[Message]:
    """The parts of a file of which the flow gives what it is and its content."""
    file, content = asked(flow, request)
    yield filled(_response_to(request), file=file)
    yield from _chunks(request, content)


def exported(request: Any, table: Callable[[], Table]) -> Iterator[Message]:  # noqa: ANN401  # one that has a `format`
    """The parts of a table in the `format` of the request, and the proof that they are all there.

    The table is asked for only if the format is one.
    """
    write = _WRITERS.get(request.format)
    if write is None:
        raise InvalidRequestError("format", "is missing; ask for CSV or XLSX")
    content, made = io.BytesIO(), table()
    write(made, content)
    yield from _chunks(request, content.getvalue())
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    complete = companion_pb2.ExportComplete(rows=len(made.rows), sha256=digest)
    yield filled(_response_to(request), complete=complete)


def chosen(request: Message, name: str, **kinds: type[_Chosen]) -> _Chosen:
    """The one of these that the request gives under `name`, each told by its own field.

    Raises InvalidRequestError where it gives none, RefusedError with every
    field of it that is malformed.
    """
    which = request.WhichOneof(name)
    if which is None:
        raise InvalidRequestError(name, f"is missing; give one of {', '.join(kinds)}")
    return read_value(kinds[which], getattr(request, which))


def _whole(parts: Iterator[Any]) -> bytes:
    content = bytearray()
    for part in parts:
        if part.WhichOneof("part") != "chunk":
            raise InvalidRequestError("chunk", "is missing; after the header, each part is one")
        content += part.chunk
        if len(content) > MOST_BYTES:
            too_long = f"has more than {MOST_BYTES} bytes; give a smaller file"
            raise FileRefusedError("content", too_long)
    return bytes(content)


def _chunks(request: Message, content: bytes) -> Iterator[Message]:
    return (filled(_response_to(request), chunk=chunk) for chunk in cut(content))


def _response_to(request: Message) -> Message:
    """An empty response of the method that takes this request."""
    return _response_class(request.DESCRIPTOR)()


@cache
def _response_class(asked_with: Descriptor) -> type[Message]:
    [method] = [
        method
        for service in asked_with.file.services_by_name.values()
        for method in service.methods
        if method.input_type is asked_with
    ]
    return GetMessageClass(method.output_type)
