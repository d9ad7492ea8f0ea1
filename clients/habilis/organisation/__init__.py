"""The organisation for callers: who may be whose, changed by the rules of the portal."""

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
from habilis.organisation.words import Outcome, RefusalCode, ServiceFields, StructureFields

__all__ = [
    "AccountState",
    "Address",
    "ApprovalObject",
    "ApprovalState",
    "AsyncOrganisationClient",
    "CommandRefused",
    "ManyRefused",
    "Moa",
    "OrganisationClient",
    "Outcome",
    "RefusalCode",
    "RequestIdReusedError",
    "ServiceFields",
    "StructureDetails",
    "StructureFields",
    "StructureType",
    "WantedStructure",
]
