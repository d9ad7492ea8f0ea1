"""What time alone brings about: routing, silences, and until when a rejection is shown.

Every delay is counted from when the piece came into its state, and has passed
at its exact bound. Those of the circuits stand in their tables.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from habilis_invoicing.model.cadres import Party
from habilis_invoicing.model.circuits import TABLES, Transition
from habilis_invoicing.model.etats import LOST, Etat
from habilis_invoicing.model.events import Event
from habilis_invoicing.model.piece import Piece

__all__ = [
    "REMINDED",
    "SPOKEN_OF",
    "TICKED",
    "Reminder",
    "due",
    "reminder_due",
    "shown_rejections_since",
]

REMINDED: Final = timedelta(days=2)
"""How long before a silence takes effect its author is reminded."""

_REJECTION_SHOWN: Final = timedelta(days=10)
_ACKNOWLEDGED: Final = timedelta(days=7)


class Reminder(StrEnum):
    """What somebody is reminded of."""

    ANSWER = "answer"
    ACKNOWLEDGE = "acknowledge"


def due(piece: Piece, now: datetime) -> Event | None:
    """What the clock does with the piece at `now`, if anything; one step at a time."""
    row = _TICKED.get((piece.cadre, piece.etat))
    return row.event if row is not None and now >= _opens(row, piece) else None


def reminder_due(piece: Piece, now: datetime) -> tuple[Party, Reminder] | None:
    """Who should be reminded at `now`, and of what; None where nobody should.

    Who lets a silence fall is told two days before; who was refused, once
    acknowledging has become mandatory, 7 days after (§3.4).
    """
    row = _TICKED.get((piece.cadre, piece.etat))
    if row is not None and row.event is Event.LAPSE and now >= _opens(row, piece) - REMINDED:
        return _SILENT[piece.etat], Reminder.ANSWER
    refused = piece.etat in LOST and piece.etat is not Etat.DUPLIQUE_APRES_REFUS
    if refused and piece.acknowledged_at is None and now >= piece.state_at + _ACKNOWLEDGED:
        return Party.DEPOSANT, Reminder.ACKNOWLEDGE
    return None


def shown_rejections_since(now: datetime) -> datetime:
    """The moment before which rejections may be masked: 10 days ago (R113)."""
    return now - _REJECTION_SHOWN


def _opens(row: Transition, piece: Piece) -> datetime:
    return piece.state_at + (row.opens_after or timedelta())


_TICKED: Final = {
    (cadre, row.before): row
    for row in TABLES
    if row.event in {Event.ROUTE, Event.LAPSE}
    for cadre in row.cadres
}
TICKED: Final = frozenset(etat for _, etat in _TICKED if etat is not None)
"""The states out of which time may move a piece."""

SPOKEN_OF: Final = TICKED | LOST
"""The states in which somebody may have to be reminded of a piece."""

_SILENT: Final = {
    Etat.A_VALIDER_1: Party.VALIDEUR,
    Etat.A_VALIDER_2: Party.VALIDEUR,
    Etat.MISE_A_DISPOSITION_MOE: Party.MOE,
}
