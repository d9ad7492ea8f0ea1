"""A word declared and never used: a slip, or what a removed rule left behind."""

from collections.abc import Iterator

from habilis_companion.reviewed.problems import Place, Problem
from habilis_server.rulebook.rulebook import Rulebook

__all__ = ["check"]

_VOCABULARY = "rules/vocabulary.yaml"


def check(rulebook: Rulebook) -> Iterator[Problem]:
    rows = [row for rule in rulebook.rules for row in rule.when]
    tested = {row.attribute for row in rows} | {row.other for row in rows}
    for attribute in rulebook.vocabulary.attributes:
        if attribute not in tested:
            yield Problem(Place(_VOCABULARY), f"no rule tests `{attribute}`; remove the attribute")
    for domain in rulebook.vocabulary.domains:
        if all(app.domain != domain for app in rulebook.vocabulary.applications.values()):
            yield Problem(Place(_VOCABULARY), f"no application is in domain `{domain}`; remove it")
