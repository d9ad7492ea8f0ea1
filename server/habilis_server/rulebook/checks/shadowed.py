"""A rule that never makes a difference, because another of the same effect is wider."""

from collections.abc import Iterator

from habilis_companion.reviewed.problems import Problem
from habilis_server.rulebook.checks.covering import covers
from habilis_server.rulebook.rulebook import Rulebook

__all__ = ["check"]


def check(rulebook: Rulebook) -> Iterator[Problem]:
    rules = rulebook.rules
    for index, rule in enumerate(rules):
        for position, other in enumerate(rules):
            if (
                position != index
                and other.effect is rule.effect
                and other.application == rule.application
                and covers(other, rule)
                # Of two equal rules only the later one is told.
                and (position < index or not covers(rule, other))
            ):
                yield Problem(
                    rule.place,
                    f"rule `{rule.id}` is shadowed by `{other.id}` ({other.place}): whatever it"
                    " gives is given already; remove it, or narrow the other",
                )
                break
