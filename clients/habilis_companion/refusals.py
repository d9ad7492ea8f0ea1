"""What a rule of the portal stands against: each problem with its code, its field and its words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final, Generic, TypeVar

__all__ = ["COMMON", "CommonCode", "Fault", "Problem", "Refusals", "RefusedError", "raise_if_any"]


class Fault(Enum):
    """What is wrong, in general: it decides the status of the call."""

    INVALID = "what was given breaks a rule"
    MISSING = "what was named is not there"
    TAKEN = "what has to be unique is there already"
    STATE = "what was named is in no state for it"
    LATER = "there is no room for it now"


class CommonCode(StrEnum):
    """The names of the rules that every companion keeps; each publishes them among its own."""

    TEXT_NOT_ALLOWED = "TEXT_NOT_ALLOWED"
    COMMENT_REQUIRED = "COMMENT_REQUIRED"
    FILE_UNKNOWN = "FILE_UNKNOWN"
    FILE_SIGNED = "FILE_SIGNED"
    FILE_NAME_REPEATED = "FILE_NAME_REPEATED"
    DEPOSIT_TOO_BIG = "DEPOSIT_TOO_BIG"


_COMMON: Final[dict[str, Fault]] = {CommonCode.FILE_UNKNOWN: Fault.MISSING}

_Code = TypeVar("_Code", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to mend. `field` is the part of the request at fault, "" for none in particular."""

    code: str
    field: str
    message: str
    fault: Fault = Fault.INVALID

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class RefusedError(Exception):
    """Rules stand against it: all of them are told, and nothing was done."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


class Refusals(Generic[_Code]):
    """The codes of one companion, each with its fault: INVALID where `faults` has none."""

    def __init__(self, faults: Mapping[_Code, Fault]) -> None:
        self._faults: Final = _COMMON | {str(code): fault for code, fault in faults.items()}

    def problem(self, code: _Code, field: str, message: str) -> Problem:
        """A problem of this code; `field` "" where none in particular is at fault."""
        fault = self._faults.get(code, Fault.INVALID)
        return Problem(code=code.value, field=field, message=message, fault=fault)

    def refuse(self, code: _Code, field: str, message: str) -> RefusedError:
        """One problem, as what is raised for it."""
        return RefusedError([self.problem(code, field, message)])


COMMON: Final = Refusals[CommonCode]({})
"""What the kit itself finds wrong."""


def raise_if_any(problems: Iterable[Problem]) -> None:
    """Raise RefusedError with all the problems, where there are some."""
    found = tuple(problems)
    if found:
        raise RefusedError(found)
