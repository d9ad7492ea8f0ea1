"""The words of a decision: perimeter, resource, question, reason, token, decision.

They are OpenID AuthZEN's (subject, action, resource, context, decision); the
server decides on these same values, so nothing is translated twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple, NoReturn

__all__ = [
    "Decision",
    "Perimeter",
    "Question",
    "Reason",
    "Resource",
    "Token",
]

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_NOBODY: Final[Mapping[str, "Perimeter"]] = MappingProxyType({})


class Perimeter(NamedTuple):
    """A structure, or one of its services; `service` None means the structure as a whole."""

    structure: str
    service: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Perimeter":
        """`structure` or `structure/service`; all that follows the first `/` is the service."""
        structure, slash, service = text.partition("/")
        return cls(structure, service if slash else None)

    def __str__(self) -> str:
        return self.structure if self.service is None else f"{self.structure}/{self.service}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What is acted on.

    `parties` and `properties` describe an object that the caller keeps (an
    invoice, a works piece, a solicitation). They stay empty for what Habilis
    keeps itself (a structure, a service, an account, an approval), which is
    looked up by `id`.
    """

    type: str
    id: str
    parties: Mapping[str, Perimeter] = field(default_factory=lambda: _NOBODY)
    properties: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """May `subject` (an account's id) do `action` on `resource`, at `at`?

    `at` None means now; a moment in the past is judged on the facts that were
    in effect then. `at` carries a time zone.
    """

    subject: str
    action: str
    resource: Resource
    at: datetime | None = None
    context: Mapping[str, object] = field(default_factory=dict[str, object])


class Reason(StrEnum):
    """Why a decision is what it is; each check's name, in the order in which they are made."""

    UNSPECIFIED = "REASON_UNSPECIFIED"
    ALLOWED = "ALLOWED"
    NO_RULE = "NO_RULE"
    ACCOUNT_INACTIVE = "ACCOUNT_INACTIVE"
    NOT_ATTACHED = "NOT_ATTACHED"
    SERVICE_OUT_OF_SCOPE = "SERVICE_OUT_OF_SCOPE"
    PROFILE_MISSING = "PROFILE_MISSING"
    STRUCTURE_INACTIVE = "STRUCTURE_INACTIVE"
    SERVICE_INACTIVE = "SERVICE_INACTIVE"
    PRINCIPAL_MANAGER_ONLY = "PRINCIPAL_MANAGER_ONLY"
    SUPPORT_ONLY = "SUPPORT_ONLY"
    CONDITION_NOT_MET = "CONDITION_NOT_MET"
    DENIED_BY_RULE = "DENIED_BY_RULE"
    UNKNOWN_SUBJECT = "UNKNOWN_SUBJECT"
    UNKNOWN_ACTION = "UNKNOWN_ACTION"
    UNKNOWN_RESOURCE = "UNKNOWN_RESOURCE"
    EVALUATION_ERROR = "EVALUATION_ERROR"
    STALE = "STALE"


@dataclass(frozen=True, slots=True)
class Token:
    """The state a decision was taken on: a policy digest and a revision of the facts."""

    policy_digest: str
    revision: int


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer and its reason. It is read, never used as a truth value.

    `rule_id` is the rule that speaks: the one that allowed, the one that
    denied, or else the one that went farthest; "" where no rule speaks.
    `acting_as` is that rule's party or, without one, its role. `decision_id`
    is "" until a server has given the answer a name.
    """

    allowed: bool
    reason: Reason
    rule_id: str
    acting_as: str
    token: Token
    decision_id: str = ""

    def __bool__(self) -> NoReturn:
        raise TypeError("a decision is not a truth value; read `.allowed` or call `require`")
