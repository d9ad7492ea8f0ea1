"""The words of the facts: what the organisation is told in, by callers and by the server alike."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = [
    "AccountState",
    "Address",
    "ApprovalObject",
    "ApprovalState",
    "Moa",
    "StructureDetails",
    "StructureType",
    "WantedStructure",
]


class AccountState(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    INACTIVE = "inactive"


class StructureType(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"


class Moa(StrEnum):
    """How a structure takes part in works contracts as contracting authority (R106 to R111)."""

    NONE = "none"
    WITH = "with"
    ONLY = "only"


class ApprovalObject(StrEnum):
    """What a request asks for (domain §5.2)."""

    ENTITLEMENT = "entitlement"
    ATTACHMENT = "attachment"
    ACCOUNT = "account"


class ApprovalState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address as SIRENE gives it (R74, R75); "" stands for what it lacks."""

    street: str = ""
    complement_1: str = ""
    complement_2: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""


_NOWHERE: Final = Address()


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureDetails:
    """What no right depends on (R72 to R74, R77): "", False and None where nothing is known.

    `address` None: no part of it is known. `connection_requested`,
    `receives_lifecycles`, `sends_flows` and `receives_data` are the EDI options,
    which another module sets (R76).
    """

    label: str = ""
    rcs: str = ""
    vat: str = ""
    email: str = ""
    phone: str = ""
    address: Address | None = None
    insee_undisclosed: bool = False
    receives_lifecycles: bool = False
    sends_flows: bool = False
    receives_data: bool = False
    connection_requested: bool = False
    service_code_required: bool = False
    commitment_required: bool = False
    service_or_commitment_required: bool = False
    payment_status_hidden: bool = False

    def __post_init__(self) -> None:
        if self.address == _NOWHERE:
            object.__setattr__(self, "address", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedStructure:
    """The public structure, unknown so far, on which an account is asked for (R23)."""

    identifier_type: str
    identifier: str
    name: str
    type: StructureType
