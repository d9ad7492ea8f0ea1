"""The facts: their records, the World that holds them, and the lines they travel in."""

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
    "Moa",
    "Record",
    "Service",
    "Structure",
    "StructureType",
    "World",
]
