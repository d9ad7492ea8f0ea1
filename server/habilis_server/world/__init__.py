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
    AccountState,
    Address,
    Approval,
    ApprovalObject,
    ApprovalState,
    Attachment,
    Fact,
    Moa,
    Record,
    Service,
    Structure,
    StructureDetails,
    StructureType,
    WantedStructure,
)
from habilis_server.world.identifiers import flaw
from habilis_server.world.portable import read_portable, stream_portable, write_portable
from habilis_server.world.world import World

__all__ = [
    "DEFAULT_PROFILES",
    "Account",
    "AccountChange",
    "AccountState",
    "Address",
    "Approval",
    "ApprovalObject",
    "ApprovalState",
    "Attachment",
    "Detachment",
    "EntitlementChange",
    "Fact",
    "FactsError",
    "Moa",
    "Record",
    "RecordError",
    "Scalar",
    "Service",
    "ServiceChange",
    "ServiceRemoval",
    "Structure",
    "StructureChange",
    "StructureDetails",
    "StructureRenaming",
    "StructureType",
    "WantedStructure",
    "World",
    "flaw",
    "read_portable",
    "stream_portable",
    "write_portable",
]
