"""Two rules of one name: nobody could tell which one spoke."""

from collections.abc import Iterator

from habilis_companion.reviewed.problems import Place, Problem
from habilis_server.rulebook.rulebook import Rulebook

__all__ = ["check"]


def check(rulebook: Rulebook) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for rule in rulebook.rules:
        if rule.id in first:
            yield Problem(rule.place, f"rule `{rule.id}` repeats `{rule.id}` of {first[rule.id]}")
        first.setdefault(rule.id, rule.place)
