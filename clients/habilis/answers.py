"""What the server tells beside decisions: explanations, lists, the policy."""

from dataclasses import dataclass
from enum import StrEnum

from habilis.model import Decision, Perimeter, Reason, Token

__all__ = [
    "ActionList",
    "Condition",
    "ConditionKind",
    "ConsideredRule",
    "Effect",
    "Explanation",
    "PerimeterList",
    "Permission",
    "PermittedAction",
    "PermittedPerimeter",
    "Policy",
    "PolicyProblem",
    "PolicyRule",
    "Reload",
]


class Effect(StrEnum):
    ALLOW = "allow"
    DENY = "deny"


class ConditionKind(StrEnum):
    """How a condition reads its attribute."""

    ONE_OF = "one_of"
    PRESENT = "present"
    ABSENT = "absent"
    SAME_AS = "same_as"
    DIFFERS_FROM = "differs_from"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What remains to be checked on an object before a permission holds on it.

    `values` are those accepted by ONE_OF; `other` is the attribute that
    SAME_AS and DIFFERS_FROM compare with. Either is empty for the other kinds.
    """

    attribute: str
    kind: ConditionKind
    values: tuple[str, ...] = ()
    other: str = ""

    def __str__(self) -> str:
        match self.kind:
            case ConditionKind.ONE_OF:
                return f"{self.attribute} in {', '.join(self.values)}"
            case ConditionKind.PRESENT | ConditionKind.ABSENT:
                return f"{self.attribute} {self.kind}"
            case ConditionKind.SAME_AS | ConditionKind.DIFFERS_FROM:
                return f"{self.attribute} {self.kind} {self.other}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsideredRule:
    """A rule and how far it went on one question.

    `perimeter` None: the rule has no party. `failed_check` None: every check
    passed. `detail` is what that check missed, in the words of the policy.
    """

    rule_id: str
    label: str
    because: str
    basis: tuple[str, ...]
    effect: Effect
    acting_as: str
    perimeter: Perimeter | None
    passed: bool
    failed_check: Reason | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A decision and the judgement of each rule that speaks, in the order of the policy."""

    decision: Decision
    considered: tuple[ConsideredRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PermittedAction:
    action: str
    rule_id: str
    acting_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionList:
    """The actions allowed on one resource, and the state that says so."""

    actions: tuple[PermittedAction, ...]
    token: Token


@dataclass(frozen=True, slots=True, kw_only=True)
class PermittedPerimeter:
    """A perimeter on which a rule allows, or forbids, the action asked about.

    `perimeter` None: the rule has no party, and covers every object that meets
    the conditions. `without` is a party that the object must not have ("": no
    such limit). An item that denies cuts those that allow.
    """

    perimeter: Perimeter | None
    acting_as: str
    rule_id: str
    effect: Effect
    resource_type: str
    conditions: tuple[Condition, ...]
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PerimeterList:
    """Where an action may be done, and the state that says so."""

    perimeters: tuple[PermittedPerimeter, ...]
    token: Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One right: a subject, an action, a place, a rule; read as a `PermittedPerimeter`."""

    subject: str
    action: str
    resource_type: str
    acting_as: str
    perimeter: Perimeter | None
    rule_id: str
    effect: Effect
    conditions: tuple[Condition, ...]
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRule:
    """One rule as an auditor reads it; `acting_as`, `role`, `without` are "" where it has none."""

    id: str
    application: str
    label: str
    effect: Effect
    actions: tuple[str, ...]
    acting_as: str
    requires: tuple[str, ...]
    role: str
    conditions: tuple[Condition, ...]
    without: str
    because: str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The policy in force, in its own order."""

    digest: str
    rules: tuple[PolicyRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reload:
    """What a reload came to; `replaced` False: the folder's policy was in force already."""

    digest: str
    replaced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyProblem:
    """One reason why a policy was refused; line and column count from 1, 0 where none applies."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return f"{place}: {self.message}" if place else self.message
