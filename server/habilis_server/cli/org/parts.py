"""From a method of the SDK to options: one for each field of the command, or for each part of it.

An option has the name of its field; of a list, the name of one entry.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import partial
from inspect import Parameter, getdoc, signature
from types import NoneType, UnionType
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints, is_typeddict

import typer

from habilis import Perimeter
from habilis.organisation import OrganisationClient, WantedStructure
from habilis_companion.command_line.exits import ExitCode, Failure
from habilis_companion.command_line.reading import perimeter_of
from habilis_server.cli.org.words import READS, word_of

__all__ = ["Part", "YesNo", "method_of", "option_of", "parts_of", "sentence_of"]

_HEADING: Final = "Command"
_STDIN: Final = "-"
_ENTRY: Final = {"profiles": "profile", "approvals": "approval"}

_Given = Mapping[str, Any]


class YesNo(StrEnum):
    """A switch that may also stay as it is."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A field of a command: the options that say it, and how they are read.

    `read` gives None where the field is left out; it raises Failure.
    """

    field: str
    options: tuple[Parameter, ...]
    read: Callable[[_Given], object]


def parts_of(command: str) -> tuple[Part, ...]:
    """The fields of the command, as its method takes them."""
    method = method_of(command)
    hints = get_type_hints(method)
    return tuple(
        _part(command, each.name, hints[each.name], required=each.default is Parameter.empty)
        for each in signature(method).parameters.values()
        if each.kind is Parameter.KEYWORD_ONLY
    )


def sentence_of(command: str) -> str:
    """What the command does: the first paragraph of its method, in the names of the options."""
    told = (getdoc(method_of(command)) or "").partition("\n\n")[0]
    for part in parts_of(command):
        told = told.replace(f"`{part.field}`", f"`{option_of(part.field)}`")
    return told.replace("`subject`", "`--as`")


def option_of(field: str) -> str:
    """The option of a field."""
    return f"--{_ENTRY.get(field, field).replace('_', '-')}"


def method_of(command: str) -> Callable[..., object]:
    """The method of the SDK that the command, or the read, calls."""
    name = READS.get(command, command.replace("-", "_"))
    method: Callable[..., object] = getattr(OrganisationClient, name)
    return method


def _part(command: str, field: str, hint: Any, *, required: bool) -> Part:  # noqa: ANN401  # any type
    kind = _bare(hint)
    if is_typeddict(kind):
        return _record(command, field, kind)
    if kind is WantedStructure:
        return _wanted(command, field)
    told, read = _READERS.get(kind, (kind, _plain))
    option = _option(command, field, told, required=required)
    return Part(field=field, options=(option,), read=partial(read, field))


def _bare(hint: Any) -> Any:  # noqa: ANN401  # any type
    """The type that it is where there is a value."""
    if get_origin(hint) is not UnionType:
        return hint
    [kind] = [each for each in get_args(hint) if each is not NoneType]
    return kind


def _option(command: str, name: str, kind: Any, *, required: bool = False) -> Parameter:  # noqa: ANN401  # same reason
    """The option as typer reads it; without a value it is None."""
    word = word_of(command, name)
    shown = typer.Option(
        option_of(name), metavar=word.metavar, help=word.help, rich_help_panel=_HEADING
    )
    kind = YesNo if kind is bool else kind
    return Parameter(
        name,
        Parameter.KEYWORD_ONLY,
        default=Parameter.empty if required else None,
        annotation=Annotated[kind if required else kind | None, shown],
    )


def _record(command: str, field: str, kind: type[Any]) -> Part:
    """The fields to set in a record: each an option, and only those given are set."""
    options = tuple(_option(command, name, hint) for name, hint in get_type_hints(kind).items())

    def read(given: _Given) -> object:
        return {
            each.name: _plain(each.name, given) for each in options if given[each.name] is not None
        }

    return Part(field=field, options=options, read=read)


def _wanted(command: str, field: str) -> Part:
    """A structure that is not there yet: all of its options, or none."""
    hints = get_type_hints(WantedStructure)
    names = {part.name: f"{field}_{part.name}" for part in fields(WantedStructure)}
    options = tuple(_option(command, name, hints[part]) for part, name in names.items())

    def read(given: _Given) -> WantedStructure | None:
        said = {part: given[name] for part, name in names.items() if given[name] is not None}
        if said and len(said) < len(names):
            missing = next(name for part, name in names.items() if part not in said)
            raise Failure(
                ExitCode.USAGE,
                f"`{option_of(missing)}` is missing; a structure that is wanted needs"
                f" {', '.join(f'`{option_of(name)}`' for name in names.values())}",
            )
        return WantedStructure(**said) if said else None

    return Part(field=field, options=options, read=read)


def _plain(field: str, given: _Given) -> object:
    value: object = given[field]
    return value is YesNo.YES if isinstance(value, YesNo) else value


def _perimeter(field: str, given: _Given) -> Perimeter | None:
    text = given[field]
    return None if text is None else perimeter_of(option_of(field), text)


def _entries(field: str, given: _Given) -> list[str]:
    """The entries; in place of `-`, the lines of stdin, of which there is one at least."""
    entries: list[str] = given[field] or []
    if _STDIN not in entries:
        return entries
    if len(entries) > 1:
        told = f"`{option_of(field)} -` reads stdin, and stands alone"
        raise Failure(ExitCode.USAGE, told)
    try:
        text = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise Failure(ExitCode.USAGE, f"stdin is no UTF-8: {error.reason}") from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:  # whoever should have written them failed, or another option has read them
        raise Failure(ExitCode.USAGE, f"`{option_of(field)} -` found no line on stdin")
    return lines


_READERS: Final[Mapping[object, tuple[Any, Callable[[str, _Given], object]]]] = {
    Iterable[str]: (list[str], _entries),
    Perimeter: (str, _perimeter),
}
"""What an option takes, and how it is read, where that is not the field's own type."""
