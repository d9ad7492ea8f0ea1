"""The journal read by place and by person: what changed there, the newest first.

A structure that took another identifier keeps its history: it is looked for
under each name it bore, as long as it bore it.
"""

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from habilis import Perimeter
from habilis_server.journal.changes import Change, Row, change_of, sound
from habilis_server.journal.schema import change, kept
from habilis_server.journal.store import Store
from habilis_server.world.changes import StructureRenaming

__all__ = ["History", "Span", "spans_of"]

_PLACES: Final = ("structure_renaming", "service_removal")
_TIES: Final = ("attachment", "detachment")


class Span(NamedTuple):
    """The changes under one name: those after the revision `after`, `until` included."""

    structure: str
    after: int
    until: int


def spans_of(structure: str, until: int, changes: Iterable[Change]) -> list[Span]:
    """The names that a structure bore up to the revision `until`, the newest first.

    `changes` are those of places, in their order; others are passed over.
    """
    renamings = [
        (each.revision, each.record)
        for each in changes
        if isinstance(each.record, StructureRenaming) and each.revision <= until
    ]
    spans: list[Span] = []
    name = structure
    for revision, renaming in reversed(renamings):
        if renaming.id == name:  # what bore the name before is another structure now
            return [*spans, Span(name, revision, until)]
        if renaming.new_id == name:
            spans.append(Span(name, revision - 1, until))
            name, until = renaming.id, revision - 1
    return [*spans, Span(name, 0, until)]


class History:
    """Of the changes that a journal holds; each is held against its hash. Raises JournalError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def page(self, perimeter: Perimeter, before: int, size: int) -> tuple[Change, ...]:
        """The changes on a perimeter before the revision `before`, the newest first.

        As many as `size`, if there are. Those on the services of a structure
        are among its own.
        """
        places = self.places({perimeter.structure}, before - 1)
        spans = spans_of(perimeter.structure, before - 1, places)
        within = or_(*(_in(span) for span in spans))
        if perimeter.service is not None:
            within = and_(within, change.c.service == perimeter.service)
        return self._changes(within, newest=True, size=size)

    def places(self, structures: Collection[str], head: int) -> tuple[Change, ...]:
        """The renamings of these structures up to `head`, and the removals of their services.

        Those under their former names too.
        """
        found: dict[int, Change] = {}
        known: set[str] = set()
        while named := set(structures) - known:
            known |= named
            here = and_(change.c.kind.in_(_PLACES), change.c.structure.in_(named))
            of_them = or_(here, change.c.former.in_(named))
            for each in self._changes(and_(of_them, change.c.revision <= head)):
                found[each.revision] = each
            structures = {
                each.record.id
                for each in found.values()
                if isinstance(each.record, StructureRenaming)
            }
        return tuple(found[revision] for revision in sorted(found))

    def ties(self, accounts: Collection[str], head: int) -> tuple[Change, ...]:
        """The attachments and detachments of these accounts up to the revision `head`."""
        if not accounts:
            return ()
        mine = and_(change.c.account.in_(sorted(accounts)), change.c.kind.in_(_TIES))
        return self._changes(and_(mine, change.c.revision <= head))

    def _changes(
        self, where: ColumnElement[bool], *, newest: bool = False, size: int | None = None
    ) -> tuple[Change, ...]:
        order = change.c.revision.desc() if newest else change.c.revision
        query = select(*kept).where(where).order_by(order).limit(size)
        with self._store.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(change_of(sound(Row(*cells))) for cells in rows)


def _in(span: Span) -> ColumnElement[bool]:
    return and_(
        change.c.structure == span.structure,
        change.c.revision > span.after,
        change.c.revision <= span.until,
    )
