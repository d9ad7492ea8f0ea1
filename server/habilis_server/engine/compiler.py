"""From the model and its policy lines to plans: what to test, for each action and type.

Casbin reads the model and holds the lines; this module reads both back from
Casbin's own objects and evaluates the matcher in part, once, against each
line. What is left for a question is a bit mask and a few set memberships.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

import casbin

from habilis_companion.reviewed.problems import Place
from habilis_server.engine import words
from habilis_server.engine.keys import key_reader
from habilis_server.engine.lines import COLUMNS, SLOTS, lines_of
from habilis_server.engine.matcher import MatcherError, Term, TermKind, read_matcher
from habilis_server.engine.plan import CompiledLine, Plan
from habilis_server.engine.reach import Reach
from habilis_server.rulebook import Effect, PolicyError, Problem, Rulebook
from habilis_server.rulebook.loading import MODEL
from habilis_server.rulebook.rulebook import ResourceType, Source

__all__ = ["Plans", "casbin_model", "compile_plans"]

_REQUEST: Final = ["sub", "act", "type", "parties", "values"]
_EFFECT: Final = "some(where (p_eft == allow)) && !some(where (p_eft == deny))"
_ROLE_DEFINITIONS: Final = {"g": "_, _, _", "g2": "_, _", "g3": "_, _"}
_SECTIONS: Final = ("request_definition", "policy_definition", "policy_effect", "matchers")
_DEFINED: Final = sorted([*_SECTIONS, *"rpem", "role_definition", *_ROLE_DEFINITIONS])
_DEFINITION: Final = re.compile(r"^\s*(?:\[(.*)\]|([\w.]+)\s*=)", re.MULTILINE)

# What the matcher checks, in the order of the contract's reasons: every column of a
# line but its rule and its effect, each read once and as the lines mean it.
_TERMS: Final = (
    *(Term(TermKind.EQUAL, (column,)) for column in ("act", "type")),
    Term(TermKind.PARTY_GIVEN, ("party",)),
    Term(TermKind.PARTY_ABSENT, ("without",)),
    Term(TermKind.STATE, ("structure",)),
    *(Term(TermKind.HELD, (column,)) for column in ("member", "scope")),
    Term(TermKind.STATE, ("service",)),
    *(Term(TermKind.HELD, (column,)) for column in ("read", "write", "role")),
    *(Term(TermKind.VALUE, (f"if{slot}", f"in{slot}")) for slot in range(1, SLOTS + 1)),
)


Plans = Mapping[str, Mapping[str, Plan]]
"""Action → type → plan. An action that is not there is unknown."""


def casbin_model(rulebook: Rulebook, actions: Iterable[str] | None = None) -> casbin.Model:
    """The rulebook as Casbin holds it: the model with its policy lines.

    `actions`: only the lines of these (Casbin's filtered policy). Raises
    PolicyError when the model is not one that the engine knows.
    """
    model = casbin.Model()
    _check_definitions(rulebook.model)
    try:
        model.load_model_from_text(rulebook.model)
    except Exception as error:
        raise _refused(f"Casbin can't read the model: {error}") from error
    _check_sections(model)
    wanted = None if actions is None else frozenset(actions)
    for line in lines_of(rulebook):
        if wanted is None or line["act"] in wanted:
            model.add_policy("p", "p", list(line.values()))
    return model


def compile_plans(rulebook: Rulebook, reach: Reach) -> Plans:
    """The plans of every declared action. Raises PolicyError."""
    model = casbin_model(rulebook)
    try:
        terms = read_matcher(model.model["m"]["m"].value)
        _check_terms(terms)
    except MatcherError as error:
        raise _refused(str(error)) from error
    compiler = _LineCompiler(rulebook, terms, reach)
    lines: dict[str, dict[str, list[CompiledLine]]] = {
        action: {} for action in rulebook.vocabulary.actions
    }
    for cells in model.model["p"]["p"].policy:
        row = dict(zip(COLUMNS, cells, strict=True))
        lines[row["act"]].setdefault(row["type"], []).append(compiler.line(row))
    types = rulebook.vocabulary.resources
    return {
        action: {kind: _plan(types[kind], found) for kind, found in by_type.items()}
        for action, by_type in lines.items()
    }


def _plan(kind: ResourceType, lines: list[CompiledLine]) -> Plan:
    # sorted() is stable: within an effect the rule order stays.
    return Plan(kind, tuple(sorted(lines, key=lambda line: line.rule.effect is Effect.ALLOW)))


class _LineCompiler:
    """Evaluates the matcher's terms against the cells of a line."""

    def __init__(self, rulebook: Rulebook, terms: tuple[Term, ...], reach: Reach) -> None:
        self._terms = terms
        self._reach = reach
        self._rules = {rule.id: rule for rule in rulebook.rules}
        self._attributes = rulebook.vocabulary.attributes
        # Closed properties are read straight from the object, by the property's name.
        self._properties = {
            attribute.id: attribute.field
            for attribute in rulebook.vocabulary.attributes.values()
            if attribute.source is Source.PROPERTY and attribute.values is not None
        }

    def line(self, row: Mapping[str, str]) -> CompiledLine:
        rule = self._rules[row["rule"]]
        if row["eft"] != rule.effect:
            raise _refused(f"a line of `{rule.id}` says `{row['eft']}`, its rule `{rule.effect}`")
        need = 0
        party: str | None = None
        without: str | None = None
        slots: list[tuple[str, frozenset[str]]] = []
        for term in self._terms:
            cell = row[term.columns[0]]
            match term.kind:
                case TermKind.EQUAL:
                    pass  # the plan's place in the index
                case TermKind.PARTY_GIVEN:
                    party = None if cell == words.ANYWHERE else cell
                case TermKind.PARTY_ABSENT:
                    without = None if cell == words.NOBODY else cell
                case TermKind.STATE | TermKind.HELD:
                    need |= self._reach.bits[cell]
                case TermKind.VALUE if cell != words.ALWAYS:
                    allowed = row[term.columns[1]].strip("{}").split("|")
                    slots.append((cell, frozenset(allowed)))
                case TermKind.VALUE:
                    pass  # an unused column is always met
        return CompiledLine(
            party=party,
            without=without,
            need=need,
            conditions=tuple(
                (self._properties[key], allowed)
                for key, allowed in slots
                if key in self._properties
            ),
            late=tuple(
                (key, key_reader(key, self._attributes), allowed)
                for key, allowed in slots
                if key not in self._properties
            ),
            rule=rule,
        )


def _check_definitions(text: str) -> None:
    """Refuses what Casbin would pass over in silence: a section unknown, misspelt or repeated."""
    defined = sorted(section or name for section, name in _DEFINITION.findall(text))
    if defined != _DEFINED:
        raise _refused(f"the model defines {defined} where the engine knows {_DEFINED}")


def _check_sections(model: casbin.Model) -> None:
    missing = sorted(set("rpegm") - model.model.keys())
    if missing:
        raise _refused(f"{', '.join(missing)} is not defined in its own section")
    found = {
        "request_definition": (model.model["r"]["r"].tokens, [f"r_{name}" for name in _REQUEST]),
        "policy_definition": (model.model["p"]["p"].tokens, [f"p_{name}" for name in COLUMNS]),
        "policy_effect": (model.model["e"]["e"].value, _EFFECT),
        "role_definition": (
            {name: definition.value for name, definition in model.model["g"].items()},
            _ROLE_DEFINITIONS,
        ),
    }
    for section, (got, wanted) in found.items():
        if got != wanted:
            raise _refused(f"[{section}] reads `{got}` where the engine knows `{wanted}`")


def _check_terms(terms: tuple[Term, ...]) -> None:
    """Refuses a matcher that leaves a check out, adds one, or makes them in another order."""
    unlike = {term.columns[0] for term in {*terms} ^ {*_TERMS}}
    if unlike:
        columns = ", ".join(sorted(unlike))
        raise MatcherError(f"the matcher does not read as the lines mean them: {columns}")
    if terms != _TERMS:
        raise MatcherError("the matcher makes its checks twice, or in another order than reasons")


def _refused(message: str) -> PolicyError:
    return PolicyError([Problem(Place(MODEL), message)])
