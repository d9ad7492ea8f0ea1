"""Between the reads of OrganisationService and their queries and records, field by field."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, get_args

from google.protobuf.descriptor import EnumDescriptor
from google.protobuf.message import Message

from habilis import Perimeter
from habilis_server.organisation.reading import Query
from habilis_server.service.wire import perimeter_message
from habilis_server.service.wire_organisation import fields_from

__all__ = ["QUERIES", "fill_first", "query_from"]

QUERIES: Final[Mapping[str, type[Query]]] = {kind.__name__: kind for kind in get_args(Query)}
"""The reads by their names, which are those of the methods."""


def query_from(name: str, request: Message) -> Query:
    """The query of this name that the request asks; raises InvalidRequestError."""
    query: Query = fields_from(QUERIES[name], request)
    return query


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
