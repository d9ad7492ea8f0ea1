"""What a refused command tells, beside its status: the denial, or the rule and the field."""

from collections.abc import Mapping
from typing import Final

import grpc

from habilis.organisation import RefusalCode
from habilis.v1 import organisation_pb2
from habilis_server.organisation import (
    AccessRefused,
    CommandRefused,
    ManyRefused,
    OrganisationError,
)
from habilis_server.service.wire import named_decision

__all__ = ["REFUSAL", "refusal_code", "refusal_message", "status_code_of"]

REFUSAL: Final = "habilis-refusal-bin"
"""The trailing metadata in which a Refusal stands, encoded."""

_LONGEST: Final = 300
# The metadata of a call are few: gRPC's clients drop what has more than 8 KiB.
_ITEMS_BYTES: Final = 4_096

_INVALID: Final = grpc.StatusCode.INVALID_ARGUMENT
_MISSING: Final = grpc.StatusCode.NOT_FOUND
_THERE: Final = grpc.StatusCode.ALREADY_EXISTS
_NOT_NOW: Final = grpc.StatusCode.FAILED_PRECONDITION

_STATUSES: Final[Mapping[RefusalCode, grpc.StatusCode]] = {
    RefusalCode.ACCOUNT_EXISTS: _THERE,
    RefusalCode.ACCOUNT_UNKNOWN: _MISSING,
    RefusalCode.ACCOUNT_NOT_ACTIVE: _NOT_NOW,
    RefusalCode.ALREADY_ACTIVE: _NOT_NOW,
    RefusalCode.ALREADY_ATTACHED: _THERE,
    RefusalCode.ALREADY_DECIDED: _NOT_NOW,
    RefusalCode.ALREADY_INACTIVE: _NOT_NOW,
    RefusalCode.ALREADY_REQUESTED: _THERE,
    RefusalCode.CHANGES_PENDING: _NOT_NOW,
    RefusalCode.COMMENT_REQUIRED: _INVALID,
    RefusalCode.FIELD_INVALID: _INVALID,
    RefusalCode.FIELD_NOT_EDITABLE: _INVALID,
    RefusalCode.IDENTIFIER_INVALID: _INVALID,
    RefusalCode.IDENTIFIER_NOT_IN_REGISTRY: _NOT_NOW,
    RefusalCode.ESTABLISHMENT_CLOSED: _NOT_NOW,
    RefusalCode.NOT_ATTACHED: _NOT_NOW,
    RefusalCode.NOTHING_TO_DO: _NOT_NOW,
    RefusalCode.PARAMETERS_EXCLUDE_EACH_OTHER: _INVALID,
    RefusalCode.PRINCIPAL_MANAGER_IN_OFFICE: _NOT_NOW,
    RefusalCode.PRINCIPAL_MANAGER_MUST_TRANSFER: _NOT_NOW,
    RefusalCode.PROFILE_NOT_GRANTABLE: _INVALID,
    RefusalCode.PROFILE_UNKNOWN: _INVALID,
    RefusalCode.REASON_REQUIRED: _INVALID,
    RefusalCode.REGISTRY_UNAVAILABLE: _NOT_NOW,
    RefusalCode.SAME_PERSON: _INVALID,
    RefusalCode.SERVICE_CODE_RESERVED: _INVALID,
    RefusalCode.SERVICE_EXISTS: _THERE,
    RefusalCode.SERVICE_NOT_ACTIVE: _NOT_NOW,
    RefusalCode.SERVICE_UNKNOWN: _MISSING,
    RefusalCode.STRUCTURE_EXISTS: _THERE,
    RefusalCode.STRUCTURE_MISMATCH: _NOT_NOW,
    RefusalCode.STRUCTURE_NOT_ACTIVE: _NOT_NOW,
    RefusalCode.STRUCTURE_UNKNOWN: _MISSING,
    RefusalCode.WRONG_OBJECT: _NOT_NOW,
}


def status_code_of(error: OrganisationError) -> grpc.StatusCode:
    """The status of a command that was not carried out."""
    match error:
        case AccessRefused():
            return grpc.StatusCode.PERMISSION_DENIED
        case CommandRefused():
            return _STATUSES[error.code]
        case ManyRefused():
            found = {status_code_of(each) for each in error.refusals.values()}
            return found.pop() if len(found) == 1 else _NOT_NOW
        case _:
            return grpc.StatusCode.INTERNAL


def refusal_message(error: OrganisationError) -> organisation_pb2.Refusal:
    refusal = organisation_pb2.Refusal(message=_cut(str(error)))
    match error:
        case AccessRefused():
            refusal.decision.CopyFrom(named_decision(error.decision))
        case CommandRefused():
            refusal.code = refusal_code(error.code)
            refusal.field = error.field
        case ManyRefused():
            refusal.refused = len(error.refusals)
            _tell_items(refusal, error)
        case _:
            pass
    return refusal


def refusal_code(code: RefusalCode) -> organisation_pb2.RefusalCode.ValueType:
    return organisation_pb2.RefusalCode.Value(f"REFUSAL_CODE_{code.name}")


def _tell_items(refusal: organisation_pb2.Refusal, error: ManyRefused) -> None:
    """As many as the metadata can carry; `refused` counts them all."""
    room = _ITEMS_BYTES
    for approval, each in error.refusals.items():
        item = organisation_pb2.RefusedItem(approval=approval, refusal=refusal_message(each))
        room -= item.ByteSize()
        if room < 0:
            return
        refusal.items.append(item)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
