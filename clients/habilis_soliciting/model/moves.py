"""A solicitation brought through a row of the circuit, and the lines of its history."""

from dataclasses import replace
from datetime import datetime

from habilis_companion.attachments import FileRef
from habilis_soliciting.model.circuit import Act, Actor, Row
from habilis_soliciting.model.etats import Etat
from habilis_soliciting.model.solicitation import Solicitation, StateLine

__all__ = ["actor_of_receiver", "moved"]


def actor_of_receiver(solicitation: Solicitation) -> Actor:
    """Who receives it now."""
    return Actor.SUPPORT if solicitation.recepteur is None else Actor.SERVICE_METIER


def moved(
    solicitation: Solicitation,
    row: Row,
    now: datetime,
    *,
    comment: str = "",
    attachments: tuple[FileRef, ...] = (),
) -> tuple[Solicitation, list[StateLine]]:
    """The solicitation after the row, and what its history gains; words stand on the first line.

    What the sender reads moves only with a step that he is told of.
    """
    lines: list[StateLine] = []
    told = solicitation
    for step in row.steps:
        etat_emetteur = step.told or told.etat_emetteur
        if step.etat is not told.etat:
            told = replace(told, etat=step.etat, state_at=now)
        if step.told is not None and step.told is not told.etat_emetteur:
            told = replace(told, etat_emetteur=step.told, shown_at=now)
        lines.append(
            StateLine(
                etat=step.etat,
                etat_emetteur=etat_emetteur,
                told=step.told is not None,
                at=now,
                comment="" if lines else comment,
                attachments=() if lines else attachments,
            )
        )
    return _dated(told, row, now), lines


def _dated(solicitation: Solicitation, row: Row, now: datetime) -> Solicitation:
    """The moments by which delays are measured (R93, « Statistiques »)."""
    if row.act is Act.SUBMIT:
        return replace(solicitation, submitted_at=now)
    if row.act in {Act.ASK_INFORMATION, Act.RESOLVE}:
        solicitation = replace(solicitation, answered_at=solicitation.answered_at or now)
    if row.after is Etat.RESOLUE:
        return replace(solicitation, resolved_at=now)
    if row.act is Act.SEND_BACK:
        return replace(solicitation, resolved_at=None)
    return replace(solicitation, closed_at=now) if row.after is Etat.CLOTUREE else solicitation
