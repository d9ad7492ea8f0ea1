"""The past by plain replay: every change from the first, without an index and without a query."""

from collections.abc import Collection, Iterator, Sequence

from habilis import Perimeter
from habilis_server.journal import Change
from habilis_server.world import (
    Account,
    AccountChange,
    Approval,
    Attachment,
    Detachment,
    Record,
    ServiceRemoval,
    Structure,
    StructureChange,
    StructureRenaming,
)

__all__ = ["Replay"]


class Replay:
    """What the journal's own History promises, of these changes in the order of their revisions."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes = changes

    def page(self, perimeter: Perimeter, before: int, size: int) -> tuple[Change, ...]:
        return tuple(self._here(perimeter, before))[::-1][:size]

    def _here(self, perimeter: Perimeter, before: int) -> Iterator[Change]:
        """Each structure is a number of its own, whatever it is called: names are followed."""
        numbers: dict[str, int] = {}
        placed: list[tuple[int, str | None, Change]] = []
        for change in self._changes:
            if change.revision >= before:
                break
            place = place_of(change.record)
            if place is None:
                continue
            if isinstance(change.record, StructureRenaming):
                former = numbers.pop(change.record.id, len(placed) + 1_000_000)
                numbers[place.structure] = former
            number = numbers.setdefault(place.structure, len(placed))
            placed.append((number, place.service, change))
        wanted = numbers.get(perimeter.structure)
        for number, service, change in placed:
            if number == wanted and perimeter.service in {None, service}:
                yield change

    def places(self, structures: Collection[str], head: int) -> tuple[Change, ...]:
        """All of them: which structures are asked about need not be known."""
        kinds = StructureRenaming | ServiceRemoval
        return tuple(each for each in self._until(head) if isinstance(each.record, kinds))

    def ties(self, accounts: Collection[str], head: int) -> tuple[Change, ...]:
        return tuple(
            each
            for each in self._until(head)
            if isinstance(each.record, Attachment | Detachment) and each.record.account in accounts
        )

    def _until(self, head: int) -> Iterator[Change]:
        return (each for each in self._changes if each.revision <= head)


def place_of(record: Record) -> Perimeter | None:
    """Where a change bears; None: on no perimeter."""
    match record:
        case Account() | AccountChange():
            return None
        case Structure() | StructureChange():
            return Perimeter(record.id)
        case StructureRenaming():
            return Perimeter(record.new_id)
        case Approval():
            return record.perimeter
        case _:
            return record.perimeter
