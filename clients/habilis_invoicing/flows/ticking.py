"""What time brings about: the only writes that nobody asked for."""

from datetime import datetime
from typing import Final

from habilis_companion.errors import StaleVersionError
from habilis_companion.store import ClockEvent, Store, WriteSession
from habilis_invoicing.flows.base import advanced
from habilis_invoicing.model.circuits import Act, move
from habilis_invoicing.model.clocks import TICKED, due
from habilis_invoicing.model.piece import Piece
from habilis_invoicing.store import pieces

__all__ = ["tick"]

_EVENT: Final = "tick"


def tick(store: Store, now: datetime) -> int:
    """Move every piece that time moves at `now`, one step each; how many there were.

    What somebody else moves meanwhile is left to the next time.
    """
    moved, after = 0, ""
    while True:
        event = ClockEvent(name=_EVENT, at=now)
        with store.ticking(event) as session:
            batch = pieces.waiting(session, TICKED, until=now, after=after)
            moved += sum(_moved(session, piece, event) for piece in batch)
        if not batch:
            return moved
        after = batch[-1].id


def _moved(session: WriteSession, piece: Piece, clock: ClockEvent) -> bool:
    event = due(piece, clock.at)
    if event is None:
        return False
    after, lines = advanced(piece, move(piece, Act(event=event), clock.at), clock.at)
    try:
        pieces.move(session, after, lines, clock)
    except StaleVersionError:
        return False
    return True
