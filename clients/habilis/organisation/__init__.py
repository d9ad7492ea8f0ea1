"""The organisation for callers: who may be whose, read, and changed by the rules of the portal."""

from habilis.organisation.async_client import AsyncOrganisationClient
from habilis.organisation.client import OrganisationClient
from habilis.organisation.errors import CommandRefused, ManyRefused, RequestIdReusedError
from habilis.organisation.facts import (
    AccountState,
    Address,
    ApprovalObject,
    ApprovalState,
    Moa,
    StructureDetails,
    StructureType,
    WantedStructure,
)
from habilis.organisation.records import (
    ApprovalPage,
    ApprovalRecord,
    AttachmentRecord,
    HistoryEntry,
    HistoryEvent,
    Page,
    Person,
    ServiceRecord,
    StructureAnswer,
    StructureRecord,
)
from habilis.organisation.words import Outcome, RefusalCode, ServiceFields, StructureFields

__all__ = [
    "AccountState",
    "Address",
    "ApprovalObject",
    "ApprovalPage",
    "ApprovalRecord",
    "ApprovalState",
    "AsyncOrganisationClient",
    "AttachmentRecord",
    "CommandRefused",
    "HistoryEntry",
    "HistoryEvent",
    "ManyRefused",
    "Moa",
    "OrganisationClient",
    "Outcome",
    "Page",
    "Person",
    "RefusalCode",
    "RequestIdReusedError",
    "ServiceFields",
    "ServiceRecord",
    "StructureAnswer",
    "StructureDetails",
    "StructureFields",
    "StructureRecord",
    "StructureType",
    "WantedStructure",
]
