"""The reviewed policy, read strictly: YAML in, a frozen Rulebook out, or every problem told."""

from habilis_companion.reviewed.problems import Place, Problem
from habilis_server.rulebook.errors import PolicyError
from habilis_server.rulebook.loading import build, load
from habilis_server.rulebook.rulebook import (
    Access,
    Action,
    Attribute,
    Condition,
    Effect,
    Operator,
    Profile,
    Role,
    Rule,
    Rulebook,
    Vocabulary,
)

__all__ = [
    "Access",
    "Action",
    "Attribute",
    "Condition",
    "Effect",
    "Operator",
    "Place",
    "PolicyError",
    "Problem",
    "Profile",
    "Role",
    "Rule",
    "Rulebook",
    "Vocabulary",
    "build",
    "load",
]
