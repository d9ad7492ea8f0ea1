"""The words of the commands: what they take, and what they come to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NotRequired, TypedDict

from habilis.model import Token
from habilis.organisation.facts import Moa

__all__ = [
    "Outcome",
    "RefusalCode",
    "ServiceFields",
    "StructureFields",
    "Writing",
]


class Writing(TypedDict):
    """Who asks, and on which terms.

    `request_id`: the request's own name, kept to offer it again; without it a
    new one, under which it is carried out once however often it has to be sent.
    `deadline`: seconds, in place of the method's own.
    """

    subject: str
    request_id: NotRequired[str]
    deadline: NotRequired[float | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A command was carried out. A question with `token` is never answered from before it.

    `made` is the identifier of what came into being or was changed; "" if
    there is nothing to name.
    """

    token: Token
    made: str


class StructureFields(TypedDict, total=False):
    """What is to be set in a structure's record; "" clears a text. The rest stays as it is."""

    label: str
    rcs: str
    vat: str
    email: str
    phone: str
    service_code_required: bool
    commitment_required: bool
    service_or_commitment_required: bool
    payment_status_hidden: bool
    moa: Moa


class ServiceFields(TypedDict, total=False):
    """What is to be set in a service's record; the rest stays as it is."""

    name: str
    description: str
    commitment_required: bool


class RefusalCode(StrEnum):
    """The rule of the portal that stands against a command; UNSPECIFIED: one of a later version."""

    UNSPECIFIED = "UNSPECIFIED"
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
    REGISTRY_UNAVAILABLE = "REGISTRY_UNAVAILABLE"
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
