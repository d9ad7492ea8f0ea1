"""What a rule of the portal stands against: each problem with its code, its field and its words."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

__all__ = ["Fault", "Problem", "RefusedError"]


class Fault(Enum):
    """What is wrong, in general: it decides the status of the call."""

    INVALID = "what was given breaks a rule"
    MISSING = "what was named is not there"
    TAKEN = "what has to be unique is there already"
    STATE = "what was named is in no state for it"


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
