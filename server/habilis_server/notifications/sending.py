"""The one place that binds the journal's outbox, the portal's texts and a relay."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from habilis_companion.mail import Delivery, Relay, RelaySettings, Writer
from habilis_server.journal import Journal
from habilis_server.notifications.phrases import phrases

__all__ = ["SOURCE", "delivery_of", "writer_for"]

SOURCE: Final = "habilis"
"""Whose events they are, in the Message-IDs."""


def writer_for(sender: str) -> Writer:
    """Writes the portal's mails. Raises SettingsError."""
    return Writer("habilis_server.notifications", phrases, source=SOURCE, sender=sender)


def delivery_of(
    journal: Journal, settings: RelaySettings, clock: Callable[[], datetime]
) -> Delivery:
    """Carries the journal's notices to the relay. Raises SettingsError."""
    writer = writer_for(settings.sender)
    return Delivery(journal.outbox, writer, Relay(settings), clock)
