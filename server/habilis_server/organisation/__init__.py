"""The organisation: accounts, attachments, entitlements, approvals, structures, services.

Commands are values; their rules are pure functions, one module a subject;
`Organisation.execute` judges, records and acknowledges.
"""

from habilis_server.organisation.errors import (
    AccessRefused,
    CommandRefused,
    ManyRefused,
    OrganisationError,
)
from habilis_server.organisation.execution import MAX_DELAY, Organisation, Outcome
from habilis_server.organisation.hearing import Heard, UnheardError

__all__ = [
    "MAX_DELAY",
    "AccessRefused",
    "CommandRefused",
    "Heard",
    "ManyRefused",
    "Organisation",
    "OrganisationError",
    "Outcome",
    "UnheardError",
]
