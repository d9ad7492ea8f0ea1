"""Notices delivered by mail: written whole, handed to a relay, and accounted for."""

from habilis_companion.mail.delivery import Delivery, Patience, Tally
from habilis_companion.mail.errors import (
    ClaimLostError,
    DeferredError,
    InDoubtError,
    MailError,
    RefusedError,
    RelayError,
    SettingsError,
    UnwritableError,
)
from habilis_companion.mail.message import Mail, message_id
from habilis_companion.mail.outbox import Claimed, Outbox
from habilis_companion.mail.relay import Relay, Session
from habilis_companion.mail.settings import RelaySettings, Tls
from habilis_companion.mail.writing import Writer

__all__ = [
    "ClaimLostError",
    "Claimed",
    "DeferredError",
    "Delivery",
    "InDoubtError",
    "Mail",
    "MailError",
    "Outbox",
    "Patience",
    "RefusedError",
    "Relay",
    "RelayError",
    "RelaySettings",
    "Session",
    "SettingsError",
    "Tally",
    "Tls",
    "UnwritableError",
    "Writer",
    "message_id",
]
