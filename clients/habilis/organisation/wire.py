"""Between the messages of the organisation's records and their values, field by field by name.

A word that this client does not know is refused, never guessed.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, TypeVar, cast, get_args, get_type_hints

from google.protobuf.descriptor import EnumDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from habilis.errors import UntrustedAnswerError
from habilis.model import Perimeter
from habilis.v1 import decision_pb2
from habilis.wire import perimeter_from, perimeter_message

__all__ = ["fill_first", "read_record"]

_Record = TypeVar("_Record")


def read_record(kind: type[_Record], message: Message) -> _Record:
    """The record of this kind that the message tells; raises UntrustedAnswerError."""
    return kind(
        **{
            name: _value(each, name, message)
            for name, each in _kinds(cast("Hashable", kind)).items()
        }
    )


@cache
def _kinds(kind: Hashable) -> Mapping[str, Any]:
    record: Any = kind
    hints = get_type_hints(record)
    return {field.name: hints[field.name] for field in fields(record)}


def _value(kind: Any, name: str, message: Message) -> Any:  # noqa: ANN401  # of `kind`
    """What the field says, as `kind`; None for a message that is not there."""
    field = message.DESCRIPTOR.fields_by_name[name]
    value = getattr(message, name)
    plain = [each for each in get_args(kind) if each is not NoneType]
    if NoneType in get_args(kind):
        return _value(plain[0], name, message) if message.HasField(name) else None
    if kind is Perimeter:
        return _perimeter(value)
    if kind is datetime:
        return _moment(value)
    if is_dataclass(kind):
        return read_record(cast("type[Any]", kind), value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _word(kind, field.enum_type, value)
    if field.is_repeated:
        return dict(value) if field.message_type else tuple(value)
    return value


def _perimeter(message: decision_pb2.Perimeter) -> Perimeter:
    if not message.structure:
        raise UntrustedAnswerError("the answer has a place without a structure")
    return perimeter_from(message)


def _moment(message: Timestamp) -> datetime:
    try:
        return message.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise UntrustedAnswerError("the answer has a moment beyond the calendar") from error


def _word(kind: type[StrEnum], described: Any, number: int) -> StrEnum:  # noqa: ANN401  # protobuf's own
    known = described.values_by_number.get(number)
    prefix = described.values_by_number[0].name.removesuffix("UNSPECIFIED")
    name = "" if known is None else known.name.removeprefix(prefix)
    if name not in kind.__members__:
        raise UntrustedAnswerError(f"the answer has {number} as {kind.__name__}, unknown here")
    return kind[name]


def fill_first(response: Message, records: Iterable[object]) -> None:
    """Put what was found into the first field of a response, which is for it."""
    field = response.DESCRIPTOR.fields[0]
    place: Any = getattr(response, field.name)
    for record in records:
        _fill(place.add() if field.is_repeated else place, record)


def _fill(message: Message, record: object) -> None:
    """Put every field of the record that says something into the message's field of that name."""
    for field in message.DESCRIPTOR.fields:
        value = getattr(record, field.name)
        if value is not None:
            _put(message, field, value)


def _put(message: Message, field: Any, value: object) -> None:  # noqa: ANN401  # a descriptor
    match value:
        case Perimeter():
            getattr(message, field.name).CopyFrom(perimeter_message(value))
        case StrEnum():
            setattr(message, field.name, _number(field.enum_type, value))
        case str() | bool() | int():
            setattr(message, field.name, value)
        case datetime():
            getattr(message, field.name).FromDatetime(value)
        case tuple():
            getattr(message, field.name).extend(value)
        case Mapping():
            getattr(message, field.name).update(value)
        case _:
            part: Any = getattr(message, field.name)
            part.SetInParent()
            _fill(part, value)


def _number(kind: EnumDescriptor, word: StrEnum) -> int:
    prefix = kind.values_by_number[0].name.removesuffix("UNSPECIFIED")
    number: int = kind.values_by_name[prefix + word.name].number
    return number
