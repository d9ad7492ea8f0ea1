"""An allow that a deny always beats: it promises what nobody will ever get."""

from collections.abc import Iterator

from habilis_companion.reviewed.problems import Problem
from habilis_server.rulebook.checks.covering import covers
from habilis_server.rulebook.rulebook import Effect, Rulebook

__all__ = ["check"]


def check(rulebook: Rulebook) -> Iterator[Problem]:
    denies = [rule for rule in rulebook.rules if rule.effect is Effect.DENY]
    for rule in rulebook.rules:
        if rule.effect is not Effect.ALLOW:
            continue
        for deny in denies:
            if covers(deny, rule):
                yield Problem(
                    rule.place,
                    f"rule `{rule.id}` is contradicted by `{deny.id}` ({deny.place}), which"
                    " denies all that it allows; remove one of them",
                )
                break
