"""The facts: their records, the World that holds them, and the lines they travel in."""

from habilis_server.world.changes import (
    AccountChange,
    Detachment,
    EntitlementChange,
    Scalar,
    ServiceChange,
    ServiceRemoval,
    StructureChange,
    StructureRenaming,
)
from habilis_server.world.errors import FactsError, RecordError
from habilis_server.world.facts import (
    DEFAULT_PROFILES,
    Account,
    Approval,
    Attachment,
    Fact,
    Record,
    Service,
    Structure,
)
from habilis_server.world.portable import read_portable, stream_portable, write_portable
from habilis_server.world.world import World

__all__ = [
    "DEFAULT_PROFILES",
    "Account",
    "AccountChange",
    "Approval",
    "Attachment",
    "Detachment",
    "EntitlementChange",
    "Fact",
    "FactsError",
    "Record",
    "RecordError",
    "Scalar",
    "Service",
    "ServiceChange",
    "ServiceRemoval",
    "Structure",
    "StructureChange",
    "StructureRenaming",
    "World",
    "read_portable",
    "stream_portable",
    "write_portable",
]
