"""What a history leads to, in one flat dictionary of the lines that would tell it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from habilis import Perimeter
from habilis_server.world import (
    AccountChange,
    Detachment,
    EntitlementChange,
    Fact,
    Record,
    ServiceChange,
    ServiceRemoval,
    StructureChange,
    StructureRenaming,
    World,
)
from habilis_server.world.codec import as_fields, decode

__all__ = ["Facts", "held", "identity", "replayed"]

Name = tuple[object, ...]
Line = dict[str, Any]
Facts = dict[Name, Record]


def held(world: World) -> Facts:
    return {identity(as_fields(record)): record for record in world.records()}


def identity(line: Mapping[str, Any]) -> Name:
    match line["kind"]:
        case "service":
            return "service", line["structure"], line["code"]
        case "attachment":
            return "attachment", line["account"], line["structure"], line["service"]
        case kind:
            return kind, line["id"]


def replayed(history: Sequence[Record]) -> Facts:
    """The facts after a history, by the definition of each change; slow, and read aloud."""
    lines: dict[Name, Line] = {}
    for record in history:
        if isinstance(record, Fact):
            line = as_fields(record)
            lines[identity(line)] = line
        else:
            _CHANGED[type(record)](lines, record)
    return {name: decode(line) for name, line in lines.items()}


def _set(name: Name, lines: dict[Name, Line], fields: Mapping[str, object]) -> None:
    if name in lines:
        lines[name] = {**lines[name], **fields}


def _service(perimeter: Perimeter) -> Name:
    return "service", *perimeter


def _end(lines: dict[Name, Line], change: Detachment) -> None:
    lines.pop(("attachment", change.account, *change.perimeter), None)


def _remove(lines: dict[Name, Line], change: ServiceRemoval) -> None:
    if lines.pop(_service(change.perimeter), None) is None:
        return
    for name in [*lines]:
        if name[0] == "attachment" and name[2:] == tuple(change.perimeter):
            del lines[name]


def _rename(lines: dict[Name, Line], change: StructureRenaming) -> None:
    if ("structure", change.id) not in lines or ("structure", change.new_id) in lines:
        return
    # Under the new name there may be what no structure stands above: facts are not checked here.
    for name, line in [*lines.items()]:
        key = "id" if line["kind"] == "structure" else "structure"
        if line.get(key) == change.id:
            del lines[name]
            moved = {**line, key: change.new_id}
            lines[identity(moved)] = moved


def _entitle(lines: dict[Name, Line], change: EntitlementChange) -> None:
    line = lines.get(("attachment", change.account, *change.perimeter))
    if line is None:
        return
    if line["profiles"] == "default":
        also = ({*line.get("also", ())} | change.added) - change.removed
        but = ({*line.get("but", ())} - change.added) | change.removed
        line |= {"also": sorted(also), "but": sorted(but)}
    else:
        line["profiles"] = sorted(({*line["profiles"]} | change.added) - change.removed)


_CHANGED: dict[type, Callable[[dict[Name, Line], Any], None]] = {
    Detachment: _end,
    StructureChange: lambda lines, change: _set(("structure", change.id), lines, change.fields),
    ServiceChange: lambda lines, change: _set(_service(change.perimeter), lines, change.fields),
    AccountChange: lambda lines, change: _set(("account", change.id), lines, change.fields),
    ServiceRemoval: _remove,
    StructureRenaming: _rename,
    EntitlementChange: _entitle,
}
