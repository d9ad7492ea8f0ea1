"""The JSON that `--json` prints; docs/command-line.md promises these keys.

A key is always there; null says that there is nothing to say.
"""

from habilis import Perimeter
from habilis.answers import Condition, ConsideredRule, Explanation, Permission, PermittedPerimeter
from habilis_companion.command_line.shapes import decision_shape

__all__ = [
    "explanation_shape",
    "perimeter_shape",
    "permission_shape",
    "permitted_shape",
]


def explanation_shape(explanation: Explanation) -> dict[str, object]:
    return {
        "decision": decision_shape(explanation.decision),
        "considered": [_considered_shape(rule) for rule in explanation.considered],
    }


def perimeter_shape(perimeter: Perimeter | None) -> dict[str, object] | None:
    """Null: anywhere. A null service: the structure as a whole."""
    if perimeter is None:
        return None
    return {"structure": perimeter.structure, "service": perimeter.service}


def permitted_shape(item: PermittedPerimeter | Permission) -> dict[str, object]:
    return {
        "resource_type": item.resource_type,
        "perimeter": perimeter_shape(item.perimeter),
        "acting_as": item.acting_as or None,
        "rule": item.rule_id,
        "effect": str(item.effect),
        "conditions": [_condition_shape(condition) for condition in item.conditions],
        "without": item.without or None,
    }


def permission_shape(permission: Permission) -> dict[str, object]:
    return {
        "subject": permission.subject,
        "action": permission.action,
        **permitted_shape(permission),
    }


def _considered_shape(rule: ConsideredRule) -> dict[str, object]:
    return {
        "rule": rule.rule_id,
        "label": rule.label,
        "because": rule.because,
        "basis": list(rule.basis),
        "effect": str(rule.effect),
        "acting_as": rule.acting_as or None,
        "perimeter": perimeter_shape(rule.perimeter),
        "passed": rule.passed,
        "failed_check": None if rule.failed_check is None else str(rule.failed_check),
        "detail": rule.detail or None,
    }


def _condition_shape(condition: Condition) -> dict[str, object]:
    return {
        "attribute": condition.attribute,
        "kind": str(condition.kind),
        "values": list(condition.values),
        "other": condition.other or None,
    }
