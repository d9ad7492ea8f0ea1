"""The JSON of an answer, as every `--json` prints it; docs/command-line.md promises these keys.

A key is always there; null says that there is nothing to say.
"""

from habilis import Decision, Token

__all__ = ["decision_shape", "token_shape"]


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
