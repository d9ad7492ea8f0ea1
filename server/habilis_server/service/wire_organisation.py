"""From the requests of OrganisationService to commands: field by field, as the command has them.

The messages have the fields of the commands, by name; what a field may hold
follows from its type there. Nothing is mended, as in every other question.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, Final, NamedTuple, cast, get_args, get_type_hints

from google.protobuf.descriptor import EnumDescriptor
from google.protobuf.message import Message

from habilis import Perimeter
from habilis.organisation import ApprovalState, Moa, StructureType, WantedStructure
from habilis.texts import flaw_of_prose
from habilis.v1 import organisation_facts_pb2
from habilis_companion.errors import InvalidRequestError
from habilis_server.organisation.commands import Command
from habilis_server.service.limits import MAX_APPROVALS, MAX_PROFILES
from habilis_server.service.wire import perimeter_from, text_from
from habilis_server.world.changes import Scalar

__all__ = ["COMMANDS", "command_from", "fields_from"]

COMMANDS: Final[Mapping[str, type[Command]]] = {kind.__name__: kind for kind in get_args(Command)}
"""The commands by their names, which are those of the methods."""

_PROSE: Final = frozenset({"comment", "reason", "description"})


class _Part(NamedTuple):
    """One field of a request. `required`: the command has no default for it."""

    path: str
    value: Any
    given: bool
    required: bool


def command_from(name: str, request: Message) -> Command:
    """The command of this name that the request asks for; raises InvalidRequestError."""
    command: Command = fields_from(COMMANDS[name], request)
    return command


def fields_from(kind: type[Any], message: Message, within: str = "") -> Any:  # noqa: ANN401  # a `kind`
    """The value of this kind whose fields the message holds, by name; `within` is where it stands.

    Raises InvalidRequestError.
    """
    return kind(
        **{
            name: reader(_part(f"{within}{name}", name, message, required=required))
            for name, required, reader in _fields(cast("Hashable", kind))
        }
    )


@cache
def _fields(kind: Hashable) -> tuple[tuple[str, bool, Callable[[_Part], object]], ...]:
    record: Any = kind
    hints = get_type_hints(record)
    return tuple(
        (
            part.name,
            part.default is MISSING and part.default_factory is MISSING,
            _prose if part.name in _PROSE else _READERS[hints[part.name]],
        )
        for part in fields(record)
    )


def _part(path: str, name: str, message: Message, *, required: bool) -> _Part:
    field = message.DESCRIPTOR.fields_by_name[name]
    given = message.HasField(name) if field.has_presence else True
    return _Part(path, getattr(message, name), given, required)


def _text(part: _Part) -> str:
    if not part.value and not part.required:
        return ""
    return text_from(part.path, part.value)


def _text_or_none(part: _Part) -> str | None:
    return text_from(part.path, part.value) if part.value else None


def _prose(part: _Part) -> str:
    """A comment may be empty here: where one is due, the portal's rule says so."""
    text: str = part.value
    found = flaw_of_prose(text)
    if found is not None:
        raise InvalidRequestError(part.path, found)
    return text


def _flag(part: _Part) -> bool:
    return bool(part.value)


def _perimeter(part: _Part) -> Perimeter:
    if not part.given:
        raise InvalidRequestError(part.path, "is missing; name a structure, or one of its services")
    try:
        return perimeter_from(part.value)
    except InvalidRequestError as error:
        raise error.within(part.path) from error


def _perimeter_or_none(part: _Part) -> Perimeter | None:
    return _perimeter(part) if part.given else None


def _wanted_or_none(part: _Part) -> WantedStructure | None:
    if not part.given:
        return None
    wanted: WantedStructure = fields_from(WantedStructure, part.value, f"{part.path}.")
    return wanted


def _structure_type(part: _Part) -> StructureType:
    return StructureType(_enumerated(part.path, part.value, organisation_facts_pb2.StructureType))


def _structure_type_or_none(part: _Part) -> StructureType | None:
    return _structure_type(part) if part.value else None


def _approval_state_or_none(part: _Part) -> ApprovalState | None:
    if not part.value:
        return None
    return ApprovalState(_enumerated(part.path, part.value, organisation_facts_pb2.ApprovalState))


def _profiles(part: _Part) -> frozenset[str]:
    return frozenset(_texts(part, MAX_PROFILES))


def _approvals(part: _Part) -> tuple[str, ...]:
    return _texts(part, MAX_APPROVALS)


def _texts(part: _Part, most: int) -> tuple[str, ...]:
    if len(part.value) > most:
        problem = f"has {len(part.value)} entries; at most {most} are taken"
        raise InvalidRequestError(part.path, problem)
    return tuple(text_from(f"{part.path}[{at}]", text) for at, text in enumerate(part.value))


def _changes(part: _Part) -> Mapping[str, Scalar]:
    """The fields that are there, an empty one too: it clears what the record has."""
    if not part.given:
        raise InvalidRequestError(part.path, "is missing; name at least one field")
    message: Message = part.value
    changes: dict[str, Scalar] = {}
    for field, value in message.ListFields():
        path = f"{part.path}.{field.name}"
        if field.enum_type is not None:
            changes[field.name] = Moa(_enumerated(path, value, organisation_facts_pb2.Moa)).value
        elif isinstance(value, str) and value:
            named = _Part(path, value, given=True, required=True)
            changes[field.name] = (_prose if field.name in _PROSE else _text)(named)
        else:
            changes[field.name] = value
    return changes


def _enumerated(path: str, number: int, enumeration: Any) -> str:  # noqa: ANN401  # protobuf's own
    """The word for a number: its name in the contract, without the prefix, in lower case."""
    kind: EnumDescriptor = enumeration.DESCRIPTOR
    known = kind.values_by_number.get(number)
    if known is None or number == 0:
        words = ", ".join(value.name for value in kind.values if value.number)
        raise InvalidRequestError(path, f"is none of {words}")
    prefix = kind.values_by_number[0].name.removesuffix("UNSPECIFIED")
    return known.name.removeprefix(prefix).lower()


_READERS: Final[Mapping[object, Callable[[_Part], object]]] = {
    str: _text,
    str | None: _text_or_none,
    bool: _flag,
    Perimeter: _perimeter,
    Perimeter | None: _perimeter_or_none,
    WantedStructure | None: _wanted_or_none,
    StructureType: _structure_type,
    StructureType | None: _structure_type_or_none,
    frozenset[str]: _profiles,
    tuple[str, ...]: _approvals,
    ApprovalState | None: _approval_state_or_none,
    Mapping[str, Scalar]: _changes,
}
