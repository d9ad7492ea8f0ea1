"""The organisation for callers: who may be whose, changed by the rules of the portal."""

from habilis.organisation.async_client import AsyncOrganisationClient
from habilis.organisation.client import OrganisationClient
from habilis.organisation.errors import CommandRefused, ManyRefused, RequestIdReusedError
from habilis.organisation.words import (
    Moa,
    Outcome,
    RefusalCode,
    ServiceFields,
    StructureFields,
    StructureType,
    WantedStructure,
)

__all__ = [
    "AsyncOrganisationClient",
    "CommandRefused",
    "ManyRefused",
    "Moa",
    "OrganisationClient",
    "Outcome",
    "RefusalCode",
    "RequestIdReusedError",
    "ServiceFields",
    "StructureFields",
    "StructureType",
    "WantedStructure",
]
