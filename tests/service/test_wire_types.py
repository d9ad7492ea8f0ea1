"""A question whose bytes are of other types than the contract's, or of a later contract."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from tests.service.asking import check, check_bytes, counted, varint
from tests.service.hostile import allowed_question, is_map

REFUSED: Final = "INVALID_ARGUMENT"


def wrong(field: Any) -> dict[str, bytes]:
    """The field in the forms of other types, as bytes."""
    tag = field.number << 3
    forms = {
        "varint": bytes([tag, 1]),
        "64 bits": bytes([tag | 1]) + b"\x01" * 8,
        "32 bits": bytes([tag | 5]) + b"\x01" * 4,
        "a group": bytes([tag | 3, tag | 4]),
        "no UTF-8": bytes([tag | 2, 2]) + b"\xc3\x28",
        "cut short": bytes([tag | 2, 100]) + b"x",
    }
    if field.type in {FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_INT64}:
        del forms["varint"]
    return forms


def forged(message: Message) -> Iterator[tuple[str, bytes]]:
    """The message with one field, anywhere below it, in a form of another type."""
    for field in message.DESCRIPTOR.fields:
        rest: Any = type(message)()
        rest.CopyFrom(message)
        rest.ClearField(field.name)
        for form, data in wrong(field).items():
            yield f"{field.name} as {form}", rest.SerializeToString() + data
        if field.message_type is None or is_map(field) or not message.HasField(field.name):
            continue
        for name, data in forged(getattr(message, field.name)):
            yield (
                f"{field.name}.{name}",
                rest.SerializeToString() + bytes([field.number << 3 | 2]) + counted(data),
            )


def test_a_field_of_another_type_is_refused(
    channel: grpc.Channel, figure: Callable[[str], None]
) -> None:
    question = allowed_question()
    question.context.update({"x": "y"})
    found = {name: check_bytes(channel, data) for name, data in forged(question)}

    assert {name: code for name, code in found.items() if code != REFUSED} == {}
    figure(f"{len(found)} fields of another wire type: all {REFUSED}")


@pytest.mark.parametrize("number", [7, 15, 500, 536_870_911])
@pytest.mark.parametrize("where", ["question", "subject", "action", "resource", "at"])
def test_a_field_that_is_unknown_is_refused(channel: grpc.Channel, number: int, where: str) -> None:
    question = allowed_question()
    inner: Any = question if where == "question" else getattr(question, where)
    inner.MergeFromString(varint(number << 3) + b"\x01")

    assert check(channel, question) == REFUSED
