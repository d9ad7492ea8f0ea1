"""The facts on which every right rests: accounts, structures, services, attachments, approvals.

A fact says how a thing now reads, and replaces what was there. It is a line of
the portable facts (JSON lines) as well as a record of the journal.
"""

from dataclasses import dataclass
from typing import Final

from habilis import Perimeter
from habilis.organisation import (
    AccountState,
    ApprovalObject,
    ApprovalState,
    Moa,
    StructureDetails,
    StructureType,
    WantedStructure,
)
from habilis_server.world.changes import (
    AccountChange,
    Detachment,
    EntitlementChange,
    ServiceChange,
    ServiceRemoval,
    StructureChange,
    StructureRenaming,
)

__all__ = [
    "DEFAULT_PROFILES",
    "Account",
    "Approval",
    "Attachment",
    "Fact",
    "Record",
    "Service",
    "Structure",
]


DEFAULT_PROFILES: Final = "default"
"""The set held at account creation (R26): named, never spelled out (domain §6)."""

_NO_PROFILES: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    id: str
    email: str
    state: AccountState
    support: bool = False


_NOTHING_MORE: Final = StructureDetails()


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """`principal_manager` None: the former one left and the support has installed nobody yet.

    `details` None: nothing more is known; details that say nothing read as None.
    """

    id: str
    identifier_type: str
    type: StructureType
    name: str
    active: bool
    moa: Moa = Moa.NONE
    principal_manager: str | None = None
    details: StructureDetails | None = None

    def __post_init__(self) -> None:
        if self.details is not None and self.details == _NOTHING_MORE:
            object.__setattr__(self, "details", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    structure: str
    code: str
    name: str
    active: bool
    description: str = ""
    commitment_required: bool = False

    @property
    def perimeter(self) -> Perimeter:
        return Perimeter(self.structure, self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An account's tie to a structure (`perimeter.service` None) or to one service.

    `profiles` is `DEFAULT_PROFILES` or the profiles held there; `also` are held
    beyond them, and `but` are not held, whatever the rest says. Which profiles
    the default set has is the policy's to say, and may change: so an exception
    to it is kept even where it repeats or contradicts nothing today. A list has
    no exceptions: they are worked into it, and `also` keeps nothing that `but`
    takes away, so that two attachments which say the same are equal.

    `legacy_secondary_manager`: kept `organisation:modification` in 2022 (R33).
    """

    account: str
    perimeter: Perimeter
    profiles: frozenset[str] | str = DEFAULT_PROFILES
    legacy_secondary_manager: bool = False
    also: frozenset[str] = _NO_PROFILES
    but: frozenset[str] = _NO_PROFILES

    def __post_init__(self) -> None:
        if not self.also and not self.but:
            return
        if isinstance(self.profiles, str):
            object.__setattr__(self, "also", self.also - self.but)
        else:
            object.__setattr__(self, "profiles", (self.profiles | self.also) - self.but)
            object.__setattr__(self, "also", _NO_PROFILES)
            object.__setattr__(self, "but", _NO_PROFILES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A request awaiting, or past, its decision.

    `perimeter` None: an account asked for on a public structure that the
    portal does not know yet, which the support decides (R23); `wanted` tells
    which. `add` and `remove` are the profiles asked for and given up.
    `requested_at` and `decided_at` are times in UTC, `2022-02-21T09:30:00Z`; ""
    where the time is unknown or nothing is decided. `decided_by` is an account.
    `reason` is why it was refused (R60).
    """

    id: str
    object: ApprovalObject
    requester: str
    perimeter: Perimeter | None
    state: ApprovalState
    comment: str = ""
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    requested_at: str = ""
    decided_by: str | None = None
    decided_at: str = ""
    reason: str = ""
    wanted: WantedStructure | None = None


Fact = Account | Structure | Service | Attachment | Approval
"""What a World holds, and a line of the portable facts tells."""

Record = (
    Fact
    | Detachment
    | StructureChange
    | StructureRenaming
    | ServiceChange
    | ServiceRemoval
    | AccountChange
    | EntitlementChange
)
"""What the journal records."""
