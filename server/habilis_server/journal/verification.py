"""Is the journal what was written? Every row against its hash, its neighbours and the last seal.

The chain tells of any row that was altered, removed, put in or moved, as long
as someone did not forge all that follows too. Against that, note a seal
elsewhere from time to time: what it covers cannot be forged.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from habilis_server.journal.changes import FIRST_HASH, Row, change_of, hash_of, kind_of
from habilis_server.journal.errors import JournalBrokenError

__all__ = ["Ending", "Seal", "broken_rows", "first_problems"]

_ENOUGH: Final = 20
"""One forged row can set all that follow at odds; more lines than this teach nothing."""


class Seal(NamedTuple):
    """A revision and its hash: they stand for every change up to it."""

    revision: int
    hash: str


class Ending(NamedTuple):
    """What is remembered of a request: its last revision, its identifier, who made it."""

    revision: int
    request_id: str
    actor: str


def broken_rows(
    rows: Iterable[Row], endings: Iterable[Ending], *, last_given: int, seal: Seal | None
) -> Iterator[str]:
    """What is wrong with `rows`, which are all the rows by revision.

    `endings` are those of all the requests, by revision too. `last_given` is
    the highest revision that the database remembers having given out.
    """
    last: Row | None = None
    requests = _Requests(endings)
    for row in rows:
        yield from _broken_row(row, last)
        if last is not None and (not row.ordinal or row.request_id != last.request_id):
            requests.end(last)
        if seal is not None and row.revision == seal.revision and row.hash != seal.hash:
            yield f"revision {row.revision} is not the one that was sealed"
        last = row
    end = 0 if last is None else last.revision
    if last is not None:
        requests.end(last)
    remembered = max(last_given, 0 if seal is None else seal.revision)
    if end < remembered:
        yield f"{_range(end + 1, remembered)} missing: the end of the journal was cut off"
    elif last_given < end:
        yield f"{_range(last_given + 1, end)} never given out by the database"
    yield from requests.problems()


def first_problems(problems: Iterator[str]) -> list[str]:
    """The first problems, and a last line if there are more."""
    first = list(islice(problems, _ENOUGH))
    if next(problems, None) is not None:
        first.append("there are more problems; only the first are told")
    return first


class _Requests:
    """What is remembered of the requests, held against their rows; the first difference counts."""

    def __init__(self, endings: Iterable[Ending]) -> None:
        self._endings = iter(endings)
        self._problem: str | None = None

    def end(self, row: Row) -> None:
        """`row` is the last of its request."""
        if self._problem is not None:
            return
        expected = Ending(row.revision, row.request_id, row.actor)
        found = next(self._endings, None)
        if found != expected:
            self._problem = (
                f"the request that ends at revision {row.revision} is not remembered as it is"
                if found is None or found.revision >= row.revision
                else f"a request is remembered at revision {found.revision} that ends nowhere"
            )

    def problems(self) -> Iterator[str]:
        if self._problem is not None:
            yield self._problem
        elif (found := next(self._endings, None)) is not None:
            yield f"a request is remembered at revision {found.revision} that ends nowhere"


def _broken_row(row: Row, last: Row | None) -> Iterator[str]:
    expected = 1 if last is None else last.revision + 1
    if row.revision != expected:
        yield f"{_range(expected, row.revision - 1)} missing"
    elif row.previous_hash != (FIRST_HASH if last is None else last.hash):
        yield f"revision {row.revision} does not follow what stands before it"
    if row.hash != hash_of(row):
        yield f"revision {row.revision} was altered: its hash does not fit its content"
        return
    if row.ordinal and (last is None or (row.request_id, row.ordinal - 1) != last[4:6]):
        yield f"revision {row.revision} stands apart from the rest of its request"
    try:
        change_of(row)
        if kind_of(row.payload) != row.kind:
            yield f"revision {row.revision} is not of the kind it says"
    except JournalBrokenError as error:
        yield str(error)


def _range(first: int, last: int) -> str:
    return f"revision {first} is" if first >= last else f"revisions {first} to {last} are"
