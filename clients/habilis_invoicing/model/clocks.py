"""What time alone brings about: routing, silences, and until when a rejection is shown.

Every delay is counted from when the piece came into its state, and has passed
at its exact bound. Those of the circuits stand in their tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from habilis_invoicing.model.cadres import Party
from habilis_invoicing.model.circuits import TABLES, Transition
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.events import Event
from habilis_invoicing.model.piece import Piece

__all__ = [
    "REMINDED",
    "SPOKEN_OF",
    "TICKED",
    "Reminder",
    "Watch",
    "due",
    "reminder_due",
    "shown_rejections_since",
]

REMINDED: Final = timedelta(days=2)
"""How long before a silence takes effect its author is reminded."""

_FRESH: Final = timedelta(days=1)
_REJECTION_SHOWN: Final = timedelta(days=10)
_ACKNOWLEDGED: Final = timedelta(days=7)


class Reminder(StrEnum):
    """What somebody is told, or reminded of."""

    ARRIVED = "arrived"
    ANSWER = "answer"
    ACKNOWLEDGE = "acknowledge"


def due(piece: Piece, now: datetime) -> Event | None:
    """What the clock does with the piece at `now`, if anything; one step at a time."""
    row = _TICKED.get((piece.cadre, piece.etat))
    return row.event if row is not None and now >= _opens(row, piece) else None


def reminder_due(piece: Piece, now: datetime) -> tuple[Party, Reminder] | None:
    """Who should be reminded at `now`, and of what; None where nobody should.

    To whom a piece comes is told so, within a day (§4.2). Who lets a silence fall
    is told two days before; who was refused, once acknowledging has become
    mandatory, 7 days after (§3.4), and for a week.
    """
    if piece.etat in _ARRIVED and now - piece.state_at < _FRESH:
        return _ARRIVED[piece.etat], Reminder.ARRIVED
    row = _TICKED.get((piece.cadre, piece.etat))
    if row is not None and row.event is Event.LAPSE and now >= _opens(row, piece) - REMINDED:
        return _SILENT[piece.etat], Reminder.ANSWER
    waited = now - piece.state_at
    refused = (piece.cadre, piece.etat) in _REFUSED and piece.acknowledged_at is None
    if refused and _ACKNOWLEDGED <= waited < 2 * _ACKNOWLEDGED:
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
_REFUSED: Final = {
    (cadre, row.before) for row in TABLES if row.event is Event.ACKNOWLEDGE for cadre in row.cadres
}
_SILENT: Final = {
    Etat.A_VALIDER_1: Party.VALIDEUR,
    Etat.A_VALIDER_2: Party.VALIDEUR,
    Etat.MISE_A_DISPOSITION_MOE: Party.MOE,
}
_ARRIVED: Final = {
    **_SILENT,
    Etat.MISE_A_DISPOSITION_MOA: Party.MOA,
    Etat.MISE_A_DISPOSITION_FOURNISSEUR: Party.FOURNISSEUR,
    Etat.MISE_A_DISPOSITION: Party.DESTINATAIRE,
}


@dataclass(frozen=True, slots=True)
class Watch:
    """States to look at, for pieces that came to them `least` ago, and less than `most`.

    `most` None: however long ago.
    """

    etats: frozenset[Etat]
    least: timedelta
    most: timedelta | None = None


def _by_delay() -> Iterator[tuple[timedelta, frozenset[Etat]]]:
    delays = {row.before: row.opens_after or timedelta() for row in _TICKED.values()}
    for delay in sorted(set(delays.values())):
        yield delay, frozenset(etat for etat in delays if etat and delays[etat] == delay)


TICKED: Final = tuple(Watch(etats, delay) for delay, etats in _by_delay())
"""Where time may move a piece, the shortest delay first: what one moves the next leaves alone."""

SPOKEN_OF: Final = (
    Watch(frozenset(_ARRIVED), timedelta(), _FRESH),
    *(Watch(etats, delay - REMINDED, delay) for delay, etats in _by_delay() if delay),
    Watch(frozenset(etat for _, etat in _REFUSED if etat), _ACKNOWLEDGED, 2 * _ACKNOWLEDGED),
)
"""Where somebody may have to be told of a piece."""
