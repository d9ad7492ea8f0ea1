"""What nobody should send to a companion: texts of every field, and files in parts."""

from collections.abc import Iterator, Sequence
from typing import Any

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from habilis.v1 import companion_pb2
from habilis_companion.failures import NOT_DONE

__all__ = ["TEXTS", "sent_in_parts", "told_of_hostile_texts"]

TEXTS = ("x" * 100_000, "a\x07b", "\u200b", " " * 9)
"""Too long, of controls, invisible, blank."""


def told_of_hostile_texts(
    service: ServiceDescriptor, address: str
) -> Iterator[tuple[str, grpc.StatusCode]]:
    """Each text of each request in turn, made hostile in each way: the field, and the status."""
    with grpc.insecure_channel(address) as channel:
        for method in service.methods:
            call: Any = channel.stream_stream(f"/{service.full_name}/{method.name}")
            for path in _texts_of(method.input_type):
                for text in TEXTS:
                    request = GetMessageClass(method.input_type)()
                    _put(request, path, text)
                    answered = call(iter([request.SerializeToString()]))
                    yield f"{method.name}: {'.'.join(path)}", answered.code()


def sent_in_parts(
    service: ServiceDescriptor, method: str, address: str, parts: Sequence[Message]
) -> tuple[grpc.StatusCode, companion_pb2.NotDone]:
    """The status of an upload of these parts, and what it tells beside it."""
    with grpc.insecure_channel(address) as channel:
        upload: Any = channel.stream_unary(f"/{service.full_name}/{method}")
        call = upload.future(part.SerializeToString() for part in parts)
        code = call.code()
        told = dict(call.trailing_metadata() or ()).get(NOT_DONE, b"")
    return code, companion_pb2.NotDone.FromString(told)


def _texts_of(kind: Any, within: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for field in kind.fields:
        path = (*within, field.name)
        if field.message_type is not None and field.message_type.full_name.startswith("habilis"):
            yield from _texts_of(field.message_type, path)
        elif field.type == field.TYPE_STRING:
            yield path


def _put(message: Any, path: tuple[str, ...], text: str) -> None:
    for name in path[:-1]:
        part = getattr(message, name)
        message = part.add() if hasattr(part, "add") else part
    last = getattr(message, path[-1])
    if isinstance(last, str):
        setattr(message, path[-1], text)
    else:
        last.append(text)
