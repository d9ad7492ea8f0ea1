"""What was in effect at a moment, by the plain definition: slow, of dicts, and read aloud.

Of all that was recorded, that which is in effect by then, in the order in which
it took effect; of one moment, in the order in which it was recorded.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol, assert_never

from habilis_server.world import (
    Account,
    AccountChange,
    Approval,
    Attachment,
    Detachment,
    EntitlementChange,
    Record,
    Service,
    ServiceChange,
    ServiceRemoval,
    Structure,
    StructureChange,
    StructureRenaming,
)
from habilis_server.world.codec import as_fields

__all__ = ["Line", "lines_at", "spot"]

Line = dict[str, Any]


class Told(Protocol):
    """A change, as the journal tells it."""

    @property
    def revision(self) -> int: ...
    @property
    def effective_at(self) -> datetime: ...
    @property
    def record(self) -> Record: ...


def lines_at(moment: datetime, changes: Iterable[Told]) -> list[Line]:
    """The portable lines of the facts in effect at `moment`."""
    due = [change for change in changes if change.effective_at <= moment]
    lines: list[Line] = []
    for change in sorted(due, key=lambda each: (each.effective_at, each.revision)):
        lines = after(lines, change.record)
    return lines


def after(lines: list[Line], record: Record) -> list[Line]:
    match record:
        case Account() | Structure() | Service() | Attachment() | Approval():
            line = as_fields(record)
            return [each for each in lines if name(each) != name(line)] + [line]
        case Detachment(account=account, perimeter=place):
            return [x for x in lines if name(x) != ("attachment", account, *place)]
        case ServiceRemoval(perimeter=place):
            there = any(name(x) == ("service", *place) for x in lines)
            ended = {"service", "attachment"} if there else set[str]()
            return [x for x in lines if x["kind"] not in ended or spot(x) != place]
        case AccountChange(id=account, fields=fields):
            return [{**x, **fields} if name(x) == ("account", account) else x for x in lines]
        case StructureChange(id=structure, fields=fields):
            return [{**x, **fields} if name(x) == ("structure", structure) else x for x in lines]
        case ServiceChange(perimeter=place, fields=fields):
            return [{**x, **fields} if name(x) == ("service", *place) else x for x in lines]
        case EntitlementChange(account=account, perimeter=place):
            tie = ("attachment", account, *place)
            return [entitled(x, record) if name(x) == tie else x for x in lines]
        case StructureRenaming(id=former, new_id=new):
            named = {x["id"] for x in lines if x["kind"] == "structure"}
            return (
                [moved(x, former, new) for x in lines] if {former, new} - named == {new} else lines
            )
        case _:
            assert_never(record)


def spot(line: Line) -> tuple[Any, Any]:
    return line["structure"], line["code" if line["kind"] == "service" else "service"]


def name(line: Line) -> tuple[Any, ...]:
    match line["kind"]:
        case "attachment":
            return "attachment", line["account"], *spot(line)
        case "service":
            return "service", *spot(line)
        case kind:
            return kind, line["id"]


def entitled(line: Line, change: EntitlementChange) -> Line:
    """What is added is held by name, what is removed is not, whatever was before."""
    also, but = ({*line.get(key, ())} for key in ("also", "but"))
    listed = line["profiles"]
    if listed != "default":
        return line | {"profiles": [*(({*listed} | change.added) - change.removed)]}
    return line | {
        "also": [*((also | change.added) - change.removed)],
        "but": [*((but - change.added) | change.removed)],
    }


def moved(line: Line, former: str, new: str) -> Line:
    key = "id" if line["kind"] == "structure" else "structure"
    return line | {key: new} if line.get(key) == former else line
