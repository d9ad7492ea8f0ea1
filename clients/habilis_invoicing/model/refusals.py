"""The names of the rules that may stand against a request (§3.12), and how each is told."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from habilis_companion.refusals import Fault, Problem, RefusedError

__all__ = ["Code", "problem", "refuse"]


class Code(StrEnum):
    """What is published of a rule: callers may rely on these names."""

    INVALID_TRANSITION = "INVALID_TRANSITION"
    TOO_EARLY = "TOO_EARLY"
    TOO_LATE = "TOO_LATE"
    PIECE_UNKNOWN = "PIECE_UNKNOWN"
    FILE_UNKNOWN = "FILE_UNKNOWN"
    STRUCTURE_UNKNOWN = "STRUCTURE_UNKNOWN"
    SERVICE_UNKNOWN = "SERVICE_UNKNOWN"
    REASON_REQUIRED = "REASON_REQUIRED"
    REASON_UNKNOWN = "REASON_UNKNOWN"
    AMOUNT_IS_NO_REASON = "AMOUNT_IS_NO_REASON"
    COMMENT_REQUIRED = "COMMENT_REQUIRED"
    TEXT_NOT_ALLOWED = "TEXT_NOT_ALLOWED"
    NUMBER_REQUIRED = "NUMBER_REQUIRED"
    NUMBER_IS_A_DATE = "NUMBER_IS_A_DATE"
    NUMBER_ALREADY_USED = "NUMBER_ALREADY_USED"
    WRONG_ROLE_FOR_FRAMEWORK = "WRONG_ROLE_FOR_FRAMEWORK"
    WRONG_APPLICATION = "WRONG_APPLICATION"
    PARTY_REQUIRED = "PARTY_REQUIRED"
    PARTY_NOT_EXPECTED = "PARTY_NOT_EXPECTED"
    FILE_REQUIRED = "FILE_REQUIRED"
    FILE_NOT_PDF = "FILE_NOT_PDF"
    FILE_NAME_REPEATED = "FILE_NAME_REPEATED"
    DEPOSIT_TOO_BIG = "DEPOSIT_TOO_BIG"
    AMOUNTS_REQUIRED = "AMOUNTS_REQUIRED"
    AMOUNT_NOT_EXACT = "AMOUNT_NOT_EXACT"
    AMOUNT_OUT_OF_RANGE = "AMOUNT_OUT_OF_RANGE"
    AMOUNTS_DISAGREE = "AMOUNTS_DISAGREE"
    STRUCTURE_INACTIVE = "STRUCTURE_INACTIVE"
    SERVICE_INACTIVE = "SERVICE_INACTIVE"
    RECIPIENT_NOT_PUBLIC = "RECIPIENT_NOT_PUBLIC"
    MOA_ONLY_STRUCTURE = "MOA_ONLY_STRUCTURE"
    MOA_NOT_PRESENT = "MOA_NOT_PRESENT"
    SERVICE_CODE_REQUIRED = "SERVICE_CODE_REQUIRED"
    COMMITMENT_REQUIRED = "COMMITMENT_REQUIRED"
    VALIDATOR_IS_A_PERSON = "VALIDATOR_IS_A_PERSON"
    NOT_ACTOR_OF_FILE = "NOT_ACTOR_OF_FILE"
    PREVIOUS_REQUIRED = "PREVIOUS_REQUIRED"
    FRAMEWORK_DOES_NOT_FOLLOW = "FRAMEWORK_DOES_NOT_FOLLOW"
    ALREADY_FOLLOWED = "ALREADY_FOLLOWED"
    MANDATE_NUMBER_REQUIRED = "MANDATE_NUMBER_REQUIRED"
    CASE_OFFICER_REQUIRED = "CASE_OFFICER_REQUIRED"
    NOTHING_ADDED = "NOTHING_ADDED"
    NOTHING_CHANGED = "NOTHING_CHANGED"
    ALREADY_ACKNOWLEDGED = "ALREADY_ACKNOWLEDGED"


_FAULTS: Final[Mapping[Code, Fault]] = {
    Code.INVALID_TRANSITION: Fault.STATE,
    Code.TOO_EARLY: Fault.STATE,
    Code.TOO_LATE: Fault.STATE,
    Code.ALREADY_FOLLOWED: Fault.STATE,
    Code.ALREADY_ACKNOWLEDGED: Fault.STATE,
    Code.STRUCTURE_INACTIVE: Fault.STATE,
    Code.SERVICE_INACTIVE: Fault.STATE,
    Code.PIECE_UNKNOWN: Fault.MISSING,
    Code.FILE_UNKNOWN: Fault.MISSING,
    Code.STRUCTURE_UNKNOWN: Fault.MISSING,
    Code.SERVICE_UNKNOWN: Fault.MISSING,
    Code.NUMBER_ALREADY_USED: Fault.TAKEN,
}


def problem(code: Code, field: str, message: str) -> Problem:
    """A problem of this code; `field` "" where none in particular is at fault."""
    return Problem(
        code=code.value,
        field=field,
        message=message,
        fault=_FAULTS.get(code, Fault.INVALID),
    )


def refuse(code: Code, field: str, message: str) -> RefusedError:
    """One problem, as what is raised for it."""
    return RefusedError([problem(code, field, message)])
