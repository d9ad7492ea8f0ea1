"""« Rechercher » in SQL: each criterion as a condition on what its reader is told."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement

from habilis_companion.criteria import at, between, exactly
from habilis_soliciting.model.asked import Criteria
from habilis_soliciting.store.schema import solicitation
from habilis_soliciting.store.sights import PARTIES

__all__ = ["criteria_met"]

_Test: TypeAlias = ColumnElement[bool]


def criteria_met(criteria: Criteria, etat: ColumnElement[Any]) -> Iterator[_Test]:
    """What each criterion asks; `etat` is the state that the reader is told."""
    if criteria.emetteurs:
        yield at(PARTIES["emetteur"], criteria.emetteurs)
    if criteria.recepteurs:
        yield at(PARTIES["recepteur"], criteria.recepteurs)
    for column, wanted in (
        (solicitation.c.category, criteria.categories),
        (solicitation.c.subcategory, criteria.subcategories),
        (etat, criteria.etats),
    ):
        if wanted:
            # What no database can hold is nowhere.
            yield column.in_([text for text in wanted if text.isprintable()])
    for column, text in (
        (solicitation.c.number, criteria.number),
        (solicitation.c.object_number, criteria.object_number),
        (solicitation.c.assignee, criteria.assignee),
    ):
        if text:
            yield exactly(column, text)
    yield from between(solicitation.c.submitted_at, criteria.submitted_from, criteria.submitted_to)
