"""The facts on which every right rests: accounts, structures, services, attachments, approvals.

Each record is one line of the portable facts (JSON lines) and one change of
the journal. A record says how a thing now reads; it replaces what was there.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from habilis import Perimeter

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


DEFAULT_PROFILES: Final = "default"
"""The set held at account creation (R26): named, never spelled out (domain §6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    id: str
    email: str
    state: AccountState
    support: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """`principal_manager` None: the former one left and the support has installed nobody yet."""

    id: str
    identifier_type: str
    type: StructureType
    name: str
    active: bool
    moa: Moa = Moa.NONE
    principal_manager: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    structure: str
    code: str
    name: str
    active: bool

    @property
    def perimeter(self) -> Perimeter:
        return Perimeter(self.structure, self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An account's tie to a structure (`perimeter.service` None) or to one service.

    `profiles` is `DEFAULT_PROFILES` or the profiles held there.
    `legacy_secondary_manager`: kept `organisation:modification` in 2022 (R33).
    """

    account: str
    perimeter: Perimeter
    profiles: frozenset[str] | str = DEFAULT_PROFILES
    legacy_secondary_manager: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Detachment:
    """The end of an attachment, and of every right it carried (R30)."""

    account: str
    perimeter: Perimeter


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A request awaiting, or past, its decision.

    `perimeter` None: an account asked for on a public structure that the
    portal does not know yet, which the support decides (R23).
    """

    id: str
    object: ApprovalObject
    requester: str
    perimeter: Perimeter | None
    state: ApprovalState


Record = Account | Structure | Service | Attachment | Detachment | Approval
