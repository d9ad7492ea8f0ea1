"""The facts: their records, the World that holds them, and the lines they travel in."""

from habilis_server.world.errors import FactsError, RecordError
from habilis_server.world.facts import (
    DEFAULT_PROFILES,
    Account,
    AccountState,
    Approval,
    ApprovalObject,
    ApprovalState,
    Attachment,
    Detachment,
    Moa,
    Record,
    Service,
    Structure,
    StructureType,
)
from habilis_server.world.identifiers import flaw
from habilis_server.world.portable import read_portable, write_portable
from habilis_server.world.world import World

__all__ = [
    "DEFAULT_PROFILES",
    "Account",
    "AccountState",
    "Approval",
    "ApprovalObject",
    "ApprovalState",
    "Attachment",
    "Detachment",
    "FactsError",
    "Moa",
    "Record",
    "RecordError",
    "Service",
    "Structure",
    "StructureType",
    "World",
    "flaw",
    "read_portable",
    "write_portable",
]
