"""The JSON of an answer, as every `--json` prints it; docs/command-line.md promises these keys.

A key of these is always there; null says that there is nothing to say.
"""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message

from habilis import Decision, Token
from habilis_companion.reviewed.problems import Problem
from habilis_companion.wire import fill

__all__ = ["decision_shape", "problem_shapes", "shape_of", "token_shape"]


def token_shape(token: Token) -> dict[str, object]:
    return {"policy_digest": token.policy_digest, "revision": token.revision}


def decision_shape(decision: Decision) -> dict[str, object]:
    return {
        "allowed": decision.allowed,
        "reason": str(decision.reason),
        "rule": decision.rule_id or None,
        "acting_as": decision.acting_as or None,
        "token": token_shape(decision.token),
        "decision_id": decision.decision_id or None,
    }


def shape_of(value: Any, message: Message) -> dict[str, Any]:  # noqa: ANN401  # a value of the contract
    """A dataclass in the words of its message, which is filled; what is absent has no key."""
    known = message.DESCRIPTOR.fields_by_name
    names = [each.name for each in fields(value) if each.name in known]
    fill(message, {name: getattr(value, name) for name in names})
    shape: dict[str, Any] = json_format.MessageToDict(message, preserving_proto_field_name=True)
    return shape


def problem_shapes(problems: Iterable[Problem]) -> list[dict[str, object]]:
    return [
        {
            "file": problem.place.file,
            "line": problem.place.line,
            "column": problem.place.column,
            "message": problem.message,
        }
        for problem in problems
    ]
