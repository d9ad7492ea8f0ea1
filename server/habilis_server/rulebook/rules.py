"""Reads one application's rules file; every word is checked against the vocabulary."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from habilis_companion.reviewed.forms import KEBAB, Form, checked, known_word
from habilis_companion.reviewed.problems import Place, Problems
from habilis_companion.reviewed.yaml_nodes import Node, SeqNode
from habilis_server.rulebook.conditions import read_conditions
from habilis_server.rulebook.rulebook import (
    MAX_REQUIRED,
    PERSONAL,
    Attribute,
    Condition,
    Effect,
    Role,
    Rule,
    Vocabulary,
)

__all__ = ["read_rules"]

_REQUIRED: Final = ("id", "label", "effect", "actions", "because", "basis")
_OPTIONAL: Final = ("as", "without", "requires", "role", "inactive", "when")
_BASIS: Final = re.compile(r"R([0-9]{1,3})|Q[0-9]|§[0-9]+(\.[0-9]+)*|.{12,}")
_LAST_R_NUMBER: Final = 144


def read_rules(
    stem: str,
    node: Node,
    vocabulary: Vocabulary,
    profiles: Collection[str],
    problems: Problems,
) -> tuple[Rule, ...]:
    """The rules of the file named `stem`, in their order."""
    form = Form(node, problems, required=("application", "rules"), what="the rules file")
    application = form.text("application")
    place = form.place_of("application")
    if application:
        known_word(application, vocabulary.applications, "application", place, problems)
    if application not in {"", stem}:
        problems.add(place, f"the file of `{application}` is `{application}.yaml`")
    rules = form.node("rules")
    if not isinstance(rules, SeqNode) or not rules.items:
        problems.add(form.place_of("rules"), "`rules` must be a list that is not empty")
        return ()
    reader = _Reader(application, vocabulary, profiles, problems)
    read = [reader.rule(item) for item in rules.items]
    return tuple(rule for rule in read if rule is not None)


class _Reader:
    def __init__(
        self,
        application: str,
        vocabulary: Vocabulary,
        profiles: Collection[str],
        problems: Problems,
    ) -> None:
        self._application = application
        self._vocabulary = vocabulary
        self._profiles = profiles
        self._problems = problems
        self._parties = frozenset(
            party for resource in vocabulary.resources.values() for party in resource.parties
        )

    def rule(self, node: Node) -> Rule | None:
        form = Form(node, self._problems, required=_REQUIRED, optional=_OPTIONAL, what="a rule")
        name = form.name("id", KEBAB)
        effect = form.one_of("effect", Effect)
        party, without = self._party(form, "as"), self._party(form, "without")
        role = form.one_of("role", Role)
        when = read_conditions(form.node("when"), self._vocabulary.attributes, self._problems)
        actions = self._actions(form)
        if not name or effect is None:
            return None
        self._check_who(form, effect, party, without, role)
        return Rule(
            id=name,
            application=self._application,
            label=form.text("label"),
            effect=effect,
            actions=actions,
            resources=self._resources(form, actions, (party, without), role, when),
            party=party,
            without=without,
            requires=self._requires(form, party),
            role=role,
            inactive=self._inactive(form),
            when=when,
            because=form.text("because"),
            basis=self._basis(form),
            place=form.place,
        )

    def _party(self, form: Form, key: str) -> str | None:
        if form.node(key) is None:
            return None
        text = form.text(key)
        if not known_word(text, self._parties, "party", form.place_of(key), self._problems):
            return None
        return text

    def _actions(self, form: Form) -> tuple[str, ...]:
        prefix = f"{self._application}."
        for text, place in form.texts("actions"):
            if text in self._vocabulary.actions and not text.startswith(prefix):
                self._problems.add(place, f"`{text}` belongs in the file of its application")
        return form.known("actions", self._vocabulary.actions, "action")

    def _requires(self, form: Form, party: str | None) -> tuple[str, ...]:
        if form.node("requires") is None:
            return ()
        profiles = form.known("requires", self._profiles, "profile")
        place = form.place_of("requires")
        if len(profiles) > MAX_REQUIRED:
            self._problems.add(place, f"more than {MAX_REQUIRED} profiles; split the rule")
        if party is None:
            self._problems.add(place, "`requires` needs `as`: a profile is held on a perimeter")
        return profiles

    def _inactive(self, form: Form) -> bool:
        text = form.text("inactive")
        if text not in {"", "allowed"}:
            self._problems.add(form.place_of("inactive"), "`inactive` is `allowed`, or not there")
        return text == "allowed"

    def _check_who(
        self,
        form: Form,
        effect: Effect,
        party: str | None,
        without: str | None,
        role: Role | None,
    ) -> None:
        if party is None and role is None and effect is Effect.ALLOW:
            self._problems.add(
                form.place, "an allow needs `as` or `role`; write `role: anyone` if you mean all"
            )
        if role is Role.PRINCIPAL_MANAGER and party is None:
            self._problems.add(form.place_of("role"), "`principal_manager` needs `as`: of what?")
        if party is not None and party == without:
            self._problems.add(form.place_of("without"), "`as` and `without` name the same party")

    def _resources(
        self,
        form: Form,
        actions: tuple[str, ...],
        parties: tuple[str | None, ...],
        role: Role | None,
        when: tuple[Condition, ...],
    ) -> Mapping[str, tuple[str, ...]]:
        fitting = {
            name
            for name, resource in self._vocabulary.resources.items()
            if all(party is None or party in resource.parties for party in parties)
            and all(name in self._attribute(row.attribute).resources for row in when)
            and all(
                row.other is None or name in self._attribute(row.other).resources for row in when
            )
            and (role is not Role.SELF or parties[0] is not None or name in PERSONAL)
        }
        speaks: dict[str, tuple[str, ...]] = {}
        for action in actions:
            types = self._vocabulary.actions[action].resources
            speaks[action] = tuple(name for name in types if name in fitting)
            if not speaks[action]:
                self._problems.add(
                    form.place_of("actions"),
                    f"the rule can never speak of `{action}`: none of its resource types"
                    " has the party and the attributes",
                )
        return speaks

    def _attribute(self, name: str) -> Attribute:
        return self._vocabulary.attributes[name]

    def _basis(self, form: Form) -> tuple[str, ...]:
        return tuple(
            text for text, place in form.texts("basis") if _is_basis(text, place, self._problems)
        )


def _is_basis(text: str, place: Place, problems: Problems) -> bool:
    match = _BASIS.fullmatch(text)
    if match is None:
        return checked(text, _BASIS, place, problems)
    number = match.group(1)
    if number is not None and not 1 <= int(number) <= _LAST_R_NUMBER:
        problems.add(place, f"`{text}`: the portal's rules are R1 to R{_LAST_R_NUMBER}")
        return False
    return True
