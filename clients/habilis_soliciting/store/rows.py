"""Between a solicitation and its row: nothing is lost on the way."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any, Final

from sqlalchemy import RowMapping

from habilis import Perimeter
from habilis_companion.attachments import FileRef
from habilis_soliciting.model.etats import Etat, EtatEmetteur
from habilis_soliciting.model.solicitation import ObjectType, Solicitation, StateLine

__all__ = ["line_of", "row_of", "solicitation_of"]

_PARTIES: Final = ("emetteur", "recepteur")
_FILES: Final = ("attachments", "answer_attachments")
_AS_THEY_ARE: Final = tuple(
    each.name
    for each in fields(Solicitation)
    if each.name not in {*_PARTIES, *_FILES, "number", "object_type", "etat", "etat_emetteur"}
)


def row_of(solicitation: Solicitation) -> dict[str, object]:
    """The solicitation as its row, what is derived from it included."""
    row: dict[str, object] = {name: getattr(solicitation, name) for name in _AS_THEY_ARE}
    for party in _PARTIES:
        place: Perimeter | None = getattr(solicitation, party)
        row[f"{party}_structure"] = place.structure if place else None
        row[f"{party}_service"] = (place.service or "") if place else ""
    for name in _FILES:
        row[name] = [asdict(file) for file in getattr(solicitation, name)]
    return row | {
        "etat": solicitation.etat.value,
        "etat_emetteur": solicitation.etat_emetteur.value,
        "number": solicitation.number or None,
        "object_type": solicitation.object_type or "",
        "first_answer_seconds": solicitation.first_answer_seconds,
        "resolution_seconds": solicitation.resolution_seconds,
    }


def solicitation_of(row: RowMapping) -> Solicitation:
    """The solicitation that the row holds."""
    said: dict[str, Any] = {name: row[name] for name in _AS_THEY_ARE}
    for party in _PARTIES:
        structure = row[f"{party}_structure"]
        if structure is not None:
            said[party] = Perimeter(structure, row[f"{party}_service"] or None)
    said |= {name: _files(row[name]) for name in _FILES}
    return Solicitation(
        etat=Etat(row["etat"]),
        etat_emetteur=EtatEmetteur(row["etat_emetteur"]),
        number=row["number"] or "",
        object_type=ObjectType(row["object_type"]) if row["object_type"] else None,
        **said,
    )


def line_of(row: RowMapping) -> StateLine:
    """The line of history that the row holds."""
    said: dict[str, Any] = {each.name: row[each.name] for each in fields(StateLine)}
    said |= {"etat": Etat(row["etat"]), "etat_emetteur": EtatEmetteur(row["etat_emetteur"])}
    said["attachments"] = _files(row["attachments"])
    return StateLine(**said)


def _files(kept: Iterable[dict[str, Any]]) -> tuple[FileRef, ...]:
    return tuple(FileRef(**file) for file in kept)
