"""Between values and the messages of the contract, field by field, by their names.

What a message says goes into a value only as the value's own types have it.
Nothing is mended: all that is malformed is told, each with its field.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, cast, get_args, get_origin, get_type_hints

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from habilis import Perimeter
from habilis.texts import flaw, flaw_of_prose, shown
from habilis.v1 import decision_pb2
from habilis.wire import perimeter_from, perimeter_message, subject_message, timestamp_message
from habilis_companion.refusals import Problem, RefusedError

__all__ = ["MALFORMED", "Slot", "fill", "read", "read_value", "slots_of"]

MALFORMED: Final = "FIELD_INVALID"
"""The code of a field that cannot be what it has to be, whatever the rules of its companion say."""

_USER: Final = "user"
_PROSE: Final = frozenset({"comment", "description", "answer"})
_WRITTEN: Final = _PROSE | {"reason", "case_officer", "mandate_number"}
"""Texts that may be left out: where one is due, a rule of the companion says so."""

_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", re.ASCII)

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Slot:
    """A value to be read from the field of the same name; `required`: there is no default."""

    name: str
    hint: Any
    required: bool


def slots_of(kind: type) -> tuple[Slot, ...]:
    """What a dataclass is made of."""
    hints = get_type_hints(kind)
    return tuple(
        Slot(
            part.name,
            hints[part.name],
            part.default is MISSING and part.default_factory is MISSING,
        )
        for part in fields(kind)
    )


def read(slots: Iterable[Slot], message: Message, within: str = "") -> dict[str, Any]:
    """The values of the slots, from the fields of their names.

    A slot that is not required, and has no field or an absent one, is left
    out. Raises RefusedError with every field that is malformed.
    """
    problems: list[Problem] = []
    values = _read(slots, message, within, problems)
    if problems:
        raise RefusedError(problems)
    return values


def read_value(kind: type[_Value], message: Message, **given: object) -> _Value:
    """The dataclass that the message tells; `given` are the parts that it does not tell."""
    slots = [slot for slot in slots_of(kind) if slot.name not in given]
    return kind(**read(slots, message), **given)


def fill(message: Message, values: Mapping[str, object]) -> None:
    """Set the fields of the message to the values of their names; None, "" and () are absent.

    Raises TypeError or ValueError for what no field can carry.
    """
    for name, value in values.items():
        if value is None or value in ("", ()):
            continue
        part: Any = message.DESCRIPTOR.fields_by_name[name]
        if not part.is_repeated:
            _set(message, part, value)
        elif isinstance(value, str):
            raise TypeError(f"`{name}` is one text: give several, or a list of one")
        else:
            items = cast("Iterable[object]", value)
            getattr(message, name).extend(_carried(part, item) for item in items)


def _set(message: Message, part: FieldDescriptor, value: object) -> None:
    if part.message_type is None:
        setattr(message, part.name, _carried(part, value))
    else:
        getattr(message, part.name).CopyFrom(_carried(part, value))


def _carried(part: FieldDescriptor, value: object) -> Any:  # noqa: ANN401  # what protobuf takes
    match value:
        case Enum() if part.enum_type is not None:
            return part.enum_type.values_by_name[f"{_prefix(part.enum_type)}{value.name}"].number
        case Perimeter():
            return perimeter_message(value)
        case str() if part.message_type is not None:
            return subject_message(value)
        case datetime():
            return timestamp_message(value)
        case Decimal():
            return f"{value:f}"
        case _ if part.message_type is not None and is_dataclass(value):
            told = (each.name for each in fields(value))
            known = [name for name in told if name in part.message_type.fields_by_name]
            return _nested(part.message_type, {name: getattr(value, name) for name in known})
        case Mapping():
            return _nested(part.message_type, cast("Mapping[str, object]", value))
        case _:
            return value


def _nested(kind: Any, values: Mapping[str, object]) -> Message:  # noqa: ANN401  # a descriptor
    message = GetMessageClass(kind)()
    fill(message, values)
    return message


def _prefix(kind: EnumDescriptor) -> str:
    return kind.values_by_number[0].name.removesuffix("UNSPECIFIED")


class _MalformedError(ValueError):
    """Why one field is malformed."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a message: where it is in the request, and what it says."""

    path: str
    name: str
    value: Any
    given: bool
    enumeration: EnumDescriptor | None


