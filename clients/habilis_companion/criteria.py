"""What people narrow a list by, as conditions in SQL: places, moments, texts."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, and_, false, or_, true, tuple_

from habilis import Perimeter
from habilis_companion.visibility import Party

__all__ = ["at", "between", "exactly"]

_Test: TypeAlias = ColumnElement[bool]


def exactly(column: ColumnElement[Any], text: str) -> _Test:
    """Whether the column holds this text; what no database can hold is nowhere."""
    return column == text if text.isprintable() else false()


def at(party: Party, places: Iterable[Perimeter], *, with_services: bool = True) -> _Test:
    """Whether the party is at one of these places.

    `with_services`: a structure stands for its services too.
    """
    # As lists: a test for each of a thousand places is deeper than SQLite goes.
    known = [place for place in places if all(part is None or part.isprintable() for part in place)]
    services = [tuple(place) for place in known if place.service is not None]
    whole = [place.structure for place in known if place.service is None]
    of_it = true() if with_services else party.service == ""
    return or_(tuple_(*party).in_(services), and_(party.structure.in_(whole), of_it))


def between(
    column: ColumnElement[Any], first: datetime | None, end: datetime | None
) -> Iterator[_Test]:
    """From the first moment, included, to the end, excluded; None bounds nothing."""
    if first is not None:
        yield column >= first
    if end is not None:
        yield column < end
