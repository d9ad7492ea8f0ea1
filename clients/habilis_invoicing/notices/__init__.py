"""What people are reminded of by mail: the notice of each reminder, and how notices are carried."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from habilis_companion.mail import Delivery, Relay, RelaySettings, Writer
from habilis_companion.outbox import Notice
from habilis_companion.store import Store
from habilis_invoicing.model.clocks import Reminder
from habilis_invoicing.model.etats import LABELS
from habilis_invoicing.model.piece import Piece

__all__ = ["delivery_of", "event_of", "notices_of", "writer_for"]

_SOURCE: Final = "habilis-invoicing"


def event_of(piece: Piece, reminder: Reminder) -> str:
    """One reminder of one piece in one state, whoever receives it."""
    return f"{reminder.value}/{piece.id}/{piece.state_at.isoformat()}/"


def notices_of(piece: Piece, reminder: Reminder, addresses: Iterable[str]) -> Iterator[Notice]:
    """A notice to each address, once for the reminder."""
    for address in addresses:
        yield Notice(
            event=f"{event_of(piece, reminder)}{address}",
            recipient=address,
            template=reminder.value,
            context={
                "number": piece.number,
                "document": piece.framework.document,
                "etat": LABELS[piece.shown],
            },
        )


def writer_for(sender: str) -> Writer:
    """Writes the companion's mails. Raises SettingsError."""
    return Writer("habilis_invoicing.notices", _phrases, source=_SOURCE, sender=sender)


def delivery_of(store: Store, settings: RelaySettings, clock: Callable[[], datetime]) -> Delivery:
    """Carries the companion's notices to the relay. Raises SettingsError."""
    return Delivery(store.outbox, writer_for(settings.sender), Relay(settings), clock)


def _phrases(told: Mapping[str, str]) -> Mapping[str, str]:
    """How the document is named; KeyError where a notice tells too little."""
    return {"piece": f"{told['document']} n° {told['number']}, à l’état « {told['etat']} »"}
