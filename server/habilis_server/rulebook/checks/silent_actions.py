"""An action, or an action on one of its resource types, that no rule ever allows."""

from collections.abc import Iterator

from habilis_companion.reviewed.problems import Place, Problem
from habilis_server.rulebook.rulebook import Effect, Rulebook

__all__ = ["check"]

_VOCABULARY = "rules/vocabulary.yaml"


def check(rulebook: Rulebook) -> Iterator[Problem]:
    allowed = {
        (action, resource)
        for rule in rulebook.rules
        if rule.effect is Effect.ALLOW
        for action, resources in rule.resources.items()
        for resource in resources
    }
    for action in rulebook.vocabulary.actions.values():
        for resource in action.resources:
            if (action.id, resource) not in allowed:
                yield Problem(
                    Place(_VOCABULARY),
                    f"no rule allows `{action.id}` on `{resource}`; write one, or remove it there",
                )
