"""Why a command is not carried out.

OrganisationError
├── AccessRefused       the policy says no; carries the decision
├── CommandRefused      the portal's rules say no; carries a published code and a field
└── ManyRefused         several items of one command are refused; carries each
"""

from collections.abc import Mapping
from enum import StrEnum

from habilis import Decision

__all__ = [
    "AccessRefused",
    "CommandRefused",
    "ManyRefused",
    "OrganisationError",
    "RefusalCode",
]


class RefusalCode(StrEnum):
    """The published reasons for which a command that the policy allows is refused all the same."""

    ACCOUNT_EXISTS = "ACCOUNT_EXISTS"
    ACCOUNT_UNKNOWN = "ACCOUNT_UNKNOWN"
    ACCOUNT_NOT_ACTIVE = "ACCOUNT_NOT_ACTIVE"
    ALREADY_ACTIVE = "ALREADY_ACTIVE"
    ALREADY_ATTACHED = "ALREADY_ATTACHED"
    ALREADY_DECIDED = "ALREADY_DECIDED"
    ALREADY_INACTIVE = "ALREADY_INACTIVE"
    ALREADY_REQUESTED = "ALREADY_REQUESTED"
    CHANGES_PENDING = "CHANGES_PENDING"
    COMMENT_REQUIRED = "COMMENT_REQUIRED"
    FIELD_INVALID = "FIELD_INVALID"
    FIELD_NOT_EDITABLE = "FIELD_NOT_EDITABLE"
    IDENTIFIER_INVALID = "IDENTIFIER_INVALID"
    IDENTIFIER_NOT_IN_REGISTRY = "IDENTIFIER_NOT_IN_REGISTRY"
    ESTABLISHMENT_CLOSED = "ESTABLISHMENT_CLOSED"
    NOT_ATTACHED = "NOT_ATTACHED"
    NOTHING_TO_DO = "NOTHING_TO_DO"
    PARAMETERS_EXCLUDE_EACH_OTHER = "PARAMETERS_EXCLUDE_EACH_OTHER"
    PRINCIPAL_MANAGER_IN_OFFICE = "PRINCIPAL_MANAGER_IN_OFFICE"
    PRINCIPAL_MANAGER_MUST_TRANSFER = "PRINCIPAL_MANAGER_MUST_TRANSFER"
    PROFILE_NOT_GRANTABLE = "PROFILE_NOT_GRANTABLE"
    PROFILE_UNKNOWN = "PROFILE_UNKNOWN"
    REASON_REQUIRED = "REASON_REQUIRED"
    SAME_PERSON = "SAME_PERSON"
    SERVICE_CODE_RESERVED = "SERVICE_CODE_RESERVED"
    SERVICE_EXISTS = "SERVICE_EXISTS"
    SERVICE_NOT_ACTIVE = "SERVICE_NOT_ACTIVE"
    SERVICE_UNKNOWN = "SERVICE_UNKNOWN"
    STRUCTURE_EXISTS = "STRUCTURE_EXISTS"
    STRUCTURE_MISMATCH = "STRUCTURE_MISMATCH"
    STRUCTURE_NOT_ACTIVE = "STRUCTURE_NOT_ACTIVE"
    STRUCTURE_UNKNOWN = "STRUCTURE_UNKNOWN"
    WRONG_OBJECT = "WRONG_OBJECT"


class OrganisationError(Exception):
    """A command was not carried out, and nothing was recorded."""


class AccessRefused(OrganisationError):  # noqa: N818  # an answer, not a malfunction
    """The policy says no, and why."""

    def __init__(self, action: str, decision: Decision) -> None:
        super().__init__(f"`{action}` is denied: {decision.reason}")
        self.action = action
        self.decision = decision


class CommandRefused(OrganisationError):  # noqa: N818  # an answer, not a malfunction
    """The portal's rules say no. `field` is the part of the command to mend; "" is the whole."""

    def __init__(self, code: RefusalCode, message: str, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.field = field


class ManyRefused(OrganisationError):  # noqa: N818  # an answer, not a malfunction
    """Of several items none was carried out; `refusals` has each one at fault, by its name."""

    def __init__(self, refusals: Mapping[str, OrganisationError]) -> None:
        told = "; ".join(f"{name}: {refusal}" for name, refusal in refusals.items())
        super().__init__(f"nothing was done, for {len(refusals)} refused: {told}")
        self.refusals = refusals
