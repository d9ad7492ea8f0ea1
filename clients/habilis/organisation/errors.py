"""Why a command was not carried out; nothing was recorded then.

HabilisError
├── AccessDenied             the policy says no; carries the decision
├── CommandRefused           the portal's rules say no; carries a published code and a field
├── ManyRefused              of several requests none was decided; carries each at fault
└── RequestIdReusedError     the request's name already stands for another request

The others are those of every question. After UnavailableError and
DeadlineExceededError the command may have been carried out or not: offered
again under the same `request_id`, it tells, and is never carried out twice.
"""

from collections.abc import Mapping

from habilis.errors import AccessDenied, HabilisError
from habilis.organisation.words import RefusalCode

__all__ = ["CommandRefused", "ManyRefused", "RequestIdReusedError"]


class CommandRefused(HabilisError):  # noqa: N818  # an answer, not a malfunction
    """The portal's rules say no. `field` is the part of the command to mend; "" is the whole."""

    def __init__(self, code: RefusalCode, message: str, field: str = "") -> None:
        super().__init__(f"{message} ({code})")
        self.code = code
        self.field = field


class ManyRefused(HabilisError):  # noqa: N818  # an answer, not a malfunction
    """Of several requests none was decided.

    `refusals` are those at fault by their names, the first of them where there
    are many; `count` is how many there are.
    """

    def __init__(
        self, message: str, refusals: Mapping[str, AccessDenied | CommandRefused], count: int
    ) -> None:
        super().__init__(message)
        self.refusals = refusals
        self.count = count


class RequestIdReusedError(HabilisError):
    """The `request_id` already stands for another request: use a new one for a new request."""
