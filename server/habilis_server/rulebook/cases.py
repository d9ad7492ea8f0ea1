"""Reads policy/cases: a question, the answer that the portal's rules give, and the rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from habilis import Perimeter, Question, Reason, Resource
from habilis_companion.reviewed.forms import NAME, Form, known_word
from habilis_companion.reviewed.problems import Place, Problems
from habilis_companion.reviewed.yaml_nodes import MapNode, Node, SeqNode, TextNode, read_yaml
from habilis_server.rulebook.errors import PolicyError
from habilis_server.rulebook.rulebook import Rulebook

__all__ = ["FACTS", "Case", "load_cases", "read_cases"]

FACTS: Final = "facts.jsonl"
"""The portable facts on which every case of the folder is judged."""

_CASES: Final = "cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`rule` None: any rule, or none, may have spoken (only for a refusal)."""

    place: Place
    question: Question
    expect: Reason
    rule: str | None


def load_cases(directory: Path, rulebook: Rulebook) -> tuple[Case, ...]:
    """The cases of the policy folder `directory`. Raises PolicyError with every problem."""
    files = {
        f"{_CASES}/{path.name}": path.read_bytes()
        for path in sorted((directory / _CASES).glob("*.yaml"))
    }
    return read_cases(files, rulebook)


def read_cases(files: Mapping[str, bytes], rulebook: Rulebook) -> tuple[Case, ...]:
    """The cases of these files, in their order. Raises PolicyError; none at all is a problem."""
    problems = Problems()
    cases: list[Case] = []
    for name in sorted(files):
        node = read_yaml(name, files[name], problems)
        if node is not None:
            cases += _Reader(rulebook, problems).file(node)
    if not cases:
        problems.add(Place(_CASES), "no case at all; a policy without cases is not reviewed")
    problems.raise_if_any(PolicyError)
    return tuple(cases)


class _Reader:
    """One file: its named objects, then its rows."""

    def __init__(self, rulebook: Rulebook, problems: Problems) -> None:
        self._rules = {rule.id for rule in rulebook.rules}
        self._problems = problems
        self._objects: dict[str, Resource] = {}

    def file(self, node: Node) -> list[Case]:
        form = Form(
            node, self._problems, required=("cases",), optional=("objects",), what="the cases file"
        )
        form.forms("objects", NAME, self._object)
        rows = form.node("cases")
        if not isinstance(rows, SeqNode) or not rows.items:
            self._problems.add(form.place_of("cases"), "`cases` must be a list that is not empty")
            return []
        cases = [self._case(row) for row in rows.items]
        return [case for case in cases if case is not None]

    def _object(self, name: str, node: Node) -> None:
        form = Form(
            node,
            self._problems,
            required=("type", "id"),
            optional=("parties", "properties"),
            what=f"object `{name}`",
        )
        self._objects[name] = Resource(
            type=form.text("type"),
            id=form.text("id"),
            parties=_perimeters(self._texts(form.node("parties"))),
            properties=self._texts(form.node("properties")),
        )

    def _case(self, node: Node) -> Case | None:
        form = Form(
            node,
            self._problems,
            required=("who", "may", "object", "expect"),
            optional=("with", "parties", "rule"),
            what="a case",
        )
        resource = self._resource(form)
        expect = form.one_of("expect", Reason)
        rule = form.text("rule") or None
        if rule is not None:
            known_word(rule, self._rules, "rule", form.place_of("rule"), self._problems)
        elif expect is Reason.ALLOWED:
            self._problems.add(form.place, "an allowed case names the `rule` that allows it")
        if resource is None or expect is None:
            return None
        question = Question(subject=form.text("who"), action=form.text("may"), resource=resource)
        return Case(place=form.place, question=question, expect=expect, rule=rule)

    def _resource(self, form: Form) -> Resource | None:
        text = form.text("object")
        kind, colon, identifier = text.partition(":")
        if colon:
            base = Resource(type=kind, id=identifier)
        elif known_word(text, self._objects, "object", form.place_of("object"), self._problems):
            base = self._objects[text]
        else:
            return None
        parties = {**_texts_of(base.parties), **self._texts(form.node("parties"))}
        properties = {**base.properties, **self._texts(form.node("with"))}
        return Resource(
            type=base.type,
            id=base.id,
            parties=_perimeters(parties),
            properties={name: value for name, value in properties.items() if value},
        )

    def _texts(self, node: Node | None) -> dict[str, str]:
        """Names and texts of a mapping; a text may be empty, which takes the name away."""
        if node is None:
            return {}
        if not isinstance(node, MapNode):
            self._problems.add(node.place, "must be a mapping of names to texts")
            return {}
        texts: dict[str, str] = {}
        for key, value in node.entries:
            if isinstance(value, TextNode):
                texts[key.text] = value.text
            else:
                self._problems.add(value.place, f"`{key.text}` must be a text")
        return texts


def _perimeters(texts: Mapping[str, str]) -> dict[str, Perimeter]:
    return {party: Perimeter.parse(text) for party, text in texts.items() if text}


def _texts_of(parties: Mapping[str, Perimeter]) -> dict[str, str]:
    return {party: str(perimeter) for party, perimeter in parties.items()}
