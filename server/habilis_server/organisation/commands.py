"""The commands on the facts: what people may ask of the organisation, one value each.

Who asks is given beside the command, when it is executed. A perimeter is a
structure or one of its services; an account, a structure and an approval are
named by their identifiers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from habilis import Perimeter
from habilis.organisation import StructureType, WantedStructure
from habilis_server.world.changes import Scalar

__all__ = [
    "ActivateService",
    "ActivateStructure",
    "AddEntitlements",
    "Approve",
    "ApproveAccount",
    "ApproveMany",
    "AttachUser",
    "Command",
    "CreateService",
    "CreateStructure",
    "DeactivateAccount",
    "DeactivateService",
    "DeactivateStructure",
    "DeleteService",
    "DetachUser",
    "DuplicateEntitlements",
    "InstallPrincipalManager",
    "LeaveStructure",
    "ModifyAccount",
    "ModifyService",
    "ModifyStructure",
    "ReactivateAccount",
    "Refuse",
    "RefuseMany",
    "RemoveAllEntitlements",
    "RemoveEntitlements",
    "ReplaceEntitlements",
    "RequestAccount",
    "RequestAttachment",
    "RequestEntitlementChange",
    "TransferPrincipalManager",
    "UpdateFromInsee",
    "WithdrawRequest",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAccount:
    """An account, on a perimeter that exists or on a structure that is `wanted`: one of them."""

    email: str
    perimeter: Perimeter | None = None
    wanted: WantedStructure | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifyAccount:
    """One's own account: another address."""

    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeactivateAccount:
    """One's own account: no more access until it is reactivated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactivateAccount:
    """One's own account, once deactivated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAttachment:
    """To be attached (R40). The criteria are those of the form; "" and None: not given."""

    perimeter: Perimeter
    comment: str
    identifier_type: str = ""
    structure_type: StructureType | None = None
    city: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachUser:
    """To attach the person of this address, at once (R43, R44)."""

    email: str
    perimeter: Perimeter


@dataclass(frozen=True, slots=True, kw_only=True)
class DetachUser:
    account: str
    perimeter: Perimeter


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveStructure:
    perimeter: Perimeter


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEntitlements:
    account: str
    perimeter: Perimeter
    profiles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveEntitlements:
    account: str
    perimeter: Perimeter
    profiles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveAllEntitlements:
    """« Supprimer tout » (R48): the attachment stays, without a profile."""

    account: str
    perimeter: Perimeter


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceEntitlements:
    """To hold exactly these profiles on this perimeter."""

    account: str
    perimeter: Perimeter
    profiles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateEntitlements:
    """To hold, on this perimeter, exactly what `source` holds there."""

    source: str
    account: str
    perimeter: Perimeter


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEntitlementChange:
    """To be given profiles, or to be rid of some, on a perimeter to which one is attached."""

    perimeter: Perimeter
    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    """A request of an attachment or of entitlements."""

    approval: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveAccount:
    """A request of an account."""

    approval: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """A request of any kind, with its reason (R60)."""

    approval: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRequest:
    approval: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveMany:
    """All of them or none."""

    approvals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseMany:
    """All of them or none, for one reason."""

    approvals: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferPrincipalManager:
    structure: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallPrincipalManager:
    structure: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateStructure:
    """A structure, by its identifier. `name` "": the registry's.

    `principal_manager` None: who creates it; of a public structure, nobody yet.
    """

    identifier_type: str
    identifier: str
    type: StructureType
    name: str = ""
    country: str = ""
    principal_manager: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifyStructure:
    """Sets the named fields of the structure's record; only those that may be edited (R68)."""

    structure: str
    fields: Mapping[str, Scalar] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateStructure:
    structure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeactivateStructure:
    structure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateFromInsee:
    """Name and address from the registry (R75), and its new identifier where it has one (R70)."""

    structure: str
    new_identifier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateService:
    structure: str
    code: str
    name: str
    description: str = ""
    commitment_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifyService:
    """Sets the named fields of the service: its name, description, commitment_required."""

    perimeter: Perimeter
    fields: Mapping[str, Scalar] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateService:
    perimeter: Perimeter


@dataclass(frozen=True, slots=True, kw_only=True)
class DeactivateService:
    perimeter: Perimeter


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteService:
    """For good: the attachments to it end with it (domain §5.3)."""

    perimeter: Perimeter


Command = (
    RequestAccount
    | ModifyAccount
    | DeactivateAccount
    | ReactivateAccount
    | RequestAttachment
    | AttachUser
    | DetachUser
    | LeaveStructure
    | AddEntitlements
    | RemoveEntitlements
    | RemoveAllEntitlements
    | ReplaceEntitlements
    | DuplicateEntitlements
    | RequestEntitlementChange
    | Approve
    | ApproveAccount
    | Refuse
    | WithdrawRequest
    | ApproveMany
    | RefuseMany
    | TransferPrincipalManager
    | InstallPrincipalManager
    | CreateStructure
    | ModifyStructure
    | ActivateStructure
    | DeactivateStructure
    | UpdateFromInsee
    | CreateService
    | ModifyService
    | ActivateService
    | DeactivateService
    | DeleteService
)
