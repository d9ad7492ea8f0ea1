"""From explanations, permissions, rules and problems to their messages."""

from collections.abc import Mapping
from typing import Final

from habilis import Reason
from habilis.v1 import access_pb2, decision_pb2, policy_pb2
from habilis.wire import reason_number
from habilis_server.analysis import Permission, PermittedPerimeter
from habilis_server.engine import ConsideredRule, Explanation
from habilis_server.rulebook import Condition, Effect, Operator, Problem, Rule
from habilis_server.service.wire import named_decision, perimeter_message

__all__ = [
    "explanation_message",
    "permission_message",
    "permitted_perimeter_message",
    "problem_message",
    "rule_message",
]

_USER: Final = "user"
_EFFECTS: Final[Mapping[Effect, access_pb2.Effect.ValueType]] = {
    Effect.ALLOW: access_pb2.EFFECT_ALLOW,
    Effect.DENY: access_pb2.EFFECT_DENY,
}
_KINDS: Final[Mapping[Operator, access_pb2.ConditionKind.ValueType]] = {
    Operator.AMONG: access_pb2.CONDITION_KIND_ONE_OF,
    Operator.PRESENT: access_pb2.CONDITION_KIND_PRESENT,
    Operator.ABSENT: access_pb2.CONDITION_KIND_ABSENT,
    Operator.SAME_AS: access_pb2.CONDITION_KIND_SAME_AS,
    Operator.DIFFERS_FROM: access_pb2.CONDITION_KIND_DIFFERS_FROM,
}


def explanation_message(explanation: Explanation) -> access_pb2.Explanation:
    return access_pb2.Explanation(
        decision=named_decision(explanation.decision),
        considered=[_considered_message(rule) for rule in explanation.rules],
    )


def permitted_perimeter_message(where: PermittedPerimeter) -> access_pb2.PermittedPerimeter:
    return access_pb2.PermittedPerimeter(
        perimeter=perimeter_message(where.perimeter),
        acting_as=where.acting_as,
        rule_id=where.rule_id,
        effect=_EFFECTS[where.effect],
        resource_type=where.resource_type,
        conditions=[_condition_message(condition) for condition in where.conditions],
        without=where.without or "",
    )


def permission_message(permission: Permission) -> access_pb2.Permission:
    where = permission.where
    return access_pb2.Permission(
        subject=decision_pb2.Subject(type=_USER, id=permission.subject),
        action=decision_pb2.Action(name=permission.action),
        resource_type=where.resource_type,
        acting_as=where.acting_as,
        perimeter=perimeter_message(where.perimeter),
        rule_id=where.rule_id,
        effect=_EFFECTS[where.effect],
        conditions=[_condition_message(condition) for condition in where.conditions],
        without=where.without or "",
    )


def rule_message(rule: Rule) -> policy_pb2.PolicyRule:
    return policy_pb2.PolicyRule(
        id=rule.id,
        application=rule.application,
        label=rule.label,
        effect=_EFFECTS[rule.effect],
        actions=rule.actions,
        acting_as=rule.party or "",
        requires=rule.requires,
        role=rule.role or "",
        conditions=[_condition_message(condition) for condition in rule.when],
        without=rule.without or "",
        because=rule.because,
        basis=rule.basis,
    )


def problem_message(problem: Problem) -> policy_pb2.PolicyProblem:
    return policy_pb2.PolicyProblem(
        file=problem.place.file,
        line=problem.place.line,
        column=problem.place.column,
        message=problem.message,
    )


def _considered_message(considered: ConsideredRule) -> access_pb2.ConsideredRule:
    rule, failed = considered.rule, considered.failed
    return access_pb2.ConsideredRule(
        rule_id=rule.id,
        label=rule.label,
        because=rule.because,
        basis=rule.basis,
        effect=_EFFECTS[rule.effect],
        acting_as=rule.acting_as,
        perimeter=perimeter_message(considered.perimeter),
        passed=failed is None,
        failed_check=reason_number(failed or Reason.UNSPECIFIED),
        detail=considered.detail,
    )


def _condition_message(condition: Condition) -> access_pb2.Condition:
    return access_pb2.Condition(
        attribute=condition.attribute,
        kind=_KINDS[condition.operator],
        values=sorted(condition.values),
        other=condition.other or "",
    )