def _read(
    slots: Iterable[Slot], message: Message, within: str, problems: list[Problem]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for slot in slots:
        field = _field(slot, message, within)
        if field is not None:
            values[slot.name] = _told(slot.hint, field, problems)
    return values


def _field(slot: Slot, message: Message, within: str) -> _Field | None:
    """The field of the slot; None where it is absent, or is none of the message, and may be."""
    part: Any = message.DESCRIPTOR.fields_by_name.get(slot.name)
    if part is None:
        return None
    value = getattr(message, slot.name)
    given = message.HasField(slot.name) if part.has_presence else bool(value)
    if not given and not slot.required:
        return None
    return _Field(f"{within}{slot.name}", slot.name, value, given, part.enum_type)


def _told(hint: Any, field: _Field, problems: list[Problem]) -> object:  # noqa: ANN401  # a type
    """What the field says, one or several; None where it is malformed, which is then a problem."""
    kind, several = _kind(hint)
    if several:
        items = enumerate(field.value)
        each = (replace(field, path=f"{field.path}[{at}]", value=item) for at, item in items)
        return tuple(_told(kind, one, problems) for one in each)
    if kind is str and not field.given and field.name in _WRITTEN:
        return ""
    try:
        if not field.given:
            raise _MalformedError("is missing")  # noqa: TRY301  # told as any other flaw
        return _value(kind, field, problems)
    except _MalformedError as flawed:
        told = f"`{field.path}` {flawed}"
        problems.append(Problem(code=MALFORMED, field=field.path, message=told))
        return None


def _value(kind: Any, field: _Field, problems: list[Problem]) -> object:  # noqa: ANN401  # a type
    if is_dataclass(kind):
        made = cast("type[Any]", kind)
        found = len(problems)
        values = _read(slots_of(made), field.value, f"{field.path}.", problems)
        return None if len(problems) > found else made(**values)
    return _member(kind, field) if issubclass(kind, Enum) else _READERS[kind](field)


def _kind(hint: Any) -> tuple[Any, bool]:  # noqa: ANN401  # a hint is any type
    """The type of a hint, and whether there are several: `X | None` is X, `tuple[X, ...]` many."""
    if get_origin(hint) is tuple:
        return get_args(hint)[0], True
    if isinstance(hint, UnionType):
        [hint] = [each for each in get_args(hint) if each is not NoneType]
    return hint, False


def _member(kind: type[Enum], field: _Field) -> Enum:
    """The member that a text or a number of the contract names."""
    if field.enumeration is None:
        name, names, told = field.value, [*kind.__members__], shown(field.value)
    else:
        prefix = _prefix(field.enumeration)
        known = {each.number: each.name.removeprefix(prefix) for each in field.enumeration.values}
        name, names, told = known.get(field.value, ""), [*known.values()][1:], f"`{field.value}`"
    if name not in names:
        raise _MalformedError(f"is {told}, and has to be one of {', '.join(names)}")
    return kind[name]


def _text(field: _Field) -> str:
    text: str = field.value
    if isinstance(field.value, decision_pb2.Subject):
        if field.value.type != _USER:
            raise _MalformedError(f"is of the type {shown(field.value.type)}; it has to be `user`")
        text = field.value.id
    found = (flaw_of_prose if field.name in _PROSE else flaw)(text)
    if found is not None:
        raise _MalformedError(found)
    return text


def _decimal(field: _Field) -> Decimal:
    if not _DECIMAL.fullmatch(field.value):
        raise _MalformedError(f"is {shown(field.value)}; write a decimal number such as `1234.50`")
    return Decimal(field.value)


def _moment(field: _Field) -> datetime:
    try:
        moment: datetime = field.value.ToDatetime(tzinfo=UTC)
    except (OverflowError, ValueError) as error:
        raise _MalformedError("is no moment of the years 1 to 9999") from error
    return moment


def _perimeter(field: _Field) -> Perimeter:
    perimeter = perimeter_from(field.value)
    for part in ("structure", "service"):
        text = getattr(perimeter, part)
        found = None if text is None else flaw(text)
        if found is not None:
            raise _MalformedError(f"names a {part} that {found}")
    return perimeter


def _as_it_is(field: _Field) -> object:
    return field.value


_READERS: Final[Mapping[type, Callable[[_Field], object]]] = {
    str: _text,
    int: _as_it_is,
    bool: _as_it_is,
    Decimal: _decimal,
    datetime: _moment,
    Perimeter: _perimeter,
}
