"""What time brings about: the only writes that nobody asked for."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from habilis_companion.batches import in_batches
from habilis_companion.errors import StaleVersionError
from habilis_companion.organisation import Addresses
from habilis_companion.store import ClockEvent, Store, WriteSession
from habilis_invoicing.flows.base import advanced
from habilis_invoicing.model.cadres import Party
from habilis_invoicing.model.circuits import Act, move
from habilis_invoicing.model.clocks import SPOKEN_OF, TICKED, Reminder, Watch, due, reminder_due
from habilis_invoicing.model.events import Event, action_of
from habilis_invoicing.model.piece import Piece
from habilis_invoicing.notices import event_of, notices_of
from habilis_invoicing.store import pieces

__all__ = ["Tally", "tick"]

_Done = TypeVar("_Done")

_EVENT: Final = "tick"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many pieces time has moved, and how many reminders will be sent."""

    moved: int
    reminders: int


def tick(store: Store, now: datetime, addresses: Addresses | None = None) -> Tally:
    """Move every piece that time moves at `now`, one step each, and remind who should act.

    What somebody else moves meanwhile is left to the next time. Without
    `addresses` nobody is reminded.
    """
    clock = ClockEvent(name=_EVENT, at=now)
    moved = sum(done for watch in TICKED for done in _each(store, clock, watch, _moved))
    if addresses is None:
        return Tally(moved, 0)
    unreminded = partial(_unreminded, store)
    found = [each for watch in SPOKEN_OF for each in _each(store, clock, watch, unreminded)]
    awaited = (each for each in found if each is not None)
    return Tally(moved, sum(_reminded(store, clock, each, addresses) for each in awaited))


def _each(
    store: Store,
    clock: ClockEvent,
    watch: Watch,
    do: Callable[[WriteSession, Piece, ClockEvent], _Done],
) -> Iterator[_Done]:
    """What is done with each piece of the watch, many of them in a transaction."""
    until = clock.at - watch.least
    since = None if watch.most is None else clock.at - watch.most
    return in_batches(
        lambda: _ticking(store, clock),
        lambda session, after: pieces.waiting(
            session, watch.etats, until=until, since=since, after=after
        ),
        lambda session, piece: do(session, piece, clock),
    )


def _ticking(store: Store, clock: ClockEvent) -> AbstractContextManager[WriteSession]:
    return store.ticking(clock)


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


def _unreminded(
    store: Store, session: WriteSession, piece: Piece, clock: ClockEvent
) -> tuple[Piece, Party, Reminder] | None:
    """The piece, if somebody has to be reminded of it and was not."""
    found = reminder_due(piece, clock.at)
    if found is None or store.notified(session, event_of(piece, found[1])):
        return None
    return piece, *found


def _reminded(
    store: Store,
    clock: ClockEvent,
    awaited: tuple[Piece, Party, Reminder],
    addresses: Addresses,
) -> int:
    piece, party, reminder = awaited
    place = piece.party(party)
    action = action_of(_AWAITED[party], piece.cadre)
    notices = list(notices_of(piece, reminder, addresses.of(place, action) if place else ()))
    with _ticking(store, clock) as session:
        store.notify(session, notices, clock.at)
    return len(notices)


_AWAITED: Final = {
    Party.VALIDEUR: Event.VALIDATE,
    Party.MOE: Event.REFUSE,
    Party.MOA: Event.REFUSE,
    Party.FOURNISSEUR: Event.REFUSE,
    Party.DESTINATAIRE: Event.CERTIFY,
    Party.DEPOSANT: Event.ACKNOWLEDGE,
}
"""What those who are reminded may do: whoever may do it is told."""
