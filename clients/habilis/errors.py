"""What can go wrong between a question and its answer; none of it is ever an allow.

HabilisError
├── AccessDenied                  the answer is no (raised by `require` alone)
├── InvalidQuestionError          the question is malformed: the caller can fix it
├── UnansweredError               no answer came
│   ├── UnavailableError          no server could be reached
│   ├── DeadlineExceededError     no answer came in time
│   ├── OverloadedError           the server has too much to do, or the question is too big
│   ├── CallerRefusedError        the server does not serve this caller
│   └── ServerFailureError        the server failed, or does not know the method
├── UntrustedAnswerError          an answer came that must not be believed
│   ├── StaleAnswerError          it is older than the token that it had to honour
│   └── CutShortError             an enumeration ended before its end
└── PolicyRefusedError            a reload found problems; the former policy stays in force
"""

from collections.abc import Sequence

from habilis.answers import PolicyProblem
from habilis.model import Decision, Reason

__all__ = [
    "AccessDenied",
    "CallerRefusedError",
    "CutShortError",
    "DeadlineExceededError",
    "HabilisError",
    "InvalidQuestionError",
    "OverloadedError",
    "PolicyRefusedError",
    "ServerFailureError",
    "StaleAnswerError",
    "UnansweredError",
    "UnavailableError",
    "UntrustedAnswerError",
]


class HabilisError(Exception):
    """Whatever keeps a caller from acting: catch it to refuse in one place."""


class AccessDenied(HabilisError):  # noqa: N818  # an answer, not a malfunction
    """The subject may not act. It is final: asking again gives the same answer."""

    def __init__(self, decision: Decision) -> None:
        by = f" by rule `{decision.rule_id}`" if decision.rule_id else ""
        super().__init__(f"access denied: {decision.reason}{by}")
        self.decision = decision

    @property
    def reason(self) -> Reason:
        return self.decision.reason

    @property
    def rule_id(self) -> str:
        """The rule that speaks; "" where none does."""
        return self.decision.rule_id


class InvalidQuestionError(HabilisError):
    """The question is malformed; the message names the field and says how to right it."""


class UnansweredError(HabilisError):
    """No answer came: whoever asked must not act."""


class UnavailableError(UnansweredError):
    """No server could be reached, though it was tried until the deadline."""


class DeadlineExceededError(UnansweredError):
    """No answer came in time."""


class OverloadedError(UnansweredError):
    """The server has too much to do, or the question is bigger than it accepts."""


class CallerRefusedError(UnansweredError):
    """The server does not know this caller, or does not serve it."""


class ServerFailureError(UnansweredError):
    """The server failed, or does not know the method; its log says more."""


class UntrustedAnswerError(HabilisError):
    """An answer came that this client cannot believe: contradictory, incomplete or unknown."""


class StaleAnswerError(UntrustedAnswerError):
    """An answer came from facts older than the `at_least` that it had to honour."""


class CutShortError(UntrustedAnswerError):
    """An enumeration ended before its end: what was read of it is not the whole."""


class PolicyRefusedError(HabilisError):
    """A reload found problems; nothing changed."""

    def __init__(self, problems: Sequence[PolicyProblem]) -> None:
        lines = "\n".join(str(problem) for problem in problems)
        super().__init__(f"{lines}\n{len(problems)} problems; the former policy stays in force")
        self.problems = tuple(problems)
