"""From the messages of explanations, lists and policies to the SDK's own values.

An effect or a kind of condition that this client does not know is refused,
never skipped: what it would mean might be a denial.
"""

from collections.abc import Iterable
from typing import Final

from habilis.answers import (
    ActionList,
    Condition,
    ConditionKind,
    ConsideredRule,
    Effect,
    Explanation,
    PerimeterList,
    Permission,
    PermittedAction,
    PermittedPerimeter,
    Policy,
    PolicyProblem,
    PolicyRule,
    Reload,
)
from habilis.errors import PolicyRefusedError, UntrustedAnswerError
from habilis.model import Perimeter, Token
from habilis.v1 import access_pb2, decision_pb2, policy_pb2
from habilis.wire import perimeter_from, read_decision, read_reason, read_token

__all__ = [
    "read_actions",
    "read_explanation",
    "read_perimeters",
    "read_permission",
    "read_policy",
    "read_reload",
]

_EFFECTS: Final = {
    access_pb2.EFFECT_ALLOW: Effect.ALLOW,
    access_pb2.EFFECT_DENY: Effect.DENY,
}
_KINDS: Final = {
    access_pb2.CONDITION_KIND_ONE_OF: ConditionKind.ONE_OF,
    access_pb2.CONDITION_KIND_PRESENT: ConditionKind.PRESENT,
    access_pb2.CONDITION_KIND_ABSENT: ConditionKind.ABSENT,
    access_pb2.CONDITION_KIND_SAME_AS: ConditionKind.SAME_AS,
    access_pb2.CONDITION_KIND_DIFFERS_FROM: ConditionKind.DIFFERS_FROM,
}


def read_explanation(message: access_pb2.Explanation, at_least: Token | None = None) -> Explanation:
    return Explanation(
        decision=read_decision(message.decision, at_least),
        considered=tuple(_considered(rule) for rule in message.considered),
    )


def read_actions(message: access_pb2.ListActionsResponse, at_least: Token | None) -> ActionList:
    return ActionList(
        actions=tuple(
            PermittedAction(action=item.action.name, rule_id=item.rule_id, acting_as=item.acting_as)
            for item in message.actions
        ),
        token=read_token(message.token, at_least),
    )


def read_perimeters(
    message: access_pb2.ListPerimetersResponse, at_least: Token | None
) -> PerimeterList:
    return PerimeterList(
        perimeters=tuple(_permitted_perimeter(item) for item in message.perimeters),
        token=read_token(message.token, at_least),
    )


def read_permission(message: access_pb2.Permission) -> Permission:
    return Permission(
        subject=message.subject.id,
        action=message.action.name,
        resource_type=message.resource_type,
        acting_as=message.acting_as,
        perimeter=_perimeter(message),
        rule_id=message.rule_id,
        effect=_effect(message.effect),
        conditions=_conditions(message.conditions),
        without=message.without,
    )


def read_policy(message: policy_pb2.GetPolicyResponse) -> Policy:
    if not message.digest:
        raise UntrustedAnswerError("the answer does not name its policy")
    return Policy(digest=message.digest, rules=tuple(_rule(rule) for rule in message.rules))


def read_reload(message: policy_pb2.ReloadResponse) -> Reload:
    """What the reload came to; raises PolicyRefusedError with every problem."""
    match message.outcome:
        case policy_pb2.RELOAD_OUTCOME_REPLACED:
            return Reload(digest=message.digest, replaced=True)
        case policy_pb2.RELOAD_OUTCOME_UNCHANGED:
            return Reload(digest=message.digest, replaced=False)
        case policy_pb2.RELOAD_OUTCOME_REFUSED:
            raise PolicyRefusedError([_problem(problem) for problem in message.problems])
        case unknown:
            raise UntrustedAnswerError(f"the reload came to an unknown outcome ({unknown})")


def _considered(message: access_pb2.ConsideredRule) -> ConsideredRule:
    failed = message.failed_check != decision_pb2.REASON_UNSPECIFIED
    return ConsideredRule(
        rule_id=message.rule_id,
        label=message.label,
        because=message.because,
        basis=tuple(message.basis),
        effect=_effect(message.effect),
        acting_as=message.acting_as,
        perimeter=_perimeter(message),
        passed=message.passed,
        failed_check=read_reason(message.failed_check) if failed else None,
        detail=message.detail,
    )


def _permitted_perimeter(message: access_pb2.PermittedPerimeter) -> PermittedPerimeter:
    return PermittedPerimeter(
        perimeter=_perimeter(message),
        acting_as=message.acting_as,
        rule_id=message.rule_id,
        effect=_effect(message.effect),
        resource_type=message.resource_type,
        conditions=_conditions(message.conditions),
        without=message.without,
    )


def _perimeter(
    message: access_pb2.ConsideredRule | access_pb2.PermittedPerimeter | access_pb2.Permission,
) -> Perimeter | None:
    return perimeter_from(message.perimeter) if message.HasField("perimeter") else None


def _effect(number: access_pb2.Effect.ValueType) -> Effect:
    effect = _EFFECTS.get(number)
    if effect is None:
        raise UntrustedAnswerError(f"the answer tells an unknown effect ({number})")
    return effect


def _conditions(messages: Iterable[access_pb2.Condition]) -> tuple[Condition, ...]:
    return tuple(_condition(message) for message in messages)


def _condition(message: access_pb2.Condition) -> Condition:
    kind = _KINDS.get(message.kind)
    if kind is None:
        raise UntrustedAnswerError(f"the answer tells an unknown condition ({message.kind})")
    return Condition(
        attribute=message.attribute,
        kind=kind,
        values=tuple(message.values),
        other=message.other,
    )


def _rule(message: policy_pb2.PolicyRule) -> PolicyRule:
    return PolicyRule(
        id=message.id,
        application=message.application,
        label=message.label,
        effect=_effect(message.effect),
        actions=tuple(message.actions),
        acting_as=message.acting_as,
        requires=tuple(message.requires),
        role=message.role,
        conditions=_conditions(message.conditions),
        without=message.without,
        because=message.because,
        basis=tuple(message.basis),
    )


def _problem(message: policy_pb2.PolicyProblem) -> PolicyProblem:
    return PolicyProblem(
        file=message.file, line=message.line, column=message.column, message=message.message
    )
