"""Why a command is not carried out.

OrganisationError
├── AccessRefused       the policy says no; carries the decision
├── CommandRefused      the portal's rules say no; carries a published code and a field
└── ManyRefused         several items of one command are refused; carries each
"""

from collections.abc import Mapping

from habilis import Decision
from habilis.organisation import RefusalCode

__all__ = [
    "AccessRefused",
    "CommandRefused",
    "ManyRefused",
    "OrganisationError",
]


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
