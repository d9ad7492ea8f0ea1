"""Long lists a page at a time: whole and without repetition, whatever is added meanwhile.

A page begins after the last row of the one before it, by columns that never
change. What stays in the list from the first page to the last is told once.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Select, literal, tuple_, type_coerce

from habilis_companion.columns import TEXT, Moment
from habilis_companion.digests import digest_of
from habilis_companion.errors import InvalidRequestError, PageTokenError
from habilis_companion.store import ReadSession

__all__ = ["MOST_ROWS", "PAGE", "Paging", "Rows", "every_row"]

PAGE: Final = 50
"""Rows of a page, where the reader does not say otherwise (R113)."""

MOST_ROWS: Final = 1_000
"""Rows of a page, at most."""

_LONGEST: Final = 2_048  # characters of a token


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a page, and the token of the next one: "" if there is none."""

    rows: tuple[RowMapping, ...]
    next_token: str


class Paging:
    """The pages of one list: `said` names it with its filter and its reader.

    `by` are columns that are never NULL and never change, and that are unique
    together; the greatest come first. Raises InvalidRequestError for a size
    that no page has (0: `PAGE`), PageTokenError for a token of something else.

    A token is no secret and gives no right: whatever a page begins with, it
    holds what its reader may see.
    """

    def __init__(
        self, *said: object, by: Sequence[ColumnElement[Any]], size: int = 0, token: str = ""
    ) -> None:
        if not 0 <= size <= MOST_ROWS:
            raise InvalidRequestError("page_size", f"is {size}; ask for 1 to {MOST_ROWS} rows")
        self._size = size or PAGE
        self._said = digest_of(*said)
        self._by = [_raw(each) for each in by]
        self._after = self._read(token) if token else None

    def of(self, session: ReadSession, query: Select[Any]) -> Rows:
        """The page of this query, whose own order counts for nothing."""
        places = [each.label(f"page_{number}") for number, each in enumerate(self._by)]
        query = query.add_columns(*places).order_by(None)
        query = query.order_by(*(each.desc() for each in self._by)).limit(self._size + 1)
        if self._after is not None:
            query = query.where(tuple_(*self._by) < tuple_(*map(literal, self._after)))
        rows = session.connection.execute(query).mappings().all()
        if len(rows) <= self._size:
            return Rows(tuple(rows), "")
        last = rows[self._size - 1]
        return Rows(tuple(rows[: self._size]), self._written([last[each.name] for each in places]))

    def _written(self, after: list[str | int]) -> str:
        text = json.dumps([digest_of(self._said, after), *after], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _read(self, token: str) -> list[str | int]:
        after = _decoded(token)
        kinds = [each.type.python_type for each in self._by]
        if [type(each) for each in after] != kinds or self._written(after) != token:
            raise PageTokenError(
                "the page token is not one of this list with this filter; begin at the first page"
            )
        return after


def every_row(
    session: ReadSession,
    query: Select[Any],
    by: Sequence[ColumnElement[Any]],
    size: int = MOST_ROWS,
) -> Iterator[RowMapping]:
    """All the rows of this query in the order of its pages, never more than `size` in memory."""
    token, more = "", True
    while more:
        page = Paging("every", by=by, size=size, token=token).of(session, query)
        yield from page.rows
        token, more = page.next_token, page.next_token != ""


def _raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column as the database holds it, which a token can bear."""
    return type_coerce(column, TEXT) if isinstance(column.type, Moment) else column


def _decoded(token: str) -> list[str | int]:
    """What the token says that a page begins after; nothing if it is no token."""
    if len(token) > _LONGEST:
        return []
    padded = token + "=" * (-len(token) % 4)
    try:
        said = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        return []
    after = said[1:] if isinstance(said, list) else []
    return [each for each in after if not isinstance(each, str) or each.isprintable()]
