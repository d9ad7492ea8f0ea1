"""A list of solicitations as a table for people, in the columns of « Synthèse » (R83)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from habilis import Perimeter
from habilis_companion.paris import in_paris
from habilis_companion.tables import Cell, Column, Kind, Table
from habilis_soliciting.model.categories import Categories
from habilis_soliciting.model.etats import LABELS, SENDER_LABELS
from habilis_soliciting.model.shown import Received, Sent

__all__ = ["table_of"]

_Seen = Sent | Received


def table_of(solicitations: Sequence[_Seen], categories: Categories) -> Table:
    """The solicitations in their order, one a row, under the portal's labels."""
    columns = {**_COLUMNS, **_labels(categories)}
    ordered = {column: columns[column] for column in _ORDER}
    return Table(
        title="Sollicitations",
        columns=tuple(ordered),
        rows=[[cell(each) for cell in ordered.values()] for each in solicitations],
    )


def _there(moment: datetime | None) -> datetime | None:
    """By the clock of the portal."""
    return None if moment is None else in_paris(moment)


def _place(perimeter: Perimeter | None, nobody: str) -> str:
    return nobody if perimeter is None else str(perimeter)


def _etat(seen: _Seen) -> str:
    return LABELS[seen.etat] if isinstance(seen, Received) else SENDER_LABELS[seen.etat]


def _assignee(seen: _Seen) -> Cell:
    return (seen.assignee or None) if isinstance(seen, Received) else None


_NUMBER: Final = Column("Numéro")
_DEPOSIT: Final = Column("Date de dépôt (Paris)", Kind.DATETIME)
_SENDER: Final = Column("Émetteur")
_RECEIVER: Final = Column("Récepteur")
_CATEGORY: Final = Column("Catégorie")
_SUBCATEGORY: Final = Column("Sous-catégorie")
_TITLE: Final = Column("Objet")
_ABOUT: Final = Column("Document concerné")
_ASSIGNEE: Final = Column("Assignée à")
_ETAT: Final = Column("État")
_SINCE: Final = Column("Date de l'état (Paris)", Kind.DATETIME)
_CLOSED: Final = Column("Date de clôture (Paris)", Kind.DATETIME)
_ID: Final = Column("Identifiant")

_ORDER: Final = (
    *(_DEPOSIT, _SENDER, _RECEIVER, _CATEGORY, _SUBCATEGORY, _NUMBER, _TITLE, _ABOUT),
    *(_ASSIGNEE, _ETAT, _SINCE, _CLOSED, _ID),
)

_COLUMNS: Final[Mapping[Column, Callable[[_Seen], Cell]]] = {
    _DEPOSIT: lambda seen: _there(seen.submitted_at),
    _SENDER: lambda seen: _place(seen.emetteur, "Non connecté"),
    _RECEIVER: lambda seen: _place(seen.recepteur, "Support"),
    _NUMBER: lambda seen: seen.number or None,
    _TITLE: lambda seen: seen.title or None,
    _ABOUT: lambda seen: seen.object_number or None,
    _ASSIGNEE: _assignee,
    _ETAT: _etat,
    _SINCE: lambda seen: _there(seen.state_at),
    _CLOSED: lambda seen: _there(seen.closed_at),
    _ID: lambda seen: seen.id,
}


def _labels(categories: Categories) -> Mapping[Column, Callable[[_Seen], Cell]]:
    """What it is about; a code that the reviewed file no longer has is told as it is."""

    def category(seen: _Seen) -> Cell:
        found = categories.category(seen.category)
        return found.label if found else seen.category or None

    def subcategory(seen: _Seen) -> Cell:
        found = categories.subcategory(seen.category, seen.subcategory)
        return found.label if found else seen.subcategory or None

    return {_CATEGORY: category, _SUBCATEGORY: subcategory}
