"""The journal read by what is in effect: the questions that a timeline asks of it.

Changes take effect in the order of `effective_at`; those of one moment in the
order of their revisions. Times are texts as the journal writes them, which sort
as the moments do; "" stands before them all.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import BindParameter, Executable, bindparam, func, select, text, union_all

from habilis_server.journal.changes import Change, Row, change_of, sound
from habilis_server.journal.errors import JournalBrokenError
from habilis_server.journal.schema import change, kept
from habilis_server.journal.store import PAGE, Store
from habilis_server.world.codec import recall
from habilis_server.world.errors import RecordError
from habilis_server.world.facts import Record

__all__ = ["Effects"]

_revision = change.c.revision
_effective = change.c.effective_at
_after: Final[BindParameter[Any]] = bindparam("after")
_after_revision: Final[BindParameter[Any]] = bindparam("after_revision")
_until: Final[BindParameter[Any]] = bindparam("until")
_head: Final[BindParameter[Any]] = bindparam("head")

# Built once: to build a statement costs more than to run it.
_RECORDED_AT: Final = select(change.c.recorded_at).where(_revision == _head)
_LAST_UNTIL: Final = (
    select(_effective)
    .where(_effective <= _until, _revision <= _head)
    .order_by(_effective.desc(), _revision.desc())
    .limit(1)
)
_FIRST_AFTER: Final = (
    select(_effective)
    .where(_effective > _after, _revision <= _head)
    .order_by(_effective, _revision)
    .limit(1)
)
_EARLIEST_RECORDED: Final = select(func.min(_effective)).where(
    _revision > _after, _revision <= _head
)
# The rest of one moment, and what comes later, each found by the index: SQLite reads
# `(effective_at, revision) > …` from the beginning of the moment, which may be millions.
_REST: Final = select(_effective, _revision, *kept).where(
    _effective == _after, _effective <= _until, _revision > _after_revision, _revision <= _head
)
_LATER: Final = select(_effective, _revision, *kept).where(
    _effective > _after, _effective <= _until, _revision <= _head
)
_RECORDS: Final = union_all(_REST, _LATER).order_by(text("1, 2")).limit(PAGE)
_AWAITED: Final = (
    select(func.count()).select_from(change).where(_effective > _after, _revision <= _head)
)
_PENDING: Final = (
    select(*kept).where(_effective > _after, _revision <= _head).order_by(_effective, _revision)
)


class Effects:
    """Of the changes up to the revision `head` that each question names: later ones don't exist."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def recorded_at(self, head: int) -> str:
        """When the change of revision `head` was recorded, and none before it any later."""
        return self._time(_RECORDED_AT, {"head": head})

    def last_until(self, moment: str, head: int) -> str:
        """When a change last took effect, `moment` included; "" if none ever had."""
        return self._time(_LAST_UNTIL, {"until": moment, "head": head})

    def first_after(self, moment: str, head: int) -> str:
        """When a change next takes effect after `moment`; "" if none is awaited."""
        return self._time(_FIRST_AFTER, {"after": moment, "head": head})

    def earliest_recorded(self, after: int, head: int) -> str:
        """The earliest effect among the changes after the revision `after`; "" of none."""
        return self._time(_EARLIEST_RECORDED, {"after": after, "head": head})

    def records(self, after: tuple[str, int], until: str, head: int) -> Iterator[Record]:
        """The records that take effect after those of `after`, not after `until`, in order.

        `after` is a moment, and a revision: of the changes of that very moment,
        those up to this revision are left out. Each is held against its hash:
        a database that was damaged grants nothing that was not granted.
        """
        bounds: dict[str, str | int] = {
            "after": after[0],
            "after_revision": after[1],
            "until": until,
            "head": head,
        }
        for cells in self._store.pages(_RECORDS, bounds, ("after", "after_revision")):
            row = sound(Row(*cells[2:]))
            try:
                yield recall(row.payload)
            except RecordError as error:
                told = f"revision {row.revision} cannot be read: {error}"
                raise JournalBrokenError(told) from error

    def counted(self, until: str, head: int) -> int:
        """How many changes there must be that take effect not after `until`.

        Revisions have no gap, so it is as many as `head`, but for those that
        are awaited.
        """
        with self._store.reading() as connection:
            return head - (connection.scalar(_AWAITED, {"after": until, "head": head}) or 0)

    def pending(self, moment: str, head: int) -> tuple[Change, ...]:
        """The changes that take effect after `moment`, in order."""
        with self._store.reading() as connection:
            rows = connection.execute(_PENDING, {"after": moment, "head": head}).all()
        return tuple(change_of(sound(Row(*cells))) for cells in rows)

    def _time(self, query: Executable, bounds: Mapping[str, str | int]) -> str:
        with self._store.reading() as connection:
            time: str | None = connection.scalar(query, bounds)
            return time or ""
